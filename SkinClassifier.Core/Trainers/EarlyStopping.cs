using SkinClassifier.Metrics;

namespace SkinClassifier.Trainers;

/// <summary>
/// When training ends before its last epoch, and which epoch is kept. The best epoch's weights are always restored,
/// also when no epoch was skipped.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>
    /// What is watched on the validation set: "temperatureScaledLoss" (default), "loss" (the training loss, class weights included) or a name of
    /// <see cref="MetricCatalog"/>, for example "macroAccuracy" or "macroAuc". The temperature-scaled loss is the cross-entropy (negative log-likelihood,
    /// class weights included) at the temperature that minimizes it, so it ignores overconfidence, which the finished model's temperature corrects.
    /// The plain loss prefers early epochs, because a network becomes overconfident long before it stops improving. Where no temperature is fitted
    /// (<see cref="ImageClassificationTrainerOptions.FitTemperature"/>, fewer than 20 images, logit adjustment) it is the plain loss.
    /// The old name "calibratedLoss" is read as "temperatureScaledLoss".
    /// </summary>
    /// <remarks>
    /// Where the metric is undefined for the validation set (macroAuc with images of one class), the run warns, compares epochs by their validation
    /// loss, and never ends early because of them.
    /// </remarks>
    public string Metric
    {
        get;
        init => field = string.Equals(value, OldTemperatureScaledLossName, StringComparison.OrdinalIgnoreCase) ? TemperatureScaledLossName : value;
    } = TemperatureScaledLossName;

    /// <summary>The name of the temperature-scaled loss: the cross-entropy at the temperature that minimizes it.</summary>
    public const string TemperatureScaledLossName = "temperatureScaledLoss";

    /// <summary>What <see cref="TemperatureScaledLossName"/> was before.</summary>
    internal const string OldTemperatureScaledLossName = "calibratedLoss";

    /// <summary>The name of the training loss.</summary>
    public const string LossName = "loss";

    /// <summary>Whether the temperature-scaled loss is watched.</summary>
    internal bool IsTemperatureScaled => string.Equals(Metric, TemperatureScaledLossName, StringComparison.OrdinalIgnoreCase);

    /// <summary>The catalog's metric; null for a loss.</summary>
    /// <exception cref="ArgumentException">There is no metric of that name.</exception>
    internal IMetric? Watched => IsTemperatureScaled || string.Equals(Metric, LossName, StringComparison.OrdinalIgnoreCase) ? null : MetricCatalog.Find(Metric);

    /// <summary>Epochs without improvement after which training ends; epochs in which the metric is undefined do not count. Default 20, at least 1.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Improvement that counts, absolute; default 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>
    /// Minimum number of images of the validation set that choose an epoch; default 100, at least 1. With fewer, the choice is chance. Then the last
    /// epoch is kept, which the schedules reach with small steps; where only a head trains on frozen features, cross-validation of the training
    /// images chooses instead (docs/training.md, "Few validation images").
    /// </summary>
    public int MinImages { get; init; } = DefaultMinImages;

    /// <summary>Default of <see cref="MinImages"/>.</summary>
    internal const int DefaultMinImages = 100;
}
