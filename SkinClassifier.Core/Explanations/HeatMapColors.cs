namespace SkinClassifier.Explanations;

/// <summary>
/// The colors of heat maps, from dark blue over green to light yellow. For t in 0 to 1, in OKLCh: lightness 0.35 + 0.58 t, chroma 0.1, hue 285° − 172° t.
/// Lightness and hue go at one speed and the chroma stays, so equal steps of t are equal steps in OKLab. Lightness alone gives the order: it stays in print
/// without color and for every kind of color blindness. Every color lies in sRGB; none is clipped.
/// </summary>
/// <remarks>OKLab: Ottosson, "A perceptual color space for image processing", 2020. The path through it is our own.</remarks>
internal static class HeatMapColors
{
    private const double Darkest = 0.35, LightnessRange = 0.58, Chroma = 0.1, FirstHue = 285, HueRange = -172;

    private static readonly byte[] Table = [.. Enumerable.Range(0, 256).SelectMany(i => Compute(i / 255.0))];

    /// <summary>The color of a value.</summary>
    /// <param name="value">0 to 1; values outside are taken as the nearer end, not-a-number as 0.</param>
    public static (byte R, byte G, byte B) Of(float value)
    {
        int at = 3 * (value > 0 ? (int)Math.Round(Math.Min(value, 1) * 255) : 0);
        return (Table[at], Table[at + 1], Table[at + 2]);
    }

    private static byte[] Compute(double t)
    {
        double lightness = Darkest + LightnessRange * t, hue = (FirstHue + HueRange * t) * Math.PI / 180;
        double a = Chroma * Math.Cos(hue), b = Chroma * Math.Sin(hue);
        double l = Cube(lightness + 0.3963377774 * a + 0.2158037573 * b), m = Cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = Cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return
        [
            Encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s),
        ];
    }

    private static double Cube(double x) => x * x * x;

    /// <summary>A linear sample, 0 to 1, as a byte of sRGB.</summary>
    private static byte Encode(double linear) =>
        (byte)Math.Round(255 * Math.Clamp(linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055, 0, 1));
}
