using System.Text.Json;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Sentences and tables of metrics.json about when the model answers.</summary>
internal static class PolicyFacts
{
    /// <summary>The policy and what it reaches; null where none was measured.</summary>
    public static string? All(RunFacts f) => f.Metrics.Child("policy") is not { } p ? null : Markdown.Paragraphs(Rule(p), Reached(p), Sets(p));

    /// <summary>Images that are held back because of what they are.</summary>
    public static string? PoorInput(RunFacts f)
    {
        if (f.Metrics.Child("policy") is not { } p)
            return null;
        return Markdown.Sentences(
            p.Number("unusableShare") is { } unusable
                ? $"{Text.Percent(unusable)} of the measured images are blurred, dark, blank, tiny or have glare and get no "
                + "answer." : null,
            p.Number("unfamiliarShare") is { } unfamiliar ? $"{Text.Percent(unfamiliar)} are not like the training images and get no answer." : null);
    }

    /// <summary>How many images are left to people.</summary>
    public static string? Abstained(RunFacts f) => f.Metrics.Child("policy") is not { } p ? null : $"{Answered(p)} {Wrong(p)}";

    private static string Rule(JsonElement p) =>
        $"Policy, calibrated on {Markdown.Plain(p.Words("calibratedOn") ?? "images that are not named")}: prediction sets "
        + $"({p.Words("sets")}) that leave out the class of at most {Text.Percent(p.Number("alpha"))} of the images; "
        + (p.Number("threshold") is { } threshold
            ? $"an answer from a probability of {Text.Metric(threshold)} on, where at most {Text.Percent(p.Number("risk"))} of "
            + "the answers should be wrong." : "no answer is held back for low confidence.");

    private static string Reached(JsonElement p) =>
        $"{Answered(p)} {Wrong(p)} Area under the risk-coverage curve {Text.Metric(p.Number("areaUnderRiskCoverage"))}. "
        + $"{Text.Percent(p.Number("coverage"))} of the sets have the class of their image; a set has {Text.Metric(p.Number("meanSetSize"))} classes "
        + $"on average, "
        + $"{Text.Percent(p.Number("emptySets"))} are empty.";

    private static string Answered(JsonElement p) =>
        $"{Text.Percent(p.Number("answeredShare"))} of the measured images are answered, the others are left to people.";

    private static string Wrong(JsonElement p) => $"{Text.Percent(p.Number("errorAmongAnswers"))} of the answers are wrong"
        + $"{(p.Interval("errorInterval") is { } i ? $" (95 % interval {Text.Interval(i)})" : "")}.";

    private static string Sets(JsonElement p) => Markdown.Table(["class", "images", "calibration images", "share of sets that have it"],
        p.Items("perClass")
            .Select(c => (string[])[Markdown.Cell(c.Words("label") ?? ""), Text.Whole(c.Whole("support")), Text.Whole(c.Whole("calibrationImages")),
            c.Measured("coverage")]));
}
