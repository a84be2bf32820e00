using SkinClassifier.Imaging;

namespace SkinClassifier.Explanations;

/// <summary>What stands under a heat map: the bar of colors with 0, 50 % and 100 %, and lines of text.</summary>
internal static class HeatMapLegend
{
    private const int Margin = 6, BarHeight = 10, LineHeight = 10, MaxLines = 6;
    private static readonly (byte, byte, byte) Ink = (32, 32, 32);

    /// <summary>The narrowest legend that is readable, in pixels.</summary>
    public const int MinWidth = 240;

    /// <summary>Dark on white, as wide as asked for (at least <see cref="MinWidth"/>) and as high as the text needs.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="caption">Lines of text; long ones are broken, and what needs more than six lines is cut with three points.</param>
    /// <param name="contour">Whether the contour is marked in the bar.</param>
    public static RgbImage Draw(int width, IReadOnlyList<string> caption, bool contour)
    {
        int scale = Math.Clamp(width / 400, 1, 4), perLine = (width / scale - 2 * Margin + 1) / PixelFont.Advance;
        List<string> lines = [.. caption.SelectMany(c => Break(PixelFont.Spell(c), perLine))];
        if (lines.Count > MaxLines)
        {
            lines.RemoveRange(MaxLines, lines.Count - MaxLines);
            lines[^1] = lines[^1][..Math.Min(lines[^1].Length, perLine - 3)] + "...";
        }
        int textTop = Margin + BarHeight + 3 + LineHeight + 4;
        RgbImage legend = new(width, (textTop + lines.Count * LineHeight + Margin - 2) * scale);
        legend.Pixels.Fill(255);
        int left = Margin * scale, length = width - 2 * left;
        for (int y = Margin * scale; y < (Margin + BarHeight) * scale; y++)
            for (int x = 0; x < length; x++)
                Set(legend, left + x, y, HeatMapColors.Of(x / (length - 1f)));
        int middle = left + (length - 1) / 2;
        if (contour)
            HeatMapContour.Draw(legend, [new(middle, Margin * scale, middle, (Margin + BarHeight) * scale - 1)], scale);
        int below = (Margin + BarHeight + 3) * scale;
        PixelFont.Write(legend, left, below, "0", scale, Ink);
        PixelFont.Write(legend, middle - PixelFont.WidthOf("50 %") * scale / 2, below, "50 %", scale, Ink);
        PixelFont.Write(legend, left + length - PixelFont.WidthOf("100 %") * scale, below, "100 %", scale, Ink);
        for (int i = 0; i < lines.Count; i++)
            PixelFont.Write(legend, left, (textTop + i * LineHeight) * scale, lines[i], scale, Ink);
        return legend;
    }

    /// <summary>Lines of at most so many characters, broken at blanks where there are some.</summary>
    private static IEnumerable<string> Break(string text, int perLine)
    {
        while (text.Length > perLine)
        {
            int blank = text.LastIndexOf(' ', perLine);
            int end = blank > 0 ? blank : perLine;
            yield return text[..end];
            text = text[end..].TrimStart();
        }
        yield return text;
    }

    private static void Set(RgbImage image, int x, int y, (byte R, byte G, byte B) color)
    {
        Span<byte> pixel = image.Row(y).Slice(3 * x, 3);
        (pixel[0], pixel[1], pixel[2]) = color;
    }
}
