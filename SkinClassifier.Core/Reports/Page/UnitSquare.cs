using System.Text;

namespace SkinClassifier.Reports.Page;

/// <summary>Axes from 0 to 100 % both ways, and curves of classes in them, as SVG.</summary>
internal static class UnitSquare
{
    private const double Width = 360, Height = 330, Left = 40, Right = 18, Top = 8, Plot = 276;
    private const int MaxCurves = 12;

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
            + $"points=\"{string.Join(' ', points.Select(p => $"{Html.N(X(p.X))},{Html.N(Y(p.Y))}"))}\"><title>{title}</title></polyline>\n");

    /// <summary>The words below the axis, the legend and the closing note.</summary>
    public static void End(StringBuilder html, string axis, IEnumerable<(int Label, string Text)> legend, string note)
    {
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 6)}\" text-anchor=\"middle\">{axis}</text></svg>\n"
            + "<ul class=\"legend\">");
        foreach ((int label, string text) in legend)
            html.Append($"<li><span style=\"background:{Color(label)}\"></span>{text}</li>");
        html.Append($"</ul>\n<p class=\"note\">{note}</p></div>\n");
    }

    private static double X(double v) => Left + (Width - Left - Right) * v;

    private static double Y(double v) => Top + Plot * (1 - v);

    /// <summary>Hues a golden angle apart stay different; middle lightness reads on light and dark ground.</summary>
    private static string Color(int label) => $"hsl({(205 + 137 * label) % 360} 62% {(label / 8 % 2 == 0 ? 50 : 38)}%)";
}
