using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>ROC curves, one class against the rest.</summary>
internal static class RocChart
{
    private const double Width = 360, Height = 330, Left = 40, Right = 18, Top = 8, Plot = 276;
    private const int MaxCurves = 12;

    public static void Write(StringBuilder html, ImageClassificationMetrics metrics)
    {
        static double X(double v) => Left + (Width - Left - Right) * v;
        static double Y(double v) => Top + Plot * (1 - v);
        int[] shown = [.. Enumerable.Range(0, metrics.Labels.Count).Where(c => metrics.PerClass[c].Auc.HasValue)
            .OrderByDescending(c => metrics.PerClass[c].Support).ThenBy(c => c).Take(MaxCurves).Order()];
        if (shown.Length == 0)
            return;
        html.Append($"<div><h3>ROC curves</h3>\n<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" role=\"img\" aria-label=\"ROC curves of "
            + $"{shown.Length} classes\">\n");
        foreach (double v in (ReadOnlySpan<double>)[0, 0.25, 0.5, 0.75, 1])
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(v))}\" "
                + $"y2=\"{Html.N(Y(v))}\"/><text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(v) + 4)}\" "
                + $"text-anchor=\"end\">{Html.N(v * 100)}%</text><text x=\"{Html.N(X(v))}\" y=\"{Html.N(Y(0) + 15)}\" "
                + $"text-anchor=\"middle\">{Html.N(v * 100)}%</text>\n");
        html.Append($"<line class=\"dash\" x1=\"{Html.N(X(0))}\" y1=\"{Html.N(Y(0))}\" x2=\"{Html.N(X(1))}\" y2=\"{Html.N(Y(1))}\"/>\n");
        foreach (int c in shown)
        {
            string points =
                string.Join(' ', metrics.Examples.Ranked(c).RocPoints(metrics.Examples).Select(p => $"{Html.N(X(p.FalseAlarms))},{Html.N(Y(p.Hits))}"));
            html.Append($"<polyline class=\"curve\" style=\"stroke:{Color(c)}\" points=\"{points}\"><title>{Html.Escape(metrics.Labels[c])}: AUC "
                + $"{Text.Metric(metrics.PerClass[c].Auc)}</title></polyline>\n");
        }
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 6)}\" text-anchor=\"middle\">others taken for the class "
            + $"(1 − specificity)</text></svg>\n<ul class=\"legend\">");
        foreach (int c in shown)
            html.Append($"<li><span style=\"background:{Color(c)}\"></span>{Html.Escape(metrics.Labels[c])} {Text.Metric(metrics.PerClass[c].Auc)}</li>");
        html.Append("</ul>\n<p class=\"note\">Upwards: share of the class that is found (recall). The number is the area under the curve.</p></div>\n");
    }

    /// <summary>Hues a golden angle apart stay different; middle lightness reads on light and dark ground.</summary>
    private static string Color(int label) => $"hsl({(205 + 137 * label) % 360} 62% {(label / 8 % 2 == 0 ? 50 : 38)}%)";
}
