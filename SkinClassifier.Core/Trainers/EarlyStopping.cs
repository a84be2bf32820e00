namespace SkinClassifier.Trainers;

/// <summary>A figure of the validation part that tells which epoch is best.</summary>
public enum EarlyStoppingMetric
{
    /// <summary>Validation loss; lower is better.</summary>
    Loss,

    /// <summary>Part of the pictures that are right.</summary>
    Accuracy,

    /// <summary>Mean recall of the classes.</summary>
    MacroAccuracy,
}

/// <summary>
/// When training ends before its last epoch, and which epoch is kept. The best epoch's weights are always restored,
/// also when no epoch was skipped.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>What is watched; default <see cref="EarlyStoppingMetric.Loss"/>.</summary>
    public EarlyStoppingMetric Metric { get; init; } = EarlyStoppingMetric.Loss;

    /// <summary>Epochs without improvement after which training ends; default 20, at least 1.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Improvement that counts, absolute; default 0.</summary>
    public double MinDelta { get; init; }
}
