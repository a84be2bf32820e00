using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Registration;

namespace SkinClassifier.Reports;

/// <summary>
/// The individual typology angle of the skin around the lesion, computed from pixels: arctan((L* − 50) / b*) in degrees, of the median color of the outer
/// ring of the image without what is nearly black. Source of the angle and its limits: Chardon, Cretois and Hourseau, Skin colour typology and suntanning
/// pathways, 1991. It is a proxy of light, camera and skin together, and published comparisons find it unreliable as a label of skin tone.
/// </summary>
internal static class SkinToneProxy
{
    /// <summary>Its name among the columns.</summary>
    public const string Name = "ita-proxy";

    /// <summary>What every report says beside it.</summary>
    public const string Warning = "ita-proxy is computed from pixels and is not a label of skin tone: light, camera and white balance change it as "
        + "much as skin "
        + "does. Published comparisons find that it agrees with experts significantly less than other experts and crowds do (Groh et al. 2022, "
        + "arXiv 2207.02942), and that averages of pixels are clearly worse than networks trained on colorimeter measurements (Benčević et al. 2026, "
        + "arXiv 2602.10265). Do not report it as skin tone.";

    private const int Side = 128, Dark = 40;

    private static readonly (double Above, string Name)[] Classes =
        [(55, "1 very light (above 55°)"), (41, "2 light (41 to 55°)"), (28, "3 intermediate (28 to 41°)"), (10, "4 tan (10 to 28°)"),
            (-30, "5 brown (−30 to 10°)"), (double.NegativeInfinity, "6 dark (−30° and below)")];

    /// <summary>The class of every image; null where it cannot be read or has too little skin around.</summary>
    public static string?[] Of(IReadOnlyList<ImageExample> examples)
    {
        string?[] classes = new string?[examples.Count];
        WorkerPool.Shared.Run(examples.Count, i => classes[i] = Angle(examples[i]) is { } angle ? Classes.First(c => angle > c.Above).Name : null);
        return classes;
    }

    /// <summary>The angle in degrees, −90 to 90; null with too little skin around the middle.</summary>
    internal static double? Angle(RgbImage image)
    {
        double scale = Math.Min(1, (double)Side / Math.Max(image.Width, image.Height));
        RgbImage small = image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
        List<double> lightness = [], yellowness = [];
        for (int y = 0; y < small.Height; y++)
            for (int x = 0; x < small.Width; x++)
            {
                double dx = 2 * (x + 0.5) / small.Width - 1, dy = 2 * (y + 0.5) / small.Height - 1;
                ReadOnlySpan<byte> pixel = small.Row(y).Slice(3 * x, 3);
                if (dx * dx + dy * dy < 0.64 || Math.Max(pixel[0], Math.Max(pixel[1], pixel[2])) < Dark)
                    continue;
                (double l, _, double b) = ColorDifference.Lab(pixel[0], pixel[1], pixel[2]);
                lightness.Add(l);
                yellowness.Add(b);
            }
        if (lightness.Count < 0.05 * small.Width * small.Height)
            return null;
        return Math.Atan2(Median(lightness) - 50, Math.Max(Median(yellowness), 1e-9)) * 180 / Math.PI;
    }

    private static double? Angle(ImageExample example)
    {
        try
        {
            return Angle(RgbImage.Decode(example.ReadContent(), null, example.Path));
        }
        catch (Exception error) when (error is SkinClassifierException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
