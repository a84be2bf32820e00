using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>The decision curve of one class as SVG: net benefit of the model, of acting on every image and of never acting.</summary>
internal static class NetBenefitChart
{
    private const double Width = 360, Height = 260, Left = 44, Right = 18, Top = 8, Bottom = 40, Floor = -0.25;
    private static readonly double[] Listed = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];

    public static void Write(StringBuilder html, ClassOperatingPoints points)
    {
        DecisionCurve curve = points.NetBenefit;
        if (points.Prevalence is not { } prevalence || curve.Model[0] is null)
            return;
        (double low, double high, double step) = LineChart.NiceScale(Floor * prevalence, prevalence, 1);
        double X(double t) => Left + (Width - Left - Right) * t;
        double Y(double benefit) => Height - Bottom - (Height - Top - Bottom) * (Math.Max(benefit, low) - low) / (high - low);
        html.Append($"<div><h3>Net benefit: {Html.Escape(points.Label)}</h3>\n<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" role=\"img\" "
            + $"aria-label=\"Decision curve of {Html.Escape(points.Label)}\">\n");
        for (int i = 0; low + i * step <= high + step * 0.01; i++)
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(low + i * step))}\" "
                + $"y2=\"{Html.N(Y(low + i * step))}\"/><text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(low + i * step) + 4)}\" "
                + $"text-anchor=\"end\">{Text.Short(low + i * step)}</text>\n");
        foreach (double t in (ReadOnlySpan<double>)[0, 0.25, 0.5, 0.75, 1])
            html.Append($"<text x=\"{Html.N(X(t))}\" y=\"{Html.N(Height - Bottom + 15)}\" text-anchor=\"middle\">{Html.N(t * 100)}%</text>\n");
        html.Append($"<line class=\"axis\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(0))}\" y2=\"{Html.N(Y(0))}\"/>\n");
        Line(curve.All, "dash");
        Line(curve.Model, "curve s-train");
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 6)}\" text-anchor=\"middle\">threshold probability</text></svg>\n"
            + $"<p class=\"note\">At a prevalence of {Text.Percent(prevalence)}{(points.IsPrevalenceStated ? " (stated)" : " (that of these images)")}. "
            + "Dashed: acting "
            + "on every image; the axis at 0: never acting. Where the curve is above both, the model helps.</p>\n");
        ChartTable.Write(html, $"Net benefit of {points.Label}", ["threshold probability", "the model", "acting on every image"],
            curve.Thresholds.Index().Where(t => Array.Exists(Listed, l => Math.Abs(l - t.Item) < 1e-9)).Select(t =>
                (string[])[Text.Percent(t.Item), Text.Metric(curve.Model[t.Index]), Text.Metric(curve.All[t.Index])]));
        html.Append("</div>\n");

        void Line(IReadOnlyList<double?> values, string style) => html.Append($"<polyline class=\"{style}\" points=\"{string.Join(' ',
            values.Index().Where(v => v.Item.HasValue).Select(v => $"{Html.N(X(curve.Thresholds[v.Index]))},{Html.N(Y(v.Item!.Value))}"))}\"/>\n");
    }
}
