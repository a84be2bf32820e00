using System.Globalization;
using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>The columns of the metadata, each with what is in it.</summary>
internal static class MetadataSection
{
    private const int MaxColumns = 40, MaxValues = 8, MaxLength = 40;

    // A column is of numbers, or of names, when at least nine tenths of its values are.
    private const double Most = 0.9;

    public static void Write(StringBuilder html, DatasetInspection found)
    {
        if (found.Columns.Count == 0)
            return;
        html.Append("<section class=\"card\">\n<h2>Metadata</h2>\n<p class=\"note\">Shares of the images that have a value.</p>\n"
            + "<table class=\"facts\"><tbody>\n");
        foreach (string column in found.Columns.Take(MaxColumns))
            html.Append($"<tr><td>{Html.Escape(column)}</td><td>{Html.Escape(Distribution(found.Examples, column))}</td></tr>\n");
        html.Append("</tbody></table>\n");
        if (found.Columns.Count > MaxColumns)
            html.Append($"<p class=\"note\">and {found.Columns.Count - MaxColumns} more columns</p>\n");
        html.Append("</section>\n");
    }

    /// <summary>What is in a column, in a line.</summary>
    internal static string Distribution(IReadOnlyList<ImageExample> examples, string column)
    {
        string[] values = [.. examples.Select(e => e.Columns.GetValueOrDefault(column)).OfType<string>().Where(v => !MissingValues.IsNoGroup(v))];
        string missing = values.Length == examples.Count ? "" : $"; {Text.Whole(examples.Count - values.Length)} images have none";
        if (values.Length == 0)
            return "empty";
        KeyValuePair<string, int>[] counts = [.. values.CountBy(v => v, StringComparer.Ordinal).OrderByDescending(c => c.Value)
            .ThenBy(c => c.Key, StringComparer.Ordinal)];
        double[] numbers = [.. values.Select(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out double n) ? n : double.NaN)
            .Where(double.IsFinite).Order()];
        if (counts.Length > MaxValues && numbers.Length >= Most * values.Length)
            return string.Create(CultureInfo.InvariantCulture,
                $"numbers from {numbers[0]:0.###} to {numbers[^1]:0.###}, median {numbers[numbers.Length / 2]:0.###}, half of them from "
                    + $"{numbers[numbers.Length / 4]:0.###} to {numbers[numbers.Length - 1 - numbers.Length / 4]:0.###}{missing}");
        if (counts.Length >= Most * values.Length && counts.Length > MaxValues)
            return $"{Text.Whole(counts.Length)} different values{missing}";
        if (counts[0].Value < 0.01 * values.Length)
            return $"{Text.Whole(counts.Length)} different values, the most frequent {Text.Whole(counts[0].Value)} times{missing}";
        string rest = counts.Length > MaxValues ? $", {Text.Whole(counts.Length - MaxValues)} others" : "";
        return string.Join(", ", counts.Take(MaxValues).Select(c => $"{Short(c.Key)} {Text.Percent((double)c.Value / values.Length)}")) + rest + missing;
    }

    private static string Short(string value) => value.Length <= MaxLength ? value : string.Concat(value.AsSpan(0, MaxLength - 1), "…");
}
