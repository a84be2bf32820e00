using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>How many images each class has, and how well each class is recognized.</summary>
internal static class ClassesSection
{
    private static readonly string[] Colors = ["train", "val", "test"];

    public static void Write(StringBuilder html, RunReport report)
    {
        html.Append("<section class=\"card\">\n<h2>Classes</h2>\n<p class=\"note\">Each class against all others. Recall is also called sensitivity; "
            + "below it its 95 % interval. “–” means undefined: no example, or never predicted.</p>\n"
            + "<div class=\"scroll\"><table><thead><tr><th>class</th><th>images</th><th>precision</th><th>recall</th><th>specificity</th><th>F1</th>"
            + "<th>AUC</th><th>avg. precision</th></tr></thead><tbody>\n");
        foreach ((int index, ClassMetrics c) in report.Metrics.PerClass.Index())
            html.Append($"<tr><td class=\"name\">{Html.Escape(c.Label)}</td><td>{Text.Whole(c.Support)}</td>{Cell(c.Precision)}"
                + $"{Cell(c.Recall, report.Metrics.RecallIntervals[index])}{Cell(c.Specificity)}{Cell(c.F1)}{Cell(c.Auc)}{Cell(c.AveragePrecision)}</tr>\n");
        html.Append("</tbody></table></div>\n</section>\n");
        if (report.Splits is not null)
            Counts(html, report.Splits);
    }

    private static string Cell(double? value, ConfidenceInterval? interval = null) => value is double v
        ? $"<td class=\"heat\" style=\"background:color-mix(in srgb,var(--accent) {Html.N(Math.Clamp(v, 0, 1) * 38)}%,transparent)\">{Text.Metric(v)}"
            + $"{(interval is null ? "" : $"<span class=\"mean\">{Text.Interval(interval)}</span>")}</td>"
        : "<td>–</td>";

    private static void Counts(StringBuilder html, DatasetSplits splits)
    {
        (ImageDataset Split, string Name)[] named = RunTables.Named(splits);
        int[][] counts = [.. named.Select(n => n.Split.CountByLabel())];
        int classes = splits.Train.Labels.Count, most = Math.Max(1, Enumerable.Range(0, classes).Max(c => counts.Sum(p => p[c])));
        bool grouped = splits.Train.Examples.Any(e => e.Group is not null);
        html.Append($"<section class=\"card\">\n<h2>Images per class</h2>\n"
            + $"<p "
            + $"class=\"note\">"
            + $"{(grouped ? "Images of one group (for example one lesion) are always in the same part."
                : "The images have no groups: images of one lesion or person may be in different sets.")}</p>\n<div class=\"bars\">\n");
        for (int c = 0; c < classes; c++)
        {
            html.Append($"<b>{Html.Escape(splits.Train.Labels[c])}</b><div class=\"bar\">");
            for (int p = 0; p < 3; p++)
                if (counts[p][c] > 0)
                    html.Append($"<span class=\"f-{Colors[p]}\" style=\"width:{Html.N(100.0 * counts[p][c] / most)}%\" title=\"{named[p].Name}: "
                        + $"{counts[p][c]}\"></span>");
            html.Append($"</div><i>{string.Join(" + ", counts.Select(p => Text.Whole(p[c])))}</i>\n");
        }
        html.Append("</div>\n<ul class=\"legend\">");
        for (int p = 0; p < 3; p++)
            html.Append($"<li><span class=\"f-{Colors[p]}\"></span>{named[p].Name}: {Text.Whole(counts[p].Sum())}</li>");
        html.Append("</ul>\n</section>\n");
    }
}
