using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Sentences and tables of metrics.json about how well the model does.</summary>
internal static class ScoreFacts
{
    private const int MaxConfusions = 5;

    /// <summary>The main numbers in one sentence.</summary>
    public static string Summary(RunFacts f) =>
        $"Macro accuracy {f.Metrics.MetricWithInterval("macroAccuracy")}, micro accuracy {f.Metrics.MetricWithInterval("microAccuracy")}, macro AUC "
            + $"{f.Metrics.MetricWithInterval("macroAuc")} on {Text.Whole(f.Count)} images (95 % intervals in brackets).";

    /// <summary>Every metric with its interval.</summary>
    public static string All(RunFacts f) => Markdown.Table(["metric", "value", "95 % interval"], MetricCatalog.For(f.Labels.Count).Select(m => (string[])
        [$"{Text.Title(m.Name)} ({Text.Meaning(m.Name)})", Text.Metric(f.Metrics.Number(m.Name)),
            Text.Interval(f.Metrics.Child("confidenceIntervals")?.Interval(m.Name))]));

    /// <summary>Every class against the rest.</summary>
    public static string Classes(RunFacts f) =>
        Markdown.Table(["class", "examples", "precision", "recall (sensitivity)", "specificity", "F1", "AUC", "average precision"],
        f.Metrics.Items("perClass").Select(c => (string[])[Markdown.Cell(c.Words("label") ?? ""), Text.Whole(c.Whole("support")),
            Text.Metric(c.Number("precision")), c.Measured("recall"), Text.Metric(c.Number("specificity")), Text.Metric(c.Number("f1")),
            Text.Metric(c.Number("auc")), Text.Metric(c.Number("averagePrecision"))]));

    /// <summary>What is mistaken for what, the most frequent first; null without mistakes.</summary>
    public static string? Confusions(RunFacts f)
    {
        long[][] rows = [.. f.Metrics.Items("confusionMatrix").Select(r => r.EnumerateArray().Select(n => n.GetInt64()).ToArray())];
        string[] mistakes = [.. rows.Index().SelectMany(r => r.Item.Index().Where(c => c.Index != r.Index && c.Item > 0)
            .Select(c => (Count: c.Item, Of: r.Item.Sum(), Actual: f.Labels[r.Index], Predicted: f.Labels[c.Index])))
            .OrderByDescending(m => m.Count).ThenBy(m => m.Actual, StringComparer.Ordinal).Take(MaxConfusions)
            .Select(m => $"{Text.Whole(m.Count)} of {Text.Whole(m.Of)} images of {Markdown.Code(m.Actual)} were taken for {Markdown.Code(m.Predicted)}.")];
        return mistakes.Length == 0 ? f.Count == 0 ? null : "No measured image was taken for another class." : Markdown.List(mistakes);
    }

    /// <summary>Operating points of every class.</summary>
    public static string? OperatingPoints(RunFacts f)
    {
        JsonElement[] classes = [.. f.Metrics.Items("operatingPoints")];
        return classes.Length == 0 ? null : Markdown.Table(
            ["class", "prevalence", "chosen by", "threshold", "sensitivity", "specificity", "95 % interval of the other", "PPV", "NPV"],
            classes.SelectMany(c => c.Items("points").Select(p => (string[])[Markdown.Cell(c.Words("label") ?? ""),
                $"{Text.Percent(c.Number("prevalence"))}{(c.Flag("prevalenceIsStated") ? " stated" : "")}", Kind(p), Text.Metric(p.Number("threshold")),
                Text.Percent(p.Number("sensitivity")), Text.Percent(p.Number("specificity")), Text.Interval(p.Interval("interval")),
                Text.Percent(p.Number("positivePredictiveValue")), Text.Percent(p.Number("negativePredictiveValue"))])))
            + "\n\n" + Markdown.List(classes.Select(c => $"{Markdown.Code(c.Words("label") ?? "")}: partial AUC above a sensitivity of 80 %: "
                + $"{c.Measured("partialAuc")} (at most 0.2; chance is 0.02)."));
    }

    /// <summary>How far probabilities can be taken at their word.</summary>
    public static string Calibration(RunFacts f) =>
        $"Calibration error {f.Metrics.MetricWithInterval("expectedCalibrationError")} (mean distance between confidence and share of correct "
            + $"answers), log loss "
            + $"{f.Metrics.MetricWithInterval("logLoss")}.";

    /// <summary>What other decision rules reach on the same probabilities.</summary>
    public static string? Rules(RunFacts f)
    {
        (string Name, JsonElement Rule)[] rules = [.. new[] { ("the highest score", f.Metrics.Child("byScore")), ("balanced", f.Metrics.Child("balanced")) }
            .Where(r => r.Item2 is not null).Select(r => (r.Item1, r.Item2!.Value))];
        return rules.Length == 0 ? null : Markdown.Table(["rule on the same probabilities", "micro accuracy", "macro accuracy", "macro F1"],
            [["the one of these metrics", Text.Metric(f.Metrics.Number("microAccuracy")), Text.Metric(f.Metrics.Number("macroAccuracy")),
                Text.Metric(f.Metrics.Number("macroF1"))], .. rules.Select(r => (string[])[r.Name, Text.Metric(r.Rule.Number("microAccuracy")),
                Text.Metric(r.Rule.Number("macroAccuracy")), Text.Metric(r.Rule.Number("macroF1"))])]);
    }

    /// <summary>The metrics at the levels above the classes.</summary>
    public static string? Levels(RunFacts f) => f.Metrics.Child("hierarchy") is not { } hierarchy ? null
        : Markdown.Table(["level", "classes", "micro accuracy", "macro accuracy", "macro AUC"], hierarchy.Items("levels").Select(l => (string[])
            [$"{hierarchy.Words("name")} {Text.Whole(l.Whole("level"))}", string.Join(", ", l.Items("labels").Select(n => Markdown.Cell(n.GetString() ?? ""))),
                l.MetricWithInterval("microAccuracy"), l.MetricWithInterval("macroAccuracy"), l.MetricWithInterval("macroAuc")]));

    /// <summary>What corrupted images cost; null where it was not measured.</summary>
    public static string? Robustness(RunFacts f) => f.Metrics.Child("robustness") is not { } r ? null
        : $"Corrupted images (drawn with seed {Text.Whole(r.Whole("seed"))}, one view): the accuracy of {Text.Metric(r.Number("accuracy"))} drops by "
            + $"{r.Measured("meanDrop")} on average, and the predicted class of a share of {r.Measured("meanFlipRate")} changes.\n\n"
            + Markdown.Table(["kind", "mean drop", "mean flip rate"], r.Items("corruptions").Select(c => (string[])
                [c.Words("name") ?? "", c.Measured("meanDrop"), c.Measured("meanFlipRate")]));

    private static string Kind(JsonElement point) => point.Words("by") is "decision" ? "the decision rule"
        : $"{point.Words("by")} {Text.Short((point.Number("target") ?? 0) * 100)} %";
}
