using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Corruptions;

/// <summary>The camera moves while it takes the image: the mean of the pixels along a straight way through each, in a random direction.</summary>
internal static class MotionBlur
{
    private static ReadOnlySpan<double> Lengths => [3, 6, 10, 15, 21];

    public static RgbImage Apply(RgbImage image, int severity, SeededRandom random)
    {
        double angle = random.NextDouble(0, Math.PI), length = Lengths[severity - 1] * Math.Min(image.Width, image.Height) / 224.0;
        int steps = Math.Max(1, (int)Math.Ceiling(length)), width = image.Width, height = image.Height;
        (int X, int Y)[] way = [.. Enumerable.Range(0, steps + 1).Select(i => (i / (double)steps - 0.5) * length)
            .Select(d => ((int)Math.Round(d * Math.Cos(angle)), (int)Math.Round(d * Math.Sin(angle))))];
        RgbImage moved = new(width, height);
        ReadOnlySpan<byte> from = image.Pixels;
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = moved.Row(y);
            for (int x = 0; x < width; x++)
            {
                int r = 0, g = 0, b = 0;
                foreach ((int dx, int dy) in way)
                {
                    int at = 3 * (Math.Clamp(y + dy, 0, height - 1) * width + Math.Clamp(x + dx, 0, width - 1));
                    (r, g, b) = (r + from[at], g + from[at + 1], b + from[at + 2]);
                }
                int half = way.Length / 2, to = 3 * x;
                (row[to], row[to + 1], row[to + 2]) = ((byte)((r + half) / way.Length), (byte)((g + half) / way.Length), (byte)((b + half) / way.Length));
            }
        }
        return moved;
    }
}
