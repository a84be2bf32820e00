using System.Text.Json;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet.SkinFeatures;

namespace SkinClassifier.Tests.MLNet.SkinFeatures;

/// <summary>
/// The descriptors equal scikit-image's, recorded by assets/golden/skinfeatures/make.py. Tolerance 1e-5 relative to the largest number of a family:
/// ours are single precision. Local binary patterns: 2e-4, six pixels of 30,000, because a neighbor between pixels that is as bright as the middle is
/// darker or not by rounding.
/// </summary>
public sealed class SkinFeatureGoldenTests
{
    private const double Tolerance = 1e-5;

    private static readonly JsonElement Recorded =
        JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Asset("golden", "skinfeatures", "expected.json"))).RootElement;
    private static readonly SkinImage Image = SkinImage.Of(Source());

    [Test]
    public void Lab_equals_the_recorded_one()
    {
        Check("labMean", [.. Image.Lab.All.Select(plane => plane.Average())]);
        Check("labFirst", [.. Image.Lab.All.Select(plane => plane[0])]);
    }

    [Test]
    public void Color_moments_equal_the_recorded_ones() => Check("colorMoments", Written(new ColorMoments())[..9]);

    [Test]
    public void Color_histograms_equal_the_recorded_ones() => Check("colorHistograms", Written(new ColorHistograms()));

    [Test]
    public void Gray_level_cooccurrence_equals_the_recorded_one() => Check("grayCooccurrence", Written(new GrayCooccurrence()));

    [Test]
    public void Local_binary_patterns_equal_the_recorded_ones() => Check("localBinaryPatterns", Written(new LocalBinaryPatterns()), 2e-4);

    [Test]
    public void Oriented_gradients_equal_the_recorded_ones()
    {
        float[] histogram = new float[81];
        OrientedGradients.Compute(GrayPlane.Of(Source().Crop(50, 20, 96, 96)), histogram);
        Check("orientedGradients", histogram);
    }

    [Test]
    public void The_threshold_and_the_lesion_equal_the_recorded_ones()
    {
        Assert.That(LesionMask.OtsuThreshold(Image.Lesion.Blurred.Bytes), Is.EqualTo(Recorded.GetProperty("otsu").GetInt32()));
        Assert.That(Image.Lesion.Inside.Count(i => i), Is.EqualTo(Recorded.GetProperty("lesionPixels").GetInt32()));
    }

    [Test]
    public void The_shape_equals_the_recorded_one() => Check("shape", Written(new LesionShape()));

    /// <summary>The image that make.py draws: whole numbers only, so that both give the same pixels.</summary>
    internal static RgbImage Source(int width = 200, int height = 150)
    {
        RgbImage image = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                int noise = (int)((x * 7919L + y * 104729L + x * y * 31L) % 23), u = (x - 90) * 4 + (y - 80) * 3, v = (y - 80) * 4 - (x - 90) * 3;
                bool dark = u * u * 9 + v * v * 25 < 1440000 + 4000 * (x - 90) * (y / 7 % 3) || (x < 9 && y < 12);
                (int r, int g, int b) = dark ? (90 + noise * 2 + x / 10, 55 + noise + y / 9, 45 + noise * 3 % 31)
                    : (205 + noise - y / 8, 150 + noise + x / 12, 125 + (noise * 5 + x) % 29);
                image.Row(y)[3 * x] = (byte)r;
                image.Row(y)[3 * x + 1] = (byte)g;
                image.Row(y)[3 * x + 2] = (byte)b;
            }
        return image;
    }

    private static float[] Written(ISkinFeature family)
    {
        float[] numbers = new float[family.Names.Count];
        family.Write(Image, numbers);
        return numbers;
    }

    private static void Check(string name, float[] numbers, double? tolerance = null)
    {
        double[] expected = [.. Recorded.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        Assert.That(numbers, Is.EqualTo(expected).Within(tolerance ?? Tolerance * expected.Max(Math.Abs)), name);
    }
}
