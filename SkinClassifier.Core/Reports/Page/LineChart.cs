using System.Text;

namespace SkinClassifier.Reports.Page;

/// <summary>Two curves over the epochs as SVG: training and validation.</summary>
internal static class LineChart
{
    private const double Width = 360, Height = 224, Left = 40, Right = 10, Top = 16, Bottom = 30;

    /// <param name="html">Gets the chart.</param>
    /// <param name="title">What the curves show.</param>
    /// <param name="train">One value per epoch.</param>
    /// <param name="validation">One value or null per epoch.</param>
    /// <param name="phases">First epoch (0-based) and name of every phase.</param>
    /// <param name="best">Epoch to mark, −1 for none.</param>
    /// <param name="share">Whether values are shares 0 to 1, shown as percent.</param>
    public static void Write(
        StringBuilder html, string title, double?[] train, double?[] validation, List<(int Start, string Name)> phases, int best, bool share)
    {
        double[] finite = [.. train.Concat(validation).OfType<double>().Where(double.IsFinite)];
        if (finite.Length == 0)
            return;
        (double low, double high, double step) = NiceScale(share ? finite.Min() : Math.Min(0, finite.Min()), finite.Max(), share ? 1 : double.PositiveInfinity);
        int count = train.Length;
        double X(double epoch) => Left + (Width - Left - Right) * (count == 1 ? 0.5 : epoch / (count - 1));
        double Y(double value) => Height - Bottom - (Height - Top - Bottom) * (value - low) / (high - low);
        html.Append($"<div><h3>{title}</h3>\n<svg viewBox=\"0 0 {Html.N(Width)} {Html.N(Height)}\" role=\"img\" aria-label=\"{title} over {count} epochs: "
            + $"{Summary("training images", train, share)}{Summary("validation images", validation, share)}\">\n");
        for (int i = 0; low + i * step <= high + step * 0.01; i++)
        {
            double value = low + i * step;
            html.Append($"<line class=\"grid\" x1=\"{Html.N(Left)}\" x2=\"{Html.N(Width - Right)}\" y1=\"{Html.N(Y(value))}\" "
                + $"y2=\"{Html.N(Y(value))}\"/><text x=\"{Html.N(Left - 6)}\" y=\"{Html.N(Y(value) + 4)}\" "
                + $"text-anchor=\"end\">{(share ? Html.N(Math.Round(value * 100, 6)) + "%" : Html.N(Math.Round(value, 6)))}</text>\n");
        }
        int every = Math.Max(1, (int)Math.Ceiling(count / 8.0));
        for (int e = 0; e < count; e++)
            if (e % every == every - 1 || every == 1)
                html.Append($"<text x=\"{Html.N(X(e))}\" y=\"{Html.N(Height - Bottom + 15)}\" text-anchor=\"middle\">{e + 1}</text>\n");
        html.Append($"<text x=\"{Html.N((Left + Width - Right) / 2)}\" y=\"{Html.N(Height - 2)}\" text-anchor=\"middle\">epoch</text>\n");
        if (phases.Count > 1)
            foreach ((int start, string name) in phases)
            {
                double x = start == 0 ? X(0) : (X(start) + X(start - 1)) / 2;
                if (start > 0)
                    html.Append($"<line class=\"axis\" x1=\"{Html.N(x)}\" x2=\"{Html.N(x)}\" y1=\"{Html.N(Top - 10)}\" y2=\"{Html.N(Height - Bottom)}\"/>");
                html.Append($"<text x=\"{Html.N(x + (start == 0 ? 0 : 4))}\" y=\"{Html.N(Top - 6)}\">{Html.Escape(name)}</text>\n");
            }
        if (best >= 0)
            html.Append($"<line class=\"dash\" x1=\"{Html.N(X(best))}\" x2=\"{Html.N(X(best))}\" y1=\"{Html.N(Top)}\" y2=\"{Html.N(Height - Bottom)}\"/>\n");
        Curve(html, train, "train", X, Y, share);
        Curve(html, validation, "val", X, Y, share);
        html.Append("</svg></div>\n");
    }

    private static string Summary(string name, double?[] values, bool share)
    {
        double[] known = [.. values.OfType<double>().Where(double.IsFinite)];
        return known.Length == 0 ? "" : $"{name} from {Written(known[0], share)} to {Written(known[^1], share)}. ";
    }

    private static string Written(double value, bool share) => share ? Text.Percent(value) : Text.Metric(value);

    private static void Curve(StringBuilder html, double?[] values, string kind, Func<double, double> x, Func<double, double> y, bool share)
    {
        List<string> run = [];
        for (int i = 0; i <= values.Length; i++)
        {
            if (i < values.Length && values[i] is double v && double.IsFinite(v))
            {
                run.Add($"{Html.N(x(i))},{Html.N(y(v))}");
                continue;
            }
            if (run.Count > 1)
                html.Append($"<polyline class=\"curve s-{kind}\" points=\"{string.Join(' ', run)}\"/>\n");
            run.Clear();
        }
        double radius = values.Length > 40 ? 1.4 : 2.6;
        for (int i = 0; i < values.Length; i++)
            if (values[i] is double v && double.IsFinite(v))
                html.Append($"<circle class=\"f-{kind}\" cx=\"{Html.N(x(i))}\" cy=\"{Html.N(y(v))}\" r=\"{Html.N(radius)}\"><title>epoch {i + 1}: "
                    + $"{(share ? Text.Percent(v) : Text.Metric(v))}</title></circle>");
        html.Append('\n');
    }

    /// <summary>Borders at multiples of 1, 2 or 5 times a power of ten, with 4 to 8 steps between.</summary>
    internal static (double Low, double High, double Step) NiceScale(double low, double high, double limit)
    {
        if (high - low < 1e-9)
            (low, high) = (low - 0.05, Math.Min(limit, high + 0.05));
        double raw = (high - low) / 5 * (1 - 1e-9), power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
        return (Math.Floor(low / step + 1e-9) * step, Math.Ceiling(high / step - 1e-9) * step, step);
    }
}
