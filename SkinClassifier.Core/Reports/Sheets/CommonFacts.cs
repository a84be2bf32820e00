namespace SkinClassifier.Reports.Sheets;

/// <summary>Answers that several items of the checklists share.</summary>
internal static class CommonFacts
{
    /// <summary>What kind of study the run is.</summary>
    public static string Kind(RunFacts f) => $"The run {(f.IsEvaluation ? "measures a finished" : "makes and measures a")} classifier of images with "
        + $"{f.Labels.Count} classes: {string.Join(", ", f.Labels.Select(Markdown.Code))}. {DataFacts.Measured(f)}";

    /// <summary>The classes, and how they were established as far as the metadata tell.</summary>
    public static string Outcome(RunFacts f) => Markdown.Sentences(
    [
        $"The class of an image is one of {string.Join(", ", f.Labels.Select(Markdown.Code))}, at the time of the image.",
        .. f.Metrics.Items("subgroups").Where(c => c.Words("column") is "dx_type" or "diagnosis_confirm_type").Select(c =>
            $"How it was established ({Markdown.Code(c.Words("column")!)}), measured images: {string.Join(", ", c.Items("groups").Select(g =>
                $"{Markdown.Plain(g.Words("value") ?? "")} {Text.Whole(g.Whole("count"))}"))}."),
    ])!;

    /// <summary>What the model sees.</summary>
    public static string Predictors(RunFacts f) => f.Manifest is { } m
        ? $"The pixels of one image ({m.Width}×{m.Height}); no other variable." : "The pixels of one image; no other variable.";

    /// <summary>Images, groups and the width of the main interval.</summary>
    public static string SampleSize(RunFacts f) => Markdown.Sentences(DataFacts.Source(f),
        f.Metrics.Child("confidenceIntervals")?.Interval("macroAccuracy") is { } interval
            ? $"With the measured images the macro accuracy lies between {Text.Metric(interval.Low)} and {Text.Metric(interval.High)} (95 %)." : null)!;

    /// <summary>Network, weights, settings and choice of the final weights.</summary>
    public static string? Making(RunFacts f) => Markdown.Paragraphs(ModelFacts.Network(f), ModelFacts.Weights(f), TrainingFacts.Phases(f),
        TrainingFacts.Shared(f), TrainingFacts.Selection(f), TrainingFacts.Reasons(f));

    /// <summary>What was computed, as far as metrics.json has it.</summary>
    public static string Measures(RunFacts f)
    {
        List<string> measures =
            ["Discrimination: recall, specificity, precision, F1, AUC and average precision of each class against the rest, and their means."];
        if (f.Metrics.Items("operatingPoints").Any())
            measures.Add("Operating points: sensitivity at fixed specificity and the reverse, partial AUC, predictive values.");
        measures.Add("Calibration: expected calibration error and log loss; report.html has the reliability diagram.");
        if (f.Metrics.Items("operatingPoints").Any(c => c.Child("decisionCurve") is not null))
            measures.Add("Usefulness: net benefit of each class over thresholds (decision curve).");
        if (Uncertainty(f) is { } intervals)
            measures.Add(intervals);
        return Markdown.List(measures)!;
    }

    /// <summary>How the intervals were computed; null where there are none.</summary>
    public static string? Uncertainty(RunFacts f) => f.Metrics.Child("confidenceIntervals") is { } intervals && intervals.EnumerateObject().Any()
        ? $"Intervals: 95 % bootstrap over {(f.Option("groupBy") is { } column ? $"groups (the same value of {Markdown.Code(column)})"
            : f.Sets is { HasGroups: false } ? "images, because there are no groups" : "groups where there are groups, else over images")}." : null;

    /// <summary>Whether the model was changed after it was measured.</summary>
    public static string Updating(RunFacts f) => f.IsEvaluation
        ? f.Option("decide") is { } rule ? $"The weights were not changed; the classes were predicted by another rule: {rule}."
        : "The model was measured as it is; "
            + "nothing was updated."
        : "Nothing was updated after the metrics were computed.";

    /// <summary>Whether the measured images come from other data than the training images.</summary>
    public static string? Origin(RunFacts f) => f.IsEvaluation
        ? Markdown.Sentences(f.Data is { } data ? $"The finished model was measured on {Markdown.Code(data)}." : null, DataFacts.Leaks(f))
        : "The measured images come from the same data as the training images.";

    /// <summary>What a reader needs to use the model.</summary>
    public static string? Whole(RunFacts f) => Markdown.Sentences(ModelFacts.Network(f), ModelFacts.Weights(f), ModelFacts.Identity(f),
        f.Manifest is null ? null : "model.zip holds the whole network as ONNX, the labels and every step from image to class.");

    /// <summary>All metrics.</summary>
    public static string Performance(RunFacts f) => Markdown.Paragraphs(ScoreFacts.All(f), ScoreFacts.Classes(f), ScoreFacts.OperatingPoints(f),
        ScoreFacts.Levels(f), ScoreFacts.Calibration(f), SubgroupFacts.Scores(f), SubgroupFacts.Gaps(f))!;
}
