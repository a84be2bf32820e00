using System.Globalization;
using System.Text;
using SkinClassifier.Audit;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Headline, notice, the main counts of a dataset, and its warnings.</summary>
internal static class DatasetOverviewSection
{
    public static void Write(StringBuilder html, DatasetReport report)
    {
        DatasetInspection found = report.Found;
        html.Append($"<header>\n<h1>Dataset {Html.Escape(report.Name)}</h1>\n<p class=\"lead\">{Text.Whole(found.Count)} images of {found.Labels.Count} "
            + $"{(found.Labels.Count == 1 ? "class" : "classes")}: what is in the dataset, and what is wrong with it</p>\n"
            + $"<p class=\"notice\" role=\"note\"><b>{Text.MedicalHeadline}</b> What is found here are candidates for a person to look at.</p>\n</header>\n"
            + "<section class=\"tiles\" aria-label=\"Main counts\">\n");
        Tile(html, "Images", Text.Whole(found.Count), string.Create(CultureInfo.InvariantCulture,
            $"{found.Bytes / 1e6:#,0.0} MB{(found.Unreadable.Count == 0 ? "" : $", {found.Unreadable.Count:#,0} files unreadable")}"));
        Tile(html, "Classes", Text.Whole(found.Labels.Count),
            found.Imbalance is double ratio ? string.Create(CultureInfo.InvariantCulture, $"largest : smallest {ratio:0.#} : 1") : "");
        Tile(html, "Groups", found.Groups is int groups ? Text.Whole(groups) : "none", found.LargestGroup is int largest
            ? $"the largest has {Text.Whole(largest)} images"
            : found.SuggestedGroupColumn is { } column ? $"column {column} tells them" : "no column names them");
        Tile(html, "Same content", Text.Whole(found.Duplicates.Count), found.Duplicates.Count == 1 ? "content in several files" : "contents in several files");
        Tile(html, "Near copies", found.NearDuplicates is { } near ? Text.Whole(near.Count(p => p.Distance <= NearDuplicates.SureDistance)) : "–",
            found.NearDuplicates is { } all ? $"sure pairs, {Text.Whole(all.Count)} to look at" : "not looked for");
        if (found.Quality is { } quality)
        {
            int images = quality.Findings.Select(f => f.Image.Path).Distinct(StringComparer.Ordinal).Count();
            Tile(html, "Quality", Text.Whole(images), $"images with a problem, {Text.Percent(found.Count == 0 ? 0 : (double)images / found.Count)}");
        }
        html.Append("</section>\n");
    }

    public static void Warnings(StringBuilder html, DatasetInspection found)
    {
        if (found.Warnings.Count == 0)
            return;
        html.Append("<section class=\"card\">\n<h2>Warnings</h2>\n<ul class=\"plain\">\n");
        foreach (string warning in found.Warnings)
            html.Append($"<li>{Html.Escape(warning)}</li>\n");
        html.Append("</ul>\n</section>\n");
    }

    private static void Tile(StringBuilder html, string name, string value, string more) =>
        html.Append($"<div class=\"tile\"><span>{Html.Escape(name)}</span><b>{Html.Escape(value)}</b><i>{Html.Escape(more)}</i></div>\n");
}
