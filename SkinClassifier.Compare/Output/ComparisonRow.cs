using SkinClassifier.Compare.Methods;
using SkinClassifier.Metrics;

namespace SkinClassifier.Compare.Output;

/// <summary>One finished row.</summary>
/// <param name="Method">The method.</param>
/// <param name="Metrics">All metrics over the measured images, with intervals.</param>
/// <param name="SecondsToTrain">Features of the images that were used and the training; with folds, the mean of the folds.</param>
/// <param name="MillisecondsPerImage">From the file to the probabilities.</param>
/// <param name="Megabytes">What a prediction needs on disk.</param>
/// <param name="Note">Something that should be known; null: nothing.</param>
internal sealed record ComparisonRow(
    Method Method, ImageClassificationMetrics Metrics, double SecondsToTrain, double MillisecondsPerImage, double Megabytes, string? Note)
{
    /// <summary>The metrics of the table, by their names in metrics.json.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = ["microAccuracy", "macroAccuracy", "macroAuc", "logLoss"];

    /// <summary>Difference to the best row, by metric; set when all rows are there.</summary>
    public IReadOnlyDictionary<string, Difference> Differences { get; init; } = new Dictionary<string, Difference>();
}

/// <summary>A row's metric minus that of the best row, on the same images.</summary>
/// <param name="Value">The difference; null where a metric is undefined.</param>
/// <param name="Interval">95 % interval: both rows are measured on the same resamples; null where there is none.</param>
/// <param name="IsBest">Whether this row is the best one.</param>
internal sealed record Difference(double? Value, ConfidenceInterval? Interval, bool IsBest);
