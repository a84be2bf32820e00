using SkinClassifier.Metrics;

namespace SkinClassifier.Trainers;

/// <summary>
/// When training ends before its last epoch, and which epoch is kept. The best epoch's weights are always restored,
/// also when no epoch was skipped.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>
    /// What is watched on the validation set: "calibratedLoss" (default), "loss" (the loss that is trained, class weights included) or a name of
    /// <see cref="MetricCatalog"/>, for example "macroAccuracy" or "macroAuc". The calibrated loss is the cross-entropy, class weights included, at the
    /// temperature that makes it smallest: what is left of the loss once the finished model has been made neither too sure nor too unsure. The plain loss
    /// prefers early epochs, because a network grows too sure of itself long before it stops getting better. Where no temperature is fitted
    /// (<see cref="ImageClassificationTrainerOptions.FitTemperature"/>, fewer than 20 images, logit adjustment) it is the plain loss.
    /// </summary>
    /// <remarks>
    /// Where the metric is undefined for the validation set (macroAuc with images of one class), the run warns, compares epochs by their validation
    /// loss, and never ends early because of them.
    /// </remarks>
    public string Metric { get; init; } = TemperatureScaledLossName;

    /// <summary>The name of the cross-entropy at the best temperature.</summary>
    public const string TemperatureScaledLossName = "calibratedLoss";

    /// <summary>The name of the loss that is trained.</summary>
    public const string LossName = "loss";

    /// <summary>Whether the loss is looked at after calibration.</summary>
    internal bool IsCalibrated => string.Equals(Metric, TemperatureScaledLossName, StringComparison.OrdinalIgnoreCase);

    /// <summary>The catalog's metric; null for a loss.</summary>
    /// <exception cref="ArgumentException">There is no metric of that name.</exception>
    internal IMetric? Watched => IsCalibrated || string.Equals(Metric, LossName, StringComparison.OrdinalIgnoreCase) ? null : MetricCatalog.Find(Metric);

    /// <summary>Epochs without improvement after which training ends; epochs in which the metric is undefined do not count. Default 20, at least 1.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Improvement that counts, absolute; default 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>
    /// Minimum number of images of the validation set that choose an epoch; default 100, at least 1. Fewer tell epochs apart by chance. Then the last
    /// epoch is kept, which the schedules reach with small steps; where only a head trains on frozen features, cross-validation of the training
    /// images chooses instead (docs/training.md, "Few validation images").
    /// </summary>
    public int MinImages { get; init; } = DefaultMinImages;

    /// <summary>Default of <see cref="MinImages"/>.</summary>
    internal const int DefaultMinImages = 100;
}
