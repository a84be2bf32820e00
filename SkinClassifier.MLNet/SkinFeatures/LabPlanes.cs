using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// CIELAB of every pixel, from sRGB (IEC 61966-2-1) by CIE XYZ with the white point D65 and the observer of 2° (CIE 15, Colorimetry): a space in which
/// equal distances look about equally different. L 0 to 100; a and b about −100 to 100.
/// </summary>
/// <param name="L">Lightness.</param>
/// <param name="A">Green to red.</param>
/// <param name="B">Blue to yellow.</param>
internal sealed record LabPlanes(float[] L, float[] A, float[] B)
{
    private static readonly double[] Linear = [.. Enumerable.Range(0, 256).Select(v => v / 255.0)
        .Select(v => v > 0.04045 ? Math.Pow((v + 0.055) / 1.055, 2.4) : v / 12.92)];

    /// <summary>The planes in the order L, a, b.</summary>
    public IReadOnlyList<float[]> All => [L, A, B];

    /// <summary>The planes of an image.</summary>
    public static LabPlanes Of(RgbImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        int count = image.Width * image.Height;
        LabPlanes planes = new(new float[count], new float[count], new float[count]);
        for (int i = 0; i < count; i++)
        {
            double r = Linear[pixels[3 * i]], g = Linear[pixels[3 * i + 1]], b = Linear[pixels[3 * i + 2]];
            double x = Root((0.412453 * r + 0.357580 * g + 0.180423 * b) / 0.95047), y = Root(0.212671 * r + 0.715160 * g + 0.072169 * b),
                z = Root((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883);
            planes.L[i] = (float)(116 * y - 16);
            planes.A[i] = (float)(500 * (x - y));
            planes.B[i] = (float)(200 * (y - z));
        }
        return planes;
    }

    private static double Root(double t) => t > 0.008856 ? Math.Cbrt(t) : 7.787 * t + 16.0 / 116;
}
