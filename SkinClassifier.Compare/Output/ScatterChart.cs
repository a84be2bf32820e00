using System.Globalization;
using System.Text;
using SkinClassifier.Reports;
using SkinClassifier.Reports.Page;

namespace SkinClassifier.Compare.Output;

/// <summary>Macro accuracy of the rows against a time on a logarithmic axis, as SVG; every point bears the number of its row.</summary>
internal static class ScatterChart
{
    private const double Width = 420, Height = 280, Left = 44, Right = 14, Top = 12, Bottom = 34;

    public static void Write(StringBuilder html, string title, string unit, IReadOnlyList<ComparisonRow> rows, Func<ComparisonRow, double> time)
    {
        // A method that takes no time cannot stand on a logarithmic axis.
        (int Number, ComparisonRow Row, double Time, double Accuracy)[] points =
            [.. rows.Index().Where(r => r.Item.Metrics.MacroAccuracy is not null && time(r.Item) > 0)
                .Select(r => (r.Index + 1, r.Item, time(r.Item), r.Item.Metrics.MacroAccuracy!.Value))];
        if (points.Length == 0)
            return;
        double from = Math.Floor(Math.Log10(points.Min(p => p.Time))), to = Math.Max(from + 1, Math.Ceiling(Math.Log10(points.Max(p => p.Time))));
        (double low, double high, double step) = LineChart.NiceScale(points.Min(p => p.Accuracy), points.Max(p => p.Accuracy), 1);
        double X(double value) => Left + (Width - Left - Right) * (Math.Log10(value) - from) / (to - from);
        double Y(double value) => Height - Bottom - (Height - Top - Bottom) * (value - low) / (high - low);
        html.Append($"<div><h3>{title}</h3>\n<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" role=\"img\" "
            + $"aria-label=\"Macro accuracy against {unit}, {points.Length} methods\">\n");
        for (int i = 0; low + i * step <= high + step * 0.01; i++)
        {
            double value = low + i * step;
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(value))}\" y2=\"{Html.N(Y(value))}\"/>"
                + $"<text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(value) + 3)}\" text-anchor=\"end\">{Html.N(Math.Round(value, 4))}</text>\n");
        }
        for (double power = from; power <= to; power++)
        {
            double x = X(Math.Pow(10, power));
            html.Append($"<line class=\"grid\" x1=\"{Html.N(x)}\" x2=\"{Html.N(x)}\" y1=\"{Html.N(Top)}\" y2=\"{Html.N(Height - Bottom)}\"/>"
                + $"<text x=\"{Html.N(x)}\" y=\"{Html.N(Height - Bottom + 13)}\" text-anchor=\"middle\">"
                + $"{Math.Pow(10, power).ToString("0.####", CultureInfo.InvariantCulture)}</text>\n");
        }
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 4)}\" text-anchor=\"middle\">{unit}</text>\n");
        foreach ((int number, ComparisonRow row, double seconds, double accuracy) in points)
        {
            string color = row.Method.Learner is null ? "f-test" : row.Method.Input == Methods.MethodInput.Skin ? "f-val" : "f-train";
            html.Append($"<circle class=\"{color}\" cx=\"{Html.N(X(seconds))}\" cy=\"{Html.N(Y(accuracy))}\" r=\"4\"><title>"
                + $"{Html.Escape(row.Method.Title)}: {Text.Metric(accuracy)}, {Text.Short(seconds)} {unit}</title></circle>"
                + $"<text x=\"{Html.N(X(seconds) + 6)}\" y=\"{Html.N(Y(accuracy) - 4)}\">{number}</text>\n");
        }
        html.Append("</svg>\n<ul class=\"legend\"><li><span class=\"f-val\"></span>descriptors</li><li><span class=\"f-train\"></span>frozen features</li>"
            + "<li><span class=\"f-test\"></span>SkinClassifier</li></ul></div>\n");
    }
}
