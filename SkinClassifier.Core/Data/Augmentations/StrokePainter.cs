using System.Buffers;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Collects how much of each pixel is covered by lines, then paints them over an image in one color, so that crossings are not darker. Antialiased.
/// </summary>
internal sealed class StrokePainter : IDisposable
{
    private readonly int _width, _height;
    private readonly float[] _cover;

    /// <summary>Starts with no lines on an image of <paramref name="width"/> × <paramref name="height"/>.</summary>
    public StrokePainter(int width, int height)
    {
        (_width, _height) = (width, height);
        _cover = ArrayPool<float>.Shared.Rent(checked(width * height));
        _cover.AsSpan(0, width * height).Clear();
    }

    /// <summary>Adds a line with round ends; all lengths in pixels.</summary>
    public void Line(double x0, double y0, double x1, double y1, double thickness)
    {
        double reach = thickness / 2 + 1, dx = x1 - x0, dy = y1 - y0, squared = dx * dx + dy * dy + 1e-12;
        int left = (int)Math.Clamp(Math.Floor(Math.Min(x0, x1) - reach), 0, _width), right = (int)Math.Clamp(Math.Ceiling(Math.Max(x0, x1) + reach), 0, _width);
        int top = (int)Math.Clamp(Math.Floor(Math.Min(y0, y1) - reach), 0, _height),
            bottom = (int)Math.Clamp(Math.Ceiling(Math.Max(y0, y1) + reach), 0, _height);
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
            {
                double px = x + 0.5 - x0, py = y + 0.5 - y0, along = Math.Clamp((px * dx + py * dy) / squared, 0, 1);
                double ox = px - along * dx, oy = py - along * dy;
                float cover = (float)Math.Clamp(thickness / 2 - Math.Sqrt(ox * ox + oy * oy) + 0.5, 0, Math.Min(1, thickness));
                ref float present = ref _cover[y * _width + x];
                present = Math.Max(present, cover);
            }
    }

    /// <summary>Paints the lines: v′ = v + opacity · cover · (color − v).</summary>
    public void Paint(RgbImage image, (double R, double G, double B) color, double opacity)
    {
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < _width * _height; i++)
        {
            double share = opacity * _cover[i];
            if (share <= 0)
                continue;
            pixels[3 * i] = (byte)(pixels[3 * i] + share * (color.R - pixels[3 * i]) + 0.5);
            pixels[3 * i + 1] = (byte)(pixels[3 * i + 1] + share * (color.G - pixels[3 * i + 1]) + 0.5);
            pixels[3 * i + 2] = (byte)(pixels[3 * i + 2] + share * (color.B - pixels[3 * i + 2]) + 0.5);
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<float>.Shared.Return(_cover);
}
