using SkinClassifier.Imaging;

namespace SkinClassifier.Registration;

/// <summary>
/// How two aligned images differ in color, in CIE L*a*b* (sRGB, D65): numbers that light and camera change as well as skin does.
/// Source: CIE 15:2004; the difference is ΔE*ab of 1976.
/// </summary>
/// <param name="MeanDifference">Mean ΔE*ab over the places that both show; about 2 is just seen.</param>
/// <param name="Lightness">Mean L* of the second minus that of the first.</param>
/// <param name="Redness">Mean a* of the second minus that of the first.</param>
/// <param name="Yellowness">Mean b* of the second minus that of the first.</param>
/// <param name="LocalDifference">Mean ΔE*ab that is left when the mean differences of L*, a* and b* are taken off: what differs from place to place.</param>
internal sealed record ColorDifference(double MeanDifference, double Lightness, double Redness, double Yellowness, double LocalDifference)
{
    /// <summary>
    /// Compares two images of the same size; places where the second one is black, as <see cref="ImageRegistration.Warp"/> leaves them, do not count.
    /// </summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static ColorDifference Of(RgbImage first, RgbImage second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if ((first.Width, first.Height) != (second.Width, second.Height))
            throw new ArgumentException($"ColorDifference.Of: expected two images of the same size, received {first.Width}×{first.Height} and "
                + $"{second.Width}×{second.Height}. Warp the second one first.", nameof(second));
        ReadOnlySpan<byte> a = first.Pixels, b = second.Pixels;
        int places = 0;
        double sum = 0, lightness = 0, redness = 0, yellowness = 0;
        List<(double L, double A, double B)> differences = new(a.Length / 3);
        for (int i = 0; i < a.Length; i += 3)
        {
            if (b[i] == 0 && b[i + 1] == 0 && b[i + 2] == 0)
                continue;
            (double l1, double a1, double b1) = Lab(a[i], a[i + 1], a[i + 2]);
            (double l2, double a2, double b2) = Lab(b[i], b[i + 1], b[i + 2]);
            (double L, double A, double B) d = (l2 - l1, a2 - a1, b2 - b1);
            differences.Add(d);
            sum += Length(d.L, d.A, d.B);
            lightness += d.L;
            redness += d.A;
            yellowness += d.B;
            places++;
        }
        if (places == 0)
            return new ColorDifference(0, 0, 0, 0, 0);
        (lightness, redness, yellowness) = (lightness / places, redness / places, yellowness / places);
        double local = 0;
        foreach ((double dl, double da, double db) in differences)
            local += Length(dl - lightness, da - redness, db - yellowness);
        return new ColorDifference(sum / places, lightness, redness, yellowness, local / places);
    }

    /// <summary>L*, a*, b* of an sRGB color.</summary>
    internal static (double L, double A, double B) Lab(byte red, byte green, byte blue)
    {
        double r = Linear(red), g = Linear(green), b = Linear(blue);
        double x = Curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047), y = Curve(0.2126729 * r + 0.7151522 * g + 0.0721750 * b),
            z = Curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
        return (116 * y - 16, 500 * (x - y), 200 * (y - z));

        static double Linear(byte value)
        {
            double v = value / 255.0;
            return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
        }

        static double Curve(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }

    private static double Length(double a, double b, double c) => Math.Sqrt(a * a + b * b + c * c);
}
