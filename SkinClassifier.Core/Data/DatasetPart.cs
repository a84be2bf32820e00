namespace SkinClassifier.Data;

/// <summary>What a picture is used for.</summary>
public enum DatasetPart
{
    /// <summary>Not decided yet.</summary>
    Unassigned,

    /// <summary>Weights are learned from it.</summary>
    Train,

    /// <summary>Watched while learning: early stopping, choice of the best epoch.</summary>
    Validation,

    /// <summary>Never seen while learning: the final figures come from it.</summary>
    Test,
}

/// <summary>A file that is not used. <paramref name="Path"/>: relative to the dataset, with '/'. <paramref name="Reason"/>: a sentence.</summary>
public sealed record SkippedFile(string Path, string Reason);
