using System.Globalization;
using System.Text;

namespace SkinClassifier.Benchmarks.Costs;

/// <summary>Curves as one SVG drawing, a row for each: images a second to the left, memory to the right. Both axes are logarithmic.</summary>
internal static class CostChart
{
    private const double Width = 380, Height = 170, Left = 62, Right = 16, Top = 30, Bottom = 38;

    /// <summary>Draws them.</summary>
    public static string Draw(IReadOnlyList<CostCurve> curves)
    {
        StringBuilder svg = new();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(2 * Width + Right)} {N(Height * curves.Count)}\" font-family=\"sans-serif\" "
            + "font-size=\"11\" fill=\"#222\" role=\"img\" aria-label=\"Images a second and memory; the tables beside it have the numbers\">\n"
            + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        foreach ((int row, CostCurve curve) in curves.Index())
        {
            Panel(svg, 0, row * Height, $"{curve.Title}: images a second", curve, p => p.Speed, "#0b5fa5");
            Panel(svg, Width, row * Height, $"{curve.Title}: memory, MiB", curve, p => p.Memory, "#b1470a");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, double x, double y, string title, CostCurve curve, Func<CostPoint, double> value, string color)
    {
        double[] at = [.. curve.Points.Select(p => p.Value)], values = [.. curve.Points.Select(p => value(p.Point))];
        // A whole decade at least, so that what is level looks level.
        double middle = Math.Sqrt(values.Min() * values.Max()), half = Math.Max(Math.Sqrt(10), Math.Sqrt(values.Max() / values.Min()) * 1.15);
        (double low, double high) = (middle / half, middle * half);
        double width = Width - Left - Right, height = Height - Top - Bottom;
        double X(double v) => x + Left + width * (at.Length == 1 ? 0.5 : Math.Log(v / at[0]) / Math.Log(at[^1] / at[0]));
        double Y(double v) => y + Top + height * Math.Log(high / v) / Math.Log(high / low);
        svg.Append($"<text x=\"{N(x + Left)}\" y=\"{N(y + 18)}\" font-weight=\"bold\">{title}</text>\n");
        foreach (double grid in Grid(low, high))
            svg.Append($"<line x1=\"{N(x + Left)}\" x2=\"{N(x + Width - Right)}\" y1=\"{N(Y(grid))}\" y2=\"{N(Y(grid))}\" stroke=\"#ddd\"/>"
                + $"<text x=\"{N(x + Left - 6)}\" y=\"{N(Y(grid) + 4)}\" text-anchor=\"end\">{grid.ToString("#,0.##", CultureInfo.InvariantCulture)}</text>\n");
        foreach (double v in at)
            svg.Append($"<text x=\"{N(X(v))}\" y=\"{N(y + Height - Bottom + 14)}\" text-anchor=\"middle\">"
                + $"{v.ToString("#,0", CultureInfo.InvariantCulture)}</text>\n");
        svg.Append($"<text x=\"{N(x + Left + width / 2)}\" y=\"{N(y + Height - 8)}\" text-anchor=\"middle\">{curve.Quantity}</text>\n"
            + $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" "
            + $"points=\"{string.Join(' ', at.Zip(values, (a, v) => $"{N(X(a))},{N(Y(v))}"))}\"/>\n");
        foreach ((double a, double v) in at.Zip(values))
            svg.Append($"<circle cx=\"{N(X(a))}\" cy=\"{N(Y(v))}\" r=\"3\" fill=\"{color}\"/>\n");
    }

    /// <summary>1, 2 and 5 times the powers of ten between two values.</summary>
    private static IEnumerable<double> Grid(double low, double high) => Enumerable.Range((int)Math.Floor(Math.Log10(low)), 12)
        .SelectMany(power => new[] { 1, 2, 5 }.Select(digit => digit * Math.Pow(10, power))).Where(v => v >= low && v <= high);

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
