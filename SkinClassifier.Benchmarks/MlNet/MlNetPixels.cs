using SkinClassifier.Imaging;

namespace SkinClassifier.Benchmarks.MlNet;

/// <summary>The ways in which ML.NET's ResizeImages brings an image to a size.</summary>
internal enum MlNetResizing
{
    /// <summary>The longer side to the size, black borders.</summary>
    IsoPad,

    /// <summary>The shorter side to the size, cut around the center.</summary>
    IsoCrop,

    /// <summary>Both sides to the size.</summary>
    Fill,
}

/// <summary>
/// A simulation of the pixels that ML.NET's ResizeImages hands to a network. Fill takes the source pixel under the middle of the new
/// one; IsoPad and IsoCrop weigh 4 × 4 source pixels with the Mitchell cubic (B = C = 1/3), which is not widened when shrinking, so
/// that pixels between are skipped. Positions are whole pixels, cut off toward zero, and computed in float.
/// An image that has the size already stays as it is.
/// </summary>
internal static class MlNetPixels
{
    private const int Taps = 4;

    /// <summary>ML.NET's way for a "resize" of manifest.json, as model.zip's chain has it.</summary>
    public static MlNetResizing Of(string resize) => resize switch { "pad" => MlNetResizing.IsoPad, "crop" => MlNetResizing.IsoCrop, _ => MlNetResizing.Fill };

    /// <summary>The image with ML.NET's pixels at the size.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height, MlNetResizing kind)
    {
        if (image.Width == width && image.Height == height)
            return image;
        if (kind == MlNetResizing.Fill)
            return Nearest(image, width, height);
        (int left, int top, int across, int down) = Place(image.Width, image.Height, width, height, kind);
        return Cubic(image, width, height, left, top, across, down);
    }

    /// <summary>Mitchell's cubic (B = C = 1/3) at distance <paramref name="x"/> in pixels.</summary>
    public static float Mitchell(float x)
    {
        x = Math.Abs(x);
        return x < 1 ? ((7f * x - 12f) * x * x + 16f / 3) / 6
            : x < 2 ? (((-7f / 3 * x + 12f) * x - 20f) * x + 32f / 3) / 6
            : 0;
    }

    /// <summary>Where the scaled image lies: left, top, width and height in whole pixels, partly outside for IsoCrop.</summary>
    public static (int Left, int Top, int Width, int Height) Place(int imageWidth, int imageHeight, int width, int height, MlNetResizing kind)
    {
        float across = (float)width / imageWidth, down = (float)height / imageHeight;
        bool byHeight = kind == MlNetResizing.IsoPad ? down < across : down >= across;
        float scale = byHeight ? down : across;
        int left = byHeight ? (int)((width - imageWidth * scale) / 2) : 0, top = byHeight ? 0 : (int)((height - imageHeight * scale) / 2);
        return (left, top, (int)(imageWidth * scale), (int)(imageHeight * scale));
    }

    private static RgbImage Nearest(RgbImage image, int width, int height)
    {
        RgbImage result = new(width, height);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> source = image.Row(Under(y, image.Height, height));
            Span<byte> row = result.Row(y);
            for (int x = 0; x < width; x++)
                source.Slice(3 * Under(x, image.Width, width), 3).CopyTo(row[(3 * x)..]);
        }
        return result;

        static int Under(int at, int source, int target) => Math.Min((int)((at + 0.5f) * source / target), source - 1);
    }

    private static RgbImage Cubic(RgbImage image, int width, int height, int left, int top, int across, int down)
    {
        RgbImage result = new(width, height);
        int firstX = Math.Max(left, 0), endX = Math.Min(left + across, width), firstY = Math.Max(top, 0), endY = Math.Min(top + down, height);
        (int[] columns, float[] columnWeights) = Weights(image.Width, across, firstX - left, endX - left);
        (int[] rows, float[] rowWeights) = Weights(image.Height, down, firstY - top, endY - top);
        for (int y = firstY; y < endY; y++)
        {
            Span<byte> row = result.Row(y);
            for (int x = firstX; x < endX; x++)
            {
                float r = 0, g = 0, b = 0;
                for (int i = 0; i < Taps; i++)
                {
                    ReadOnlySpan<byte> source = image.Row(rows[(y - firstY) * Taps + i]);
                    float rowWeight = rowWeights[(y - firstY) * Taps + i];
                    for (int j = 0; j < Taps; j++)
                    {
                        float weight = rowWeight * columnWeights[(x - firstX) * Taps + j];
                        int at = 3 * columns[(x - firstX) * Taps + j];
                        r += weight * source[at];
                        g += weight * source[at + 1];
                        b += weight * source[at + 2];
                    }
                }
                row[3 * x] = Round(r);
                row[3 * x + 1] = Round(g);
                row[3 * x + 2] = Round(b);
            }
        }
        return result;
    }

    /// <summary>The four source positions (inside the image) and weights of each new position.</summary>
    private static (int[] Positions, float[] Weights) Weights(int source, int target, int first, int end)
    {
        int count = Math.Max(end - first, 0);
        int[] positions = new int[count * Taps];
        float[] weights = new float[count * Taps];
        for (int i = 0; i < count; i++)
        {
            float center = (first + i + 0.5f) * source / target - 0.5f;
            int before = (int)MathF.Floor(center);
            for (int k = 0; k < Taps; k++)
            {
                positions[i * Taps + k] = Math.Clamp(before - 1 + k, 0, source - 1);
                weights[i * Taps + k] = Mitchell(center - (before - 1 + k));
            }
        }
        return (positions, weights);
    }

    private static byte Round(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
