using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Metrics of the folds of a cross-validation.</summary>
internal static class FoldsSection
{
    public static void Write(StringBuilder html, IReadOnlyList<FoldMetrics> folds)
    {
        html.Append("<section class=\"card\">\n<h2>Folds</h2>\n<p class=\"note\">Each row is a model and the images it had not seen. The last row is "
            + "mean ± standard deviation.</p>\n<div class=\"scroll\"><table><thead><tr><th>fold</th><th>images</th>");
        foreach (string metric in FoldTable.Metrics)
            html.Append($"<th>{Html.Escape(Text.Title(metric))}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (FoldMetrics fold in folds)
            html.Append($"<tr><td>{fold.Fold}</td><td>{Text.Whole(fold.Metrics.Count)}</td>"
                + $"{string.Concat(FoldTable.Metrics.Select(f => $"<td>{Text.Metric(fold.Metrics[f])}</td>"))}</tr>\n");
        html.Append($"<tr><td><b>mean</b></td><td></td>"
            + $"{string.Concat(FoldTable.Metrics.Select(f => $"<td><b>{MetricSpread.Of(folds.Select(fold => fold.Metrics), f)}</b></td>"))}</tr>\n"
            + $"</tbody></table></div>\n</section>\n");
    }
}
