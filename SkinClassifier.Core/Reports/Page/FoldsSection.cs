using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Figures of the folds of a cross-validation.</summary>
internal static class FoldsSection
{
    public static void Write(StringBuilder html, IReadOnlyList<FoldFigures> folds)
    {
        html.Append("<section class=\"card\">\n<h2>Folds</h2>\n<p class=\"note\">Each row is a model and the pictures it had not seen. The last row is mean ± standard deviation.</p>\n<div class=\"scroll\"><table><thead><tr><th>fold</th><th>pictures</th>");
        foreach (string figure in FoldTable.Figures)
            html.Append($"<th>{Html.Escape(Text.Title(figure))}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (FoldFigures fold in folds)
            html.Append($"<tr><td>{fold.Fold}</td><td>{Text.Whole(fold.Metrics.Count)}</td>{string.Concat(FoldTable.Figures.Select(f => $"<td>{Text.Figure(fold.Metrics[f])}</td>"))}</tr>\n");
        html.Append($"<tr><td><b>mean</b></td><td></td>{string.Concat(FoldTable.Figures.Select(f => $"<td><b>{MetricSpread.Of(folds.Select(fold => fold.Metrics), f)}</b></td>"))}</tr>\n</tbody></table></div>\n</section>\n");
    }
}
