using System.Globalization;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>One fold of a cross-validation for reports.</summary>
/// <param name="Fold">1-based.</param>
/// <param name="TrainingImages">Images its model trained on, those that chose the epoch included.</param>
/// <param name="Metrics">Metrics on the images that its model had not seen.</param>
internal sealed record FoldMetrics(int Fold, int TrainingImages, ImageClassificationMetrics Metrics);

/// <summary>The metrics of every fold, their mean and standard deviation (n − 1), as text and as CSV.</summary>
internal static class FoldTable
{
    /// <summary>The metrics that are shown, by their names in metrics.json.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ["microAccuracy", "macroAccuracy", "macroF1", "macroAuc", "logLoss"];

    /// <summary>A table for people.</summary>
    public static string ToText(IReadOnlyList<FoldMetrics> folds)
    {
        ArgumentNullException.ThrowIfNull(folds);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{"fold",-6}{"images",9}");
        foreach (string metric in Metrics)
            text.Append(CultureInfo.InvariantCulture, $"{metric,16}");
        foreach (FoldMetrics fold in folds)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{fold.Fold,-6}{fold.Metrics.Count,9}");
            foreach (string metric in Metrics)
                text.Append(CultureInfo.InvariantCulture, $"{Text.Metric(fold.Metrics[metric]),16}");
        }
        text.Append(CultureInfo.InvariantCulture, $"\n{"mean",-6}{"",9}");
        foreach (string metric in Metrics)
            text.Append(CultureInfo.InvariantCulture, $"{MetricSpread.Of(folds.Select(f => f.Metrics), metric).ToString(),16}");
        return text.ToString();
    }

    /// <summary>folds.csv: <c>fold,trainingImages,images,</c> then the metrics; after the folds a row <c>mean</c> and a row <c>standardDeviation</c>.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="folds">The folds.</param>
    public static void Write(string path, IReadOnlyList<FoldMetrics> folds)
    {
        ArgumentNullException.ThrowIfNull(folds);
        CsvText csv = new(["fold", "trainingImages", "images", .. Metrics]);
        foreach (FoldMetrics fold in folds)
            csv.Row([fold.Fold.ToString(CultureInfo.InvariantCulture), fold.TrainingImages.ToString(CultureInfo.InvariantCulture),
                fold.Metrics.Count.ToString(CultureInfo.InvariantCulture), .. Metrics.Select(f => CsvText.Number(fold.Metrics[f]))]);
        MetricSpread[] spreads = [.. Metrics.Select(f => MetricSpread.Of(folds.Select(fold => fold.Metrics), f))];
        csv.Row(["mean", "", "", .. spreads.Select(s => Defined(s.Mean))]);
        csv.Row(["standardDeviation", "", "", .. spreads.Select(s => Defined(s.StandardDeviation))]);
        AtomicFile.WriteText(path, csv.ToString());
    }

    private static string Defined(double value) => CsvText.Number(double.IsFinite(value) ? value : (double?)null);
}
