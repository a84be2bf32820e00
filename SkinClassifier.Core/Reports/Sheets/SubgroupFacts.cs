using System.Text.Json;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Sentences and tables of metrics.json about subgroups.</summary>
internal static class SubgroupFacts
{
    private static readonly string[] PlaceColumns =
        ["center", "centre", "clinic", "hospital", "institution", "country", "attribution", "dataset", "device", "camera"];

    /// <summary>Metrics by value of every column; null where no column was looked at.</summary>
    public static string? Scores(RunFacts f) => Scores([.. f.Metrics.Items("subgroups")]);

    /// <summary>Metrics by the columns that name places; null where none was looked at.</summary>
    public static string? Places(RunFacts f) => Scores([.. f.Metrics.Items("subgroups").Where(c => PlaceColumns.Contains(c.Words("column"),
        StringComparer.OrdinalIgnoreCase))]);

    /// <summary>The largest gaps between groups that are large enough.</summary>
    public static string? Gaps(RunFacts f) => Markdown.List(f.Metrics.Items("subgroups").SelectMany(c => c.Items("largestGaps").Select(g =>
        $"{Markdown.Code(c.Words("column") ?? "")}: the {Name(g.Words("metric"))} of {Markdown.Plain(g.Words("high") ?? "")} is {g.Measured("gap")} "
            + $"above that of "
            + $"{Markdown.Plain(g.Words("low") ?? "")}.")));

    /// <summary>Which columns were looked at, and which groups are small.</summary>
    public static string Columns(RunFacts f)
    {
        JsonElement[] columns = [.. f.Metrics.Items("subgroups")];
        string[] small = [.. columns.SelectMany(c => c.Items("groups").Where(g => g.Flag("isSmall"))
            .Select(g => $"{Markdown.Plain(c.Words("column") ?? "")} {Markdown.Plain(g.Words("value") ?? "")} ({Text.Whole(g.Whole("cases"))})"))];
        if (columns.Length == 0)
            return "The data have no column of age, sex, site, kind of diagnosis or skin tone; no subgroup was measured.";
        return Markdown.Sentences([$"Metrics were computed by {string.Join(", ", columns.Select(c => Markdown.Code(c.Words("column") ?? "")))}.",
            columns.Any(c => SubgroupValues.IsTone(c.Words("column") ?? "")) ? null : "Skin tone is not recorded in the data.",
            small.Length == 0 ? "Every group has at least 20 cases." : $"Groups of fewer than 20 cases: {string.Join(", ", small)}.",
            .. columns.Select(c => c.Words("warning"))])!;
    }

    private static string? Scores(JsonElement[] columns) =>
        columns.Length == 0 ? null : Markdown.Table(["column", "value", "images", "cases", "accuracy", "sensitivity", "AUC", "calibration error"],
            columns.SelectMany(c => c.Items("groups").Select(g => (string[])[Markdown.Cell(c.Words("column") ?? ""),
                $"{Markdown.Cell(g.Words("value") ?? "")}{(g.Flag("isSmall") ? " (few cases)" : "")}", Text.Whole(g.Whole("count")),
                Text.Whole(g.Whole("cases")),
                g.Measured("accuracy"), g.Measured("sensitivity"), g.Measured("auc"), g.Measured("calibrationError")])));

    private static string Name(string? metric) => metric switch { "auc" => "AUC", "calibrationError" => "calibration error", _ => metric ?? "" };
}
