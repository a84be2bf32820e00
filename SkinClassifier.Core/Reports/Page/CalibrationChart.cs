using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Confidence against share of correct answers, with the number of images in each bin below.</summary>
internal static class CalibrationChart
{
    private const double Width = 360, Height = 330, Left = 40, Right = 18, Top = 8, Plot = 230, HistogramTop = 252, HistogramHeight = 40;

    public static void Write(StringBuilder html, ImageClassificationMetrics metrics)
    {
        static double X(double v) => Left + (Width - Left - Right) * v;
        static double Y(double v) => Top + Plot * (1 - v);
        html.Append($"<div><h3>Calibration</h3>\n<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" role=\"img\" aria-label=\"Calibration: "
            + $"confidence against share of correct answers\">\n");
        foreach (double v in (ReadOnlySpan<double>)[0, 0.25, 0.5, 0.75, 1])
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(v))}\" "
                + $"y2=\"{Html.N(Y(v))}\"/><text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(v) + 4)}\" "
                + $"text-anchor=\"end\">{Html.N(v * 100)}%</text><text x=\"{Html.N(X(v))}\" y=\"{Html.N(HistogramTop + HistogramHeight + 15)}\" "
                + $"text-anchor=\"middle\">{Html.N(v * 100)}%</text>\n");
        long most = Math.Max(1, metrics.Calibration.Max(b => b.Count));
        foreach (CalibrationBin bin in metrics.Calibration)
        {
            if (bin.Count == 0)
                continue;
            double x = X(bin.Low) + 1, width = X(bin.High) - X(bin.Low) - 2, bar = Math.Max(1, HistogramHeight * bin.Count / (double)most);
            string title = $"<title>{Html.N(Math.Round(bin.Low * 100))}–{Html.N(Math.Round(bin.High * 100))} %: {Text.Whole(bin.Count)} images, mean "
                + $"confidence {Text.Percent(bin.MeanConfidence)}, right {Text.Percent(bin.Accuracy)}</title>";
            html.Append($"<rect class=\"f-accent\" opacity=\".22\" x=\"{Html.N(x)}\" y=\"{Html.N(Y(bin.Accuracy!.Value))}\" "
                + $"width=\"{Html.N(width)}\" height=\"{Html.N(Y(0) - Y(bin.Accuracy.Value))}\">{title}</rect>");
            html.Append($"<circle class=\"f-accent\" cx=\"{Html.N(X(bin.MeanConfidence!.Value))}\" cy=\"{Html.N(Y(bin.Accuracy.Value))}\" "
                + $"r=\"{Html.N(2 + 3 * Math.Sqrt(bin.Count / (double)most))}\">{title}</circle>");
            html.Append($"<rect class=\"f-accent\" opacity=\".6\" x=\"{Html.N(x)}\" y=\"{Html.N(HistogramTop + HistogramHeight - bar)}\" "
                + $"width=\"{Html.N(width)}\" height=\"{Html.N(bar)}\">{title}</rect>\n");
        }
        html.Append($"<line class=\"dash\" x1=\"{Html.N(X(0))}\" y1=\"{Html.N(Y(0))}\" x2=\"{Html.N(X(1))}\" y2=\"{Html.N(Y(1))}\"/><line "
            + $"class=\"axis\" x1=\"{Html.N(X(0))}\" x2=\"{Html.N(X(1))}\" y1=\"{Html.N(HistogramTop + HistogramHeight)}\" "
            + $"y2=\"{Html.N(HistogramTop + HistogramHeight)}\"/>");
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 6)}\" text-anchor=\"middle\">confidence (highest "
            + $"probability)</text></svg>\n");
        html.Append("<p class=\"note\">Points: share of correct answers. On the dashed line the model is calibrated; below it, overconfident. Lower "
            + "bars: number of images.</p>\n");
        ChartTable.Write(html, "Calibration", ["confidence", "images", "mean confidence", "correct"], metrics.Calibration.Where(b => b.Count > 0).Select(b =>
            (string[])[$"{Html.N(Math.Round(b.Low * 100))}–{Html.N(Math.Round(b.High * 100))} %", Text.Whole(b.Count), Text.Percent(b.MeanConfidence),
                Text.Percent(b.Accuracy)]));
        html.Append("</div>\n");
    }
}
