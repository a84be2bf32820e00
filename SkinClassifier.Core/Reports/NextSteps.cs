using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Reports;

/// <summary>Advice that follows from the metrics of a run, the most important first; every sentence has its numbers.</summary>
internal static class NextSteps
{
    private const int Most = 8, FewValidation = 100, FewTrained = 50, FewMeasured = 20;
    private const double RisingLoss = 1.1, WideInterval = 0.1, LargeCalibrationError = 0.1, FarApart = 0.15;

    /// <summary>The sentences.</summary>
    public static IEnumerable<string> Of(RunReport report, ReportFigures figures) =>
        Leaks(report).Concat(Suspects(report, figures)).Concat(Sets(report)).Concat(Course(report.History)).Concat(Classes(report))
            .Concat(Measured(report.Metrics)).Concat(Gaps(figures)).Take(Most);

    private static IEnumerable<string> Leaks(RunReport report)
    {
        if (report.Leaks?.Copies.Sum(l => l.Paths.Count) is > 0 and int copies)
            yield return $"Remove the copies: {Text.Whole(copies)} images hold contents that are both trained from and measured, so that the "
                + $"metrics are too good.";
        if (report.Leaks?.Seen.Sum(l => l.Paths.Count) is > 0 and int seen)
            yield return $"Measure on other images: the model, or its teacher, was trained with {Text.Whole(seen)} of the measured ones, so that the metrics "
                + "are too good.";
        if (report.NearCopies is > 0 and int pairs)
            yield return $"Keep copies in one set (--group-by auto): {Text.Whole(pairs)} {(pairs == 1 ? "pair" : "pairs")} of near copies lie in different "
                + "sets, so that the metrics are too good. data inspect lists them.";
    }

    private static IEnumerable<string> Suspects(RunReport report, ReportFigures figures)
    {
        if (figures.Suspects.Count(s => s.IsSuspect) is > 0 and int suspects)
            yield return $"Review the labels of {Text.Whole(suspects)} of {Text.Whole(report.Metrics.Count)} images, which are scored as is usual for another "
                + "class: fill in label-suspects.csv, the most doubtful first, and let data clean apply it.";
    }

    private static IEnumerable<string> Sets(RunReport report)
    {
        if (report.Splits is not { } splits)
            yield break;
        if (splits.Test.Examples.Count == 0 && report.Folds.Count == 0)
            yield return "Keep a test set (--test 0.2): these metrics are for images that took part in the training.";
        if (splits.Train.Examples.All(e => e.Group is null))
            yield return "Name the column of the lesion or patient (--group-by): without it several images of one lesion can be in different sets, "
                + "and the metrics "
                + "are too good.";
        if (splits.Validation.Examples.Count is > 0 and < FewValidation and var few)
            yield return $"Give more validation images (there are {few}): with so few the best epoch, the decision rule and the calibration are "
                + $"chosen by chance. "
                + "--validation 0.2 takes more, --folds 5 uses every image.";
    }

    private static IEnumerable<string> Course(TrainingHistory? history)
    {
        TrainingEpoch[] last = [.. (history?.Epochs ?? []).Where(e => e.Phase == history!.Epochs[^1].Phase && e.ValidationLoss.HasValue)];
        if (last.Length < 3)
            yield break;
        TrainingEpoch best = last.MinBy(e => e.ValidationLoss)!;
        if (best.Epoch < last[^1].Epoch - 1 && last[^1].ValidationLoss > RisingLoss * best.ValidationLoss)
            yield return $"Train shorter or with more augmentation: the validation loss rose from {Text.Metric(best.ValidationLoss)} in epoch {best.Epoch} to "
                + $"{Text.Metric(last[^1].ValidationLoss)} in the last one.";
        else if (last[^1].TrainAccuracy - last[^1].ValidationAccuracy > FarApart)
            yield return $"Use more images or more augmentation: at the end the training images are {Text.Percent(last[^1].TrainAccuracy)} right and "
                + $"the validation "
                + $"images {Text.Percent(last[^1].ValidationAccuracy)}.";
        else if (best.Epoch == last[^1].Epoch && history!.BestEpoch == last[^1].Epoch)
            yield return $"Train longer: the validation loss was lowest in the last epoch ({best.Epoch}).";
    }

    private static IEnumerable<string> Classes(RunReport report)
    {
        if (report.Splits is { } splits)
        {
            int[] counts = splits.Train.CountByLabel();
            string[] rare = [.. splits.Train.Labels.Zip(counts).Where(c => c.Second < FewTrained).Select(c => $"{c.First} {c.Second}")];
            if (rare.Length > 1 && rare.Length == counts.Length)
                yield return $"Collect more images: no class has {FewTrained} training images (the largest has {counts.Max()}, the smallest "
                    + $"{counts.Min()}), so that every "
                    + "metric depends on chance.";
            else if (rare.Length > 0)
                yield return $"Collect more images of rare classes (training images: {List(rare)}), or weigh them (--balance, --decide balanced).";
        }
        string[] few = [.. report.Metrics.PerClass.Where(c => c.Support < FewMeasured).Select(c => $"{c.Label} {c.Support}")];
        if (few.Length > 1 && few.Length == report.Metrics.PerClass.Count && report.Metrics.Count > 0)
            yield return $"Do not quote the metrics of single classes: none has {FewMeasured} measured images (at most "
                + $"{report.Metrics.PerClass.Max(c => c.Support)}), and their intervals say how little is known.";
        else if (few.Length > 0 && report.Metrics.Count > 0)
            yield return $"Do not quote the metrics of classes with few measured images alone: {List(few)}. Their intervals say how little is known.";
    }

    private static IEnumerable<string> Measured(ImageClassificationMetrics metrics)
    {
        if (metrics.ConfidenceIntervals.TryGetValue("macroAccuracy", out ConfidenceInterval interval) && interval.High - interval.Low > WideInterval)
            yield return $"Measure more images or use --folds: the macro accuracy lies anywhere from {Text.Percent(interval.Low)} to "
                + $"{Text.Percent(interval.High)}.";
        if (metrics.ExpectedCalibrationError > LargeCalibrationError)
            yield return $"Do not read the probabilities as such: confidence and share of correct answers lie "
                + $"{Text.Metric(metrics.ExpectedCalibrationError)} apart.";
    }

    private static IEnumerable<string> Gaps(ReportFigures figures)
    {
        foreach (SubgroupColumn column in figures.Subgroups)
            if (column.LargestGaps.FirstOrDefault(g => g.Metric == "sensitivity" && g.Gap.Interval is { Low: > 0 }) is { } gap)
                yield return $"Look at {column.Column}: the sensitivity for {gap.High} is {Text.Metric(gap.Gap.Value)} above that for {gap.Low} "
                    + $"(95 % {Text.Interval(gap.Gap.Interval)}). Other classes there can explain it; if they do not, collect more images of {gap.Low}.";
        if (figures.Subgroups.Count == 0)
            yield return "Add age, sex, site and skin tone to metadata.csv: without them it cannot be seen for whom the model works less well.";
    }

    private static string List(string[] items) => $"{string.Join(", ", items.Take(8))}{(items.Length > 8 ? ", …" : "")}";
}
