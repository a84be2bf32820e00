using System.Text;

namespace SkinClassifier.Reports.Page;

/// <summary>Axes from 0 to 100 % both ways, and curves of classes in them, as SVG.</summary>
internal static class UnitSquare
{
    private const double Width = 360, Height = 330, Left = 40, Right = 18, Top = 8, Plot = 276;
    private const int MaxCurves = 12;
    private const double Saturation = 0.62;
    private static readonly string[] Patterns = ["", "7 3", "2 3", "9 3 2 3", "4 4", "12 4"];

    /// <summary>The classes that are shown where there are many: those with the most examples, in their order.</summary>
    public static int[] Shown(IEnumerable<(int Label, long Support)> classes) =>
        [.. classes.OrderByDescending(c => c.Support).ThenBy(c => c.Label).Take(MaxCurves).Select(c => c.Label).Order()];

    /// <summary>Title, grid and beginning of the drawing.</summary>
    public static void Begin(StringBuilder html, string title, string description)
    {
        html.Append($"<div><h3>{title}</h3>\n<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" role=\"img\" aria-label=\"{description}\">\n");
        foreach (double v in (ReadOnlySpan<double>)[0, 0.25, 0.5, 0.75, 1])
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(v))}\" "
                + $"y2=\"{Html.N(Y(v))}\"/><text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(v) + 4)}\" "
                + $"text-anchor=\"end\">{Html.N(v * 100)}%</text><text x=\"{Html.N(X(v))}\" y=\"{Html.N(Y(0) + 15)}\" "
                + $"text-anchor=\"middle\">{Html.N(v * 100)}%</text>\n");
    }

    /// <summary>A dashed straight line.</summary>
    public static void Dash(StringBuilder html, double x0, double y0, double x1, double y1) =>
        html.Append($"<line class=\"dash\" x1=\"{Html.N(X(x0))}\" y1=\"{Html.N(Y(y0))}\" x2=\"{Html.N(X(x1))}\" y2=\"{Html.N(Y(y1))}\"/>\n");

    /// <summary>The curve of a class.</summary>
    public static void Curve(StringBuilder html, int label, IEnumerable<(double X, double Y)> points, string title) =>
        html.Append($"<polyline class=\"curve\" style=\"stroke:{Color(label)}\" "
            + $"points=\"{string.Join(' ', points.Select(p => $"{Html.N(X(p.X))},{Html.N(Y(p.Y))}"))}\"{Dashes(label)}><title>{title}</title></polyline>\n");

    /// <summary>The words below the axis, the legend and the closing note.</summary>
    public static void End(StringBuilder html, string axis, IEnumerable<(int Label, string Text)> legend, string note)
    {
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 6)}\" text-anchor=\"middle\">{axis}</text></svg>\n"
            + "<ul class=\"legend\">");
        foreach ((int label, string text) in legend)
            html.Append($"<li><svg class=\"key\" viewBox=\"0 0 30 8\" aria-hidden=\"true\"><line x1=\"0\" y1=\"4\" x2=\"30\" y2=\"4\" class=\"curve\" "
                + $"style=\"stroke:{Color(label)}\"{Dashes(label)}/></svg>{text}</li>");
        html.Append($"</ul>\n<p class=\"note\">{note}</p></div>\n");
    }

    private static double X(double v) => Left + (Width - Left - Right) * v;

    private static double Y(double v) => Top + Plot * (1 - v);

    /// <summary>Curves differ in their dashes too, so that they can be told apart without colors, and one below another is seen.</summary>
    private static string Dashes(int label) => Patterns[label % Patterns.Length] is { Length: > 0 } dashes ? $" stroke-dasharray=\"{dashes}\"" : "";

    /// <summary>
    /// Hues a golden angle apart stay different. Every hue gets the lightness with which its contrast is above 3 to 1 on the light ground and on the dark one
    /// (WCAG 2.2, 1.4.11).
    /// </summary>
    private static string Color(int label)
    {
        double hue = (205 + 137 * label) % 360, wanted = label / 8 % 2 == 0 ? 0.22 : 0.16, low = 0, high = 100;
        while (high - low > 0.5)
            (low, high) = Luminance(hue, (low + high) / 200) < wanted ? ((low + high) / 2, high) : (low, (low + high) / 2);
        return $"hsl({Html.N(hue)} {Html.N(Saturation * 100)}% {Html.N(Math.Round(low))}%)";
    }

    /// <summary>Relative luminance of a color, 0 to 1 (WCAG 2.2).</summary>
    private static double Luminance(double hue, double lightness)
    {
        double Linear(double offset)
        {
            double k = (offset + hue / 30) % 12;
            double value = lightness - Saturation * Math.Min(lightness, 1 - lightness) * Math.Max(-1, Math.Min(Math.Min(k - 3, 9 - k), 1));
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Linear(0) + 0.7152 * Linear(8) + 0.0722 * Linear(4);
    }
}
