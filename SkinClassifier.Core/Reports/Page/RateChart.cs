using System.Globalization;
using System.Text;

namespace SkinClassifier.Reports.Page;

/// <summary>Loss against the logarithm of the learning rate as SVG.</summary>
internal static class RateChart
{
    private const double Width = 520, Height = 280, Left = 44, Right = 12, Top = 12, Bottom = 34;

    /// <param name="html">Gets the chart.</param>
    /// <param name="rates">Rising, above 0.</param>
    /// <param name="losses">One per rate.</param>
    /// <param name="suggestion">Rate to mark; not-a-number for none.</param>
    public static void Write(StringBuilder html, IReadOnlyList<double> rates, IReadOnlyList<double> losses, double suggestion)
    {
        if (rates.Count < 2)
            return;
        // What lies above twice the first loss says only that it is too much.
        double ceiling = Math.Max(losses[0], losses.Min()) * 2;
        (double low, double high, double step) = LineChart.NiceScale(Math.Min(0, losses.Min()), Math.Min(losses.Max(), ceiling), double.PositiveInfinity);
        double first = Math.Log10(rates[0]), last = Math.Log10(rates[^1]);
        double X(double rate) => Left + (Width - Left - Right) * (Math.Log10(rate) - first) / (last - first);
        double Y(double loss) => Height - Bottom - (Height - Top - Bottom) * (Math.Min(loss, high) - low) / (high - low);
        html.Append($"<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" style=\"max-width:860px\" role=\"img\" aria-label=\"Loss over "
            + $"{rates.Count} learning rates\">\n");
        for (int i = 0; low + i * step <= high + step * 0.01; i++)
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(low + i * step))}\" "
                + $"y2=\"{Html.N(Y(low + i * step))}\"/><text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(low + i * step) + 4)}\" "
                + $"text-anchor=\"end\">{Html.N(Math.Round(low + i * step, 6))}</text>\n");
        for (int power = (int)Math.Ceiling(first - 1e-9); power <= last + 1e-9; power++)
            html.Append($"<line class=\"grid\" x1=\"{Html.N(X(Math.Pow(10, power)))}\" x2=\"{Html.N(X(Math.Pow(10, power)))}\" y1=\"{Html.N(Top)}\" "
                + $"y2=\"{Html.N(Height - Bottom)}\"/><text x=\"{Html.N(X(Math.Pow(10, power)))}\" y=\"{Html.N(Height - Bottom + 15)}\" "
                + $"text-anchor=\"middle\">1e{power}</text>\n");
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 4)}\" text-anchor=\"middle\">learning rate</text>\n");
        if (double.IsFinite(suggestion))
            html.Append(CultureInfo.InvariantCulture, $"<line class=\"dash\" x1=\"{Html.N(X(suggestion))}\" x2=\"{Html.N(X(suggestion))}\" "
                + $"y1=\"{Html.N(Top)}\" y2=\"{Html.N(Height - Bottom)}\"><title>{suggestion:0.0e+0}</title></line>\n");
        html.Append($"<polyline class=\"curve s-train\" "
            + $"points=\"{string.Join(' ', rates.Select((rate, i) => $"{Html.N(X(rate))},{Html.N(Y(losses[i]))}"))}\"/>\n</svg>\n");
    }
}
