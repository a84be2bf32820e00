using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Luminance Y = 0.2125 R + 0.7154 G + 0.0721 B of every pixel, row after row: as a number 0 to 255, and rounded to a byte (ITU-R BT.709 weights as
/// scikit-image has them).
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Values">0 to 255.</param>
/// <param name="Bytes">Rounded, halves to even.</param>
internal sealed record GrayPlane(int Width, int Height, double[] Values, byte[] Bytes)
{
    /// <summary>The luminance of an image.</summary>
    public static GrayPlane Of(RgbImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        double[] values = new double[image.Width * image.Height];
        for (int i = 0; i < values.Length; i++)
            values[i] = 0.2125 * pixels[3 * i] + 0.7154 * pixels[3 * i + 1] + 0.0721 * pixels[3 * i + 2];
        return Of(image.Width, image.Height, values);
    }

    /// <summary>
    /// Blurred with a Gaussian: window ±(4σ + 0.5), border pixels repeated; the columns first, then the rows (as scipy.ndimage.gaussian_filter with
    /// mode "nearest").
    /// </summary>
    public GrayPlane Blur(double sigma)
    {
        int radius = (int)(4 * sigma + 0.5);
        double[] weights = new double[2 * radius + 1];
        for (int k = -radius; k <= radius; k++)
            weights[k + radius] = Math.Exp(-0.5 * k * k / (sigma * sigma));
        double sum = weights.Sum();
        for (int k = 0; k < weights.Length; k++)
            weights[k] /= sum;
        double[] columns = new double[Values.Length], rows = new double[Values.Length];
        for (int k = -radius; k <= radius; k++)
            for (int y = 0; y < Height; y++)
            {
                int from = Math.Clamp(y + k, 0, Height - 1) * Width, to = y * Width;
                for (int x = 0; x < Width; x++)
                    columns[to + x] += weights[k + radius] * Values[from + x];
            }
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
            {
                double value = 0;
                for (int k = -radius; k <= radius; k++)
                    value += weights[k + radius] * columns[y * Width + Math.Clamp(x + k, 0, Width - 1)];
                rows[y * Width + x] = value;
            }
        return Of(Width, Height, rows);
    }

    private static GrayPlane Of(int width, int height, double[] values) =>
        new(width, height, values, [.. values.Select(v => (byte)Math.Round(Math.Clamp(v, 0, 255)))]);
}
