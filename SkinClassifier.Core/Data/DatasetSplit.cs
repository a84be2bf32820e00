namespace SkinClassifier.Data;

/// <summary>What an image is used for.</summary>
public enum DatasetSplit
{
    /// <summary>Not decided yet.</summary>
    Unassigned,

    /// <summary>Weights are trained from it.</summary>
    Train,

    /// <summary>Watched while training: early stopping, choice of the best epoch.</summary>
    Validation,

    /// <summary>Never seen while training: the final metrics come from it.</summary>
    Test,
}

/// <summary>A file that is not used. <paramref name="Path"/>: relative to the dataset, with '/'. <paramref name="Reason"/>: a sentence.</summary>
public sealed record SkippedFile(string Path, string Reason);
