using System.Text.Json;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Sentences and tables about the images of a run.</summary>
internal static class DataFacts
{
    /// <summary>What was measured, in one sentence.</summary>
    public static string Measured(RunFacts f) => $"{Text.Whole(f.Count)} images were measured"
        + $"{(f.MeasuredOn is { } which ? $" ({Markdown.Plain(which)})" : "")}{(f.Folds > 0 ? $", in {f.Folds} folds" : "")}.";

    /// <summary>The dataset and how many images it gave.</summary>
    public static string? Source(RunFacts f) => Markdown.Sentences(
        f.Data is { } data ? $"Data: {Markdown.Code(data)}." : null,
        f.Sets is { } sets ? $"{Text.Whole(sets.Sets.Sum(s => s.Images))} images are in its sets." : null, Measured(f), Skipped(f));

    /// <summary>Images of each class in each set; of an evaluation those that were measured.</summary>
    public static string Counts(RunFacts f) => f.Sets?.ToMarkdown(f.Labels) ?? Markdown.Table(["class", "measured images"],
        [.. f.Metrics.Items("perClass").Select(c => (string[])[Markdown.Cell(c.Words("label") ?? ""), Text.Whole(c.Whole("support"))]),
            ["all", Text.Whole(f.Count)]]);

    /// <summary>How the sets were made, and what keeps them apart.</summary>
    public static string? Partition(RunFacts f) => f.Sets is not { } sets ? null : Markdown.Sentences(How(f), Groups(f, sets), Leaks(f));

    /// <summary>Which images stay in one set.</summary>
    public static string? Level(RunFacts f) => f.Sets is not { } sets ? null : Markdown.Sentences(Groups(f, sets), Leaks(f));

    /// <summary>Images that are both trained from and measured.</summary>
    public static string? Leaks(RunFacts f) => f.Metrics.Child("leaks") is not { } leaks ? null : leaks.Whole("contents") == 0
        ? f.IsEvaluation ? "No measured file has the content of an image that the model was trained from (SHA-256)."
            : "No file of one set has the content of a file of another set (SHA-256)."
        : $"{Text.Whole(leaks.Whole("images"))} images hold {Text.Whole(leaks.Whole("contents"))} contents that were both trained from and measured.";

    /// <summary>Files that could not be used.</summary>
    public static string? Skipped(RunFacts f) =>
        f.Skipped == 0 ? "No file was left out." : $"{Text.Whole(f.Skipped)} files were left out; skipped.csv has the reason for each.";

    /// <summary>Images of a column of metadata by value, as far as it was looked at; null where none was.</summary>
    public static string? Characteristics(RunFacts f)
    {
        JsonElement[] columns = [.. f.Metrics.Items("subgroups")];
        return columns.Length == 0 ? null : "Measured images by the metadata (cases: different groups of images, where there are groups):\n\n"
            + Markdown.Table(["column", "value", "images", "cases"], columns.SelectMany(c => c.Items("groups").Select(g => (string[])
                [Markdown.Cell(c.Words("column") ?? ""), Markdown.Cell(g.Words("value") ?? ""), Text.Whole(g.Whole("count")), Text.Whole(g.Whole("cases"))])));
    }

    /// <summary>Images without a value, for each column that was looked at.</summary>
    public static string? Missing(RunFacts f) => Markdown.Sentences([Skipped(f), .. f.Metrics.Items("subgroups").Select(c =>
        c.Items("groups").FirstOrDefault(g => g.Words("value") == SubgroupValues.Missing) is { ValueKind: JsonValueKind.Object } missing
            ? $"Measured images without a value of {Markdown.Code(c.Words("column") ?? "")}, a group of their own: {Text.Whole(missing.Whole("count"))}."
            : $"Every measured image has a value of {Markdown.Code(c.Words("column") ?? "")}.")]);

    /// <summary>Images that were trained from beside those that were measured, by class.</summary>
    public static string? TrainedAndMeasured(RunFacts f)
    {
        if (f.Manifest is not { TrainedOn.Count: > 0 } manifest)
            return null;
        return Markdown.Table(["class", "trained from", "measured"], f.Metrics.Items("perClass").Select(c => (string[])
            [Markdown.Cell(c.Words("label") ?? ""), manifest.TrainedOn.TryGetValue(c.Words("label") ?? "", out int trained) ? Text.Whole(trained) : "–",
                Text.Whole(c.Whole("support"))]));
    }

    private static string? How(RunFacts f)
    {
        if (f.Folds > 0)
            return $"Cross-validation in {f.Folds} folds: each image was measured by a model that had not seen it.";
        if (f.Option("splits") is { } file)
            return $"The sets are those of {Markdown.Code(Path.GetFileName(file))}.";
        return f.Option("validation") is { } validation && f.Option("test") is { } test
            ? $"Sets that the data name were kept; otherwise a share of {test} of the groups, stratified by class, went to the test set and "
                + $"{validation} of them "
                + $"to the validation set, drawn with the seed {f.Option("seed") ?? "of the run"}." : null;
    }

    private static string Groups(RunFacts f, SetTable sets) => !sets.HasGroups
        ? "The images have no groups: several images of one lesion or person can be in different sets."
        : $"Images of one group{(f.Option("groupBy") is { } column ? $" (the same value of {Markdown.Code(column)})" : "")} are in one set only: "
            + $"{string.Join(", ", sets.Sets.Where(s => s.Images > 0).Select(s => $"{Text.Whole(s.Groups)} groups in {s.Name}"))}.";
}
