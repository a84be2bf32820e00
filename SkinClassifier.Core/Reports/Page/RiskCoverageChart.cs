using System.Text;
using SkinClassifier.Calibration;

namespace SkinClassifier.Reports.Page;

/// <summary>Error among the answers against the share of images that are answered, as SVG.</summary>
internal static class RiskCoverageChart
{
    private const double Width = 360, Height = 260, Left = 44, Right = 18, Top = 8, Bottom = 40;
    private const int Points = 120, Listed = 10;

    public static void Write(StringBuilder html, PolicyMetrics reached)
    {
        IReadOnlyList<(double Coverage, double Risk)> points = reached.Curve.Points(Points);
        if (points.Count == 0)
            return;
        double risk = reached.Policy.Options.Risk;
        (double low, double high, double step) = LineChart.NiceScale(0, Math.Max(points.Max(p => p.Risk), risk < 1 ? risk : 0), 1);
        double X(double share) => Left + (Width - Left - Right) * share;
        double Y(double error) => Height - Bottom - (Height - Top - Bottom) * (error - low) / (high - low);
        html.Append($"<div><h3>Risk and coverage</h3>\n<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" role=\"img\" aria-label=\"Errors among answers "
            + "against the share of images answered\">\n");
        for (int i = 0; low + i * step <= high + step * 0.01; i++)
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(low + i * step))}\" "
                + $"y2=\"{Html.N(Y(low + i * step))}\"/><text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(low + i * step) + 4)}\" "
                + $"text-anchor=\"end\">{Html.N(Math.Round((low + i * step) * 100, 6))}%</text>\n");
        foreach (double share in (ReadOnlySpan<double>)[0, 0.25, 0.5, 0.75, 1])
            html.Append($"<text x=\"{Html.N(X(share))}\" y=\"{Html.N(Height - Bottom + 15)}\" text-anchor=\"middle\">{Html.N(share * 100)}%</text>\n");
        if (risk < 1)
            html.Append($"<line class=\"dash\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(risk))}\" y2=\"{Html.N(Y(risk))}\">"
                + $"<title>wanted: at most {Text.Percent(risk)}</title></line>\n");
        html.Append($"<polyline class=\"curve s-train\" points=\"{string.Join(' ', points.Select(p => $"{Html.N(X(p.Coverage))},{Html.N(Y(p.Risk))}"))}\"/>\n");
        if (reached is { AnsweredShare: { } answered, ErrorAmongAnswers: { } error, Policy.Threshold: not null })
            html.Append($"<circle class=\"f-val\" cx=\"{Html.N(X(answered))}\" cy=\"{Html.N(Y(Math.Min(error, high)))}\" r=\"4\"><title>the policy: "
                + $"{Text.Percent(answered)} answered, {Text.Percent(error)} wrong</title></circle>\n");
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 6)}\" text-anchor=\"middle\">share of images answered, most "
            + "confident first</text></svg>\n<p class=\"note\">Upwards: share of errors among the answers. The point is the policy, the dashed line the wanted "
            + "risk.</p>\n");
        ChartTable.Write(html, "Risk and coverage", ["images answered", "errors among them"], points.Where((_, i) => i % Math.Max(1, points.Count / Listed) == 0
            || i == points.Count - 1).Select(p => (string[])[Text.Percent(p.Coverage), Text.Percent(p.Risk)]));
        html.Append("</div>\n");
    }
}
