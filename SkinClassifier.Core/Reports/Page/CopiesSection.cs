using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Files with the same content, those in several sets or classes first.</summary>
internal static class CopiesSection
{
    private const int MaxShown = 12, MaxListed = 200;

    public static IEnumerable<ImageExample> Images(DatasetReport report) => Shown(report.Found).Select(s => s.Image);

    public static void Write(StringBuilder html, DatasetReport report, Thumbnails thumbnails)
    {
        DuplicateSet[] sets = [.. Ordered(report.Found)];
        html.Append("<section class=\"card\">\n<h2>Same content</h2>\n");
        if (sets.Length == 0)
        {
            html.Append("<p class=\"note\">None: no two files have the same bytes (SHA-256).</p>\n</section>\n");
            return;
        }
        html.Append($"<p>{Text.Whole(sets.Length)} contents stand in {Text.Whole(sets.Sum(s => s.Paths.Count))} files, "
            + $"{Text.Whole(sets.Count(s => s.Splits.Count > 1))} in several sets and {Text.Whole(sets.Count(s => s.Labels.Count > 1))} in several "
            + "classes.</p>\n");
        Figures.Begin(html);
        foreach ((ImageExample image, DuplicateSet set) in Shown(report.Found))
            Figures.Write(html, thumbnails, [image],
                $"{Mark(set)}<small>{string.Join("<br>", set.Paths.Take(4).Select(Html.Escape))}{(set.Paths.Count > 4 ? "<br>…" : "")}</small>");
        Figures.End(html);
        html.Append("<details class=\"long\"><summary>All files with the same content</summary>\n<table class=\"facts\"><tbody>\n");
        foreach (DuplicateSet set in sets.Take(MaxListed))
            html.Append($"<tr><td>{Mark(set)}</td><td>{string.Join("<br>", set.Paths.Select(Html.Escape))}</td></tr>\n");
        html.Append("</tbody></table>\n");
        if (sets.Length > MaxListed)
            html.Append($"<p class=\"note\">and {Text.Whole(sets.Length - MaxListed)} more</p>\n");
        html.Append("</details>\n</section>\n");
    }

    private static string Mark(DuplicateSet set)
    {
        string[] marks = [.. set.Splits.Count > 1 ? ["<b>several sets</b>"] : Array.Empty<string>(), .. set.Labels.Count > 1 ? ["<b>several classes</b>"]
            : Array.Empty<string>()];
        return marks.Length == 0 ? $"{set.Paths.Count} files" : $"{set.Paths.Count} files, {string.Join(", ", marks)}";
    }

    private static IEnumerable<DuplicateSet> Ordered(DatasetInspection found) =>
        found.Duplicates.OrderByDescending(d => d.Splits.Count > 1).ThenByDescending(d => d.Labels.Count > 1);

    private static IEnumerable<(ImageExample Image, DuplicateSet Set)> Shown(DatasetInspection found)
    {
        Dictionary<string, ImageExample> byPath = found.Examples.DistinctBy(e => e.Path).ToDictionary(e => e.Path, StringComparer.Ordinal);
        return [.. Ordered(found).Take(MaxShown).Select(d => (byPath[d.Paths[0]], d))];
    }
}
