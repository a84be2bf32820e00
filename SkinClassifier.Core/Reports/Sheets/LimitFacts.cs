using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Sheets;

/// <summary>What the numbers of a run say about its limits; every sentence has its numbers, or names what was not measured.</summary>
internal static class LimitFacts
{
    private const int FewMeasured = 20, FewTrained = 50, MaxNames = 8;

    /// <summary>The sentences.</summary>
    public static string All(RunFacts f) => Markdown.List(Data(f).Concat(Scores(f)).Concat(Subgroups(f)).Concat(Policy(f)).Concat(NotMeasured(f)))!;

    private static IEnumerable<string> Data(RunFacts f)
    {
        if (f.Metrics.Child("leaks") is { } leaks && leaks.Whole("contents") > 0)
            yield return $"{DataFacts.Leaks(f)} The metrics are too good.";
        if (f.Sets is { HasGroups: false })
            yield return "The images have no groups: several images of one lesion or person can be in different sets, and the metrics can be too good.";
        if (f.MeasuredOn is { } which && which.Contains("too good", StringComparison.Ordinal))
            yield return $"There is no test set: {Markdown.Plain(which)}.";
        if (f.Manifest is { TrainedOn.Count: > 0 } m && m.TrainedOn.Where(c => c.Value < FewTrained).OrderBy(c => c.Value).ToArray() is { Length: > 0 } few)
            yield return $"Classes with fewer than {FewTrained} training images: {Names(few.Select(c => $"{c.Key} {c.Value}"))}.";
    }

    private static IEnumerable<string> Scores(RunFacts f)
    {
        JsonElement[] classes = [.. f.Metrics.Items("perClass")];
        if (classes.Where(c => c.Whole("support") < FewMeasured).Select(c => $"{c.Words("label")} {c.Whole("support")}").ToArray() is { Length: > 0 } few)
            yield return $"Classes with fewer than {FewMeasured} measured images: {Names(few)}.";
        if (classes.Where(c => c.Number("recall") is not null).MinBy(c => c.Number("recall")) is { ValueKind: JsonValueKind.Object } worst)
            yield return $"Lowest recall: {Markdown.Code(worst.Words("label") ?? "")} with {worst.Measured("recall")}.";
        if (f.Metrics.Child("confidenceIntervals")?.Interval("macroAccuracy") is { } interval)
            yield return $"The macro accuracy lies anywhere from {Text.Metric(interval.Low)} to {Text.Metric(interval.High)} (95 %).";
        if (f.Metrics.Number("expectedCalibrationError") is { } error)
            yield return $"Confidence and share of correct answers lie {Text.Metric(error)} apart on average.";
    }

    private static IEnumerable<string> Subgroups(RunFacts f)
    {
        foreach (JsonElement column in f.Metrics.Items("subgroups"))
            foreach (JsonElement gap in column.Items("largestGaps").Where(g => g.Interval("gapInterval") is { Low: > 0 }))
                yield return $"By {Markdown.Code(column.Words("column") ?? "")} the {gap.Words("metric")} differs by {gap.Measured("gap")}: "
                    + $"{Markdown.Plain(gap.Words("high") ?? "")} above {Markdown.Plain(gap.Words("low") ?? "")}.";
    }

    private static IEnumerable<string> Policy(RunFacts f)
    {
        if (f.Metrics.Child("policy") is not { } policy)
        {
            yield return "No policy was measured: every image gets one of the classes, also one that shows none of them.";
            yield break;
        }
        double wanted = 1 - (policy.Number("alpha") ?? 0);
        string[] below = [.. policy.Items("perClass").Where(c => c.Interval("coverageInterval") is ConfidenceInterval { High: var high } && high < wanted)
            .Select(c => $"{c.Words("label")} {c.Measured("coverage")}")];
        if (below.Length > 0)
            yield return $"Prediction sets have these classes less often than wanted: {Names(below)}.";
        if (policy.Number("unfamiliarShare") is null)
            yield return "Whether an image is like the training images was not looked at: one of another kind gets an answer, too.";
    }

    private static IEnumerable<string> NotMeasured(RunFacts f)
    {
        if (!f.Metrics.Items("subgroups").Any())
            yield return SubgroupFacts.Columns(f);
        else if (!f.Metrics.Items("subgroups").Any(c => SubgroupValues.IsTone(c.Words("column") ?? "")))
            yield return "For which skin tones the metrics hold was not measured: the data have no column of it.";
        if (f.Metrics.Child("robustness") is not { } robustness)
            yield return $"Corrupted images were not measured "
                + $"({Markdown.Code("skinclassifier evaluate <model.zip> <data> -o <folder> --robustness")} does it).";
        else if (robustness.Items("corruptions").MaxBy(c => c.Number("meanDrop")) is { ValueKind: JsonValueKind.Object } worst)
            yield return $"The corruption that costs most is {worst.Words("name")}: the accuracy drops by {worst.Measured("meanDrop")}.";
        if (!f.IsEvaluation)
            yield return "The measured images come from the same data as the training images; no other camera, clinic or country was measured in this run.";
    }

    private static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return Markdown.Plain(string.Join(", ", all.Take(MaxNames)) + (all.Length > MaxNames ? ", …" : ""));
    }
}
