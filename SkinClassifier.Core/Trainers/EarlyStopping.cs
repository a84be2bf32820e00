using SkinClassifier.Metrics;

namespace SkinClassifier.Trainers;

/// <summary>
/// When training ends before its last epoch, and which epoch is kept. The best epoch's weights are always restored,
/// also when no epoch was skipped.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>
    /// What is watched on the validation part: "loss" (default; the loss that is trained, class weights included) or a name of
    /// <see cref="MetricCatalog"/>, for example "macroAccuracy" or "macroAuc".
    /// </summary>
    public string Metric { get; init; } = LossName;

    /// <summary>The name of the loss that is trained.</summary>
    public const string LossName = "loss";

    /// <summary>The catalogue's metric; null for the loss.</summary>
    /// <exception cref="ArgumentException">There is no metric of that name.</exception>
    internal IMetric? Watched => string.Equals(Metric, LossName, StringComparison.OrdinalIgnoreCase) ? null : MetricCatalog.Find(Metric);

    /// <summary>Epochs without improvement after which training ends; default 20, at least 1.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Improvement that counts, absolute; default 0.</summary>
    public double MinDelta { get; init; }
}
