using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Images that are blurred, dark, have a border and the like: how many of each class, and some of them.</summary>
internal static class ImageQualitySection
{
    private const int MaxShown = 8, MaxClasses = 30;

    public static IEnumerable<ImageExample> Images(DatasetReport report) => report.Found.Quality is not { } quality ? []
        : Found(quality).SelectMany(p => Shown(quality, p)).Select(f => f.Image);

    public static void Write(StringBuilder html, DatasetReport report, Thumbnails thumbnails)
    {
        if (report.Found.Quality is not { } quality)
            return;
        string[] problems = Found(quality);
        html.Append("<section class=\"card\">\n<h2>Image quality</h2>\n");
        if (problems.Length == 0)
        {
            html.Append("<p class=\"note\">Nothing is found: no image is blurred, dark, empty, tiny, has glare, a border, dark corners or a ruler.</p>\n"
                + "</section>\n");
            return;
        }
        html.Append("<p class=\"note\">Share of the images of a class that have a problem. Bold: so much more often than in the other classes that a network "
            + "can recognize the class by it, instead of by the skin.</p>\n<div class=\"scroll\"><table><thead><tr><th>class</th>")
            .AppendJoin("", problems.Select(p => $"<th>{p}</th>")).Append("</tr></thead><tbody>\n");
        foreach (ClassInspection c in report.Found.Classes.Take(MaxClasses))
            html.Append($"<tr><td class=\"name\">{Html.Escape(c.Label)}</td>")
                .AppendJoin("", problems.Select(p => Cell(quality, c.Label, p))).Append("</tr>\n");
        html.Append("</tbody></table></div>\n");
        foreach (string problem in problems)
        {
            QualityFinding[] shown = [.. Shown(quality, problem)];
            int count = quality.Findings.Count(f => f.Problem == problem);
            html.Append($"<h3>{Text.Whole(count)} {problem}: the image {Html.Escape(DatasetQuality.Meaning(problem))} (limit: "
                + $"{Html.Escape(DatasetQuality.Told(problem, quality.Limits[problem]))})</h3>\n");
            Figures.Begin(html);
            foreach (QualityFinding finding in shown)
                Figures.Write(html, thumbnails, [finding.Image],
                    $"{Html.Escape(DatasetQuality.Told(problem, finding.Figure))}<small>{Html.Escape(finding.Image.Path)}</small>");
            Figures.End(html);
        }
        html.Append("</section>\n");
    }

    private static string Cell(DatasetQuality quality, string label, string problem)
    {
        QualityShare share = quality.Shares.First(s => s.Label == label && s.Problem == problem);
        string text = share.Count == 0 ? "0" : $"{Text.Percent(share.Share)}<span class=\"mean\">{Text.Whole(share.Count)}</span>";
        return $"<td>{(share.IsBound ? $"<b>{text}</b>" : text)}</td>";
    }

    private static string[] Found(DatasetQuality quality) => [.. DatasetQuality.Problems.Where(p => quality.Findings.Any(f => f.Problem == p))];

    /// <summary>The worst ones; of equally bad ones the first of every class, then the second.</summary>
    private static IEnumerable<QualityFinding> Shown(DatasetQuality quality, string problem) => quality.Findings.Where(f => f.Problem == problem)
        .GroupBy(f => f.Figure).SelectMany(same => same.GroupBy(f => f.Image.LabelIndex).SelectMany(c => c.Index()).OrderBy(f => f.Index).Select(f => f.Item))
        .Take(MaxShown);
}
