using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>What corrupted images do to the accuracy: a chart and a table.</summary>
internal static class RobustnessSection
{
    private const double Width = 520, Left = 92, Right = 16, Top = 8, RowHeight = 22, Bottom = 34;

    public static void Write(StringBuilder html, RobustnessMetrics? reached)
    {
        if (reached is null || reached.Corruptions.Count == 0)
            return;
        html.Append("<section class=\"card\" id=\"robustness\">\n<h2>Corrupted images</h2>\n"
            + $"<p>Over all kinds and severities the accuracy falls by <b>{Text.Percent(reached.MeanDrop.Value)}</b> (95 % interval "
            + $"{Text.Interval(reached.MeanDrop.Interval)}) from {Text.Percent(reached.Accuracy)}, and {Text.Percent(reached.MeanFlipRate.Value)} of "
            + $"the answers "
            + $"change ({Text.Interval(reached.MeanFlipRate.Interval)}).</p>\n<p class=\"note\">Drawn over the measured images at the size of the "
            + $"network's input, with "
            + $"one view per image, seed {reached.Seed}. Drawings are no photographs: the order of the kinds says more than the numbers.</p>\n");
        Chart(html, reached);
        html.Append("<details><summary>All numbers</summary>\n<div class=\"scroll\"><table><thead><tr><th>corruption</th>");
        foreach (SeverityMetrics s in reached.Corruptions[0].Severities)
            html.Append($"<th>drop at {s.Severity}</th><th>flips at {s.Severity}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (CorruptionMetrics c in reached.Corruptions)
        {
            html.Append($"<tr><td class=\"name\">{Html.Escape(c.Name)}</td>");
            foreach (SeverityMetrics s in c.Severities)
                html.Append(Cell(s.Drop)).Append(Cell(s.FlipRate));
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n</details>\n</section>\n");
    }

    private static void Chart(StringBuilder html, RobustnessMetrics reached)
    {
        double[] drops = [.. reached.Corruptions.SelectMany(c => c.Severities.Select(s => s.Drop.Value ?? 0))];
        (double low, double high, double step) = LineChart.NiceScale(Math.Min(0, drops.Min()), Math.Max(0.05, drops.Max()), 1);
        double height = Top + RowHeight * reached.Corruptions.Count + Bottom, bottom = height - Bottom;
        double X(double drop) => Left + (Width - Left - Right) * (drop - low) / (high - low);
        html.Append($"<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(height)}\" style=\"max-width:860px\" role=\"img\" aria-label=\"Drop of the accuracy by "
            + $"{reached.Corruptions.Count} kinds of corruption\">\n");
        for (int i = 0; low + i * step <= high + step * 0.01; i++)
            html.Append($"<line class=\"grid\" x1=\"{Html.N(X(low + i * step))}\" x2=\"{Html.N(X(low + i * step))}\" y1=\"{Html.N(Top)}\" "
                + $"y2=\"{Html.N(bottom)}\"/>"
                + $"<text x=\"{Html.N(X(low + i * step))}\" y=\"{Html.N(bottom + 14)}\" text-anchor=\"middle\">"
                + $"{Html.N(Math.Round((low + i * step) * 100, 6))}%</text>\n");
        foreach ((int row, CorruptionMetrics c) in reached.Corruptions.Index())
        {
            double y = Top + RowHeight * (row + 0.5);
            html.Append($"<text x=\"{Html.N(Left - 8)}\" y=\"{Html.N(y + 3)}\" text-anchor=\"end\">{Html.Escape(c.Name)}</text>"
                + $"<line class=\"axis\" x1=\"{Html.N(X(c.Severities.Min(s => s.Drop.Value ?? 0)))}\" "
                + $"x2=\"{Html.N(X(c.Severities.Max(s => s.Drop.Value ?? 0)))}\" "
                + $"y1=\"{Html.N(y)}\" y2=\"{Html.N(y)}\"/>");
            foreach (SeverityMetrics s in c.Severities)
                html.Append($"<circle class=\"f-accent\" opacity=\"{Html.N(0.3 + 0.7 * s.Severity / c.Severities.Count)}\" "
                    + $"cx=\"{Html.N(X(s.Drop.Value ?? 0))}\" "
                    + $"cy=\"{Html.N(y)}\" r=\"{Html.N(2 + 0.6 * s.Severity)}\"><title>{Html.Escape(c.Name)}, severity {s.Severity}: "
                    + $"{Text.Percent(s.Drop.Value)} drop, "
                    + $"{Text.Percent(s.FlipRate.Value)} flips</title></circle>");
            html.Append('\n');
        }
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(height - 6)}\" text-anchor=\"middle\">drop of the accuracy; larger "
            + $"points: severer"
            + "</text></svg>\n");
    }

    private static string Cell(MeasuredValue value) =>
        $"<td>{Text.Percent(value.Value)}<span class=\"mean\">{Text.Interval(value.Interval)}</span></td>";
}
