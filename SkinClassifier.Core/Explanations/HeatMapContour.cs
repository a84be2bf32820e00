using SkinClassifier.Imaging;

namespace SkinClassifier.Explanations;

/// <summary>A piece of a contour, in pixels; the middle of the upper left pixel is (0, 0).</summary>
internal readonly record struct ContourLine(float X0, float Y0, float X1, float Y1);

/// <summary>
/// Lines around the places of a map that reach a level (marching squares): between four pixels each, the line crosses every edge that has one end below
/// the level, at the place that linear interpolation gives. Where two opposite corners reach the level, the mean of the four decides how they join.
/// </summary>
internal static class HeatMapContour
{
    /// <summary>The lines of a map [H,W]; they end only at its border.</summary>
    /// <param name="map">The values, rows from the top.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="level">The level; a value equal to it reaches it.</param>
    public static List<ContourLine> Trace(ReadOnlySpan<float> map, int width, int height, float level)
    {
        List<ContourLine> lines = [];
        Span<(float X, float Y)> crossings = stackalloc (float, float)[4];
        for (int y = 0; y + 1 < height; y++)
            for (int x = 0; x + 1 < width; x++)
            {
                int at = y * width + x;
                float a = map[at] - level, b = map[at + 1] - level, c = map[at + width + 1] - level, d = map[at + width] - level;
                int count = 0;
                // In the order top, right, bottom, left.
                if (a >= 0 != b >= 0)
                    crossings[count++] = (x + a / (a - b), y);
                if (b >= 0 != c >= 0)
                    crossings[count++] = (x + 1, y + b / (b - c));
                if (d >= 0 != c >= 0)
                    crossings[count++] = (x + d / (d - c), y + 1);
                if (a >= 0 != d >= 0)
                    crossings[count++] = (x, y + a / (a - d));
                if (count == 2)
                    lines.Add(Between(crossings[0], crossings[1]));
                else if (count == 4)
                {
                    bool cutsOffUpperRight = a >= 0 == (a + b + c + d >= 0);
                    lines.Add(Between(crossings[0], crossings[cutsOffUpperRight ? 1 : 3]));
                    lines.Add(Between(crossings[2], crossings[cutsOffUpperRight ? 3 : 1]));
                }
            }
        return lines;
    }

    /// <summary>Draws lines in white between two dark edges, so that they are seen on light and on dark skin.</summary>
    /// <param name="image">The image.</param>
    /// <param name="lines">Lines in its pixels.</param>
    /// <param name="thickness">Width of the white part in pixels; each edge is as wide.</param>
    public static void Draw(RgbImage image, IReadOnlyList<ContourLine> lines, float thickness)
    {
        int width = image.Width, height = image.Height;
        float white = thickness / 2, dark = 3 * white, reach = dark + 1;
        float[] distances = new float[width * height];
        Array.Fill(distances, float.PositiveInfinity);
        foreach (ContourLine line in lines)
        {
            int left = (int)Math.Max(0, Math.Min(line.X0, line.X1) - reach), right = (int)Math.Min(width - 1, Math.Max(line.X0, line.X1) + reach);
            int top = (int)Math.Max(0, Math.Min(line.Y0, line.Y1) - reach), bottom = (int)Math.Min(height - 1, Math.Max(line.Y0, line.Y1) + reach);
            for (int y = top; y <= bottom; y++)
                for (int x = left; x <= right; x++)
                    distances[y * width + x] = Math.Min(distances[y * width + x], Distance(line, x, y));
        }
        for (int i = 0; i < distances.Length; i++)
        {
            if (distances[i] >= reach)
                continue;
            Blend(image.Pixels.Slice(3 * i, 3), 24, dark + 0.5f - distances[i]);
            Blend(image.Pixels.Slice(3 * i, 3), 255, white + 0.5f - distances[i]);
        }
    }

    private static ContourLine Between((float X, float Y) from, (float X, float Y) to) => new(from.X, from.Y, to.X, to.Y);

    private static float Distance(ContourLine line, int x, int y)
    {
        float dx = line.X1 - line.X0, dy = line.Y1 - line.Y0, length = dx * dx + dy * dy;
        float along = length > 0 ? Math.Clamp(((x - line.X0) * dx + (y - line.Y0) * dy) / length, 0, 1) : 0;
        float ex = x - line.X0 - along * dx, ey = y - line.Y0 - along * dy;
        return MathF.Sqrt(ex * ex + ey * ey);
    }

    private static void Blend(Span<byte> pixel, int color, float share)
    {
        share = Math.Clamp(share, 0, 1);
        foreach (ref byte sample in pixel)
            sample = (byte)MathF.Round(sample + share * (color - sample));
    }
}
