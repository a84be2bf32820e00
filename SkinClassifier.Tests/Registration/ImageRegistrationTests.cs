using SkinClassifier.Common;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;
using SkinClassifier.Registration;

namespace SkinClassifier.Tests.Registration;

public sealed class ImageRegistrationTests
{
    [Test]
    public void A_transform_turns_scales_and_shifts()
    {
        (double x, double y) = new SimilarityTransform(90, 2, 0.1, -0.2).Apply(0.25, 0);
        Assert.That((x, y), Is.EqualTo((0.1, 0.3)).Within(1e-12));
        Assert.That(SimilarityTransform.Identity.Apply(0.3, -0.7), Is.EqualTo((0.3, -0.7)));
    }

    [Test]
    public void Drawn_spots_that_are_turned_scaled_shifted_and_lit_otherwise_are_found_again()
    {
        SeededRandom random = new(5);
        List<double> overlaps = [];
        for (int i = 0; i < 12; i++)
        {
            RgbImage scene = SkinPhotograph.Take(LesionKind.All[i % LesionKind.All.Count], (ulong)i, 0, 512);
            SimilarityTransform truth = new(random.NextDouble(-30, 30), Math.Exp(random.NextDouble(-1, 1) * Math.Log(1.25)),
                random.NextDouble(-0.15, 0.15), random.NextDouble(-0.15, 0.15));
            RgbImage first = scene.CropCenter(320, 320);
            RgbImage second = Light(ImageRegistration.Warp(scene, Inner(truth), 300, 300), random);
            // second shows at p what first shows at truth(p): the transform from second to first.
            RegistrationResult found = ImageRegistration.Align(second, first);
            overlaps.Add(IntersectionOverUnion(found.Transform, truth));
            Assert.That(found.IsAligned, $"pair {i}: {found}, truth {truth}");
        }
        Assert.That(overlaps.Count(o => o >= 0.9), Is.EqualTo(overlaps.Count), string.Join(" ", overlaps.Select(o => $"{o:0.00}")));

        // The first image is the middle of the scene: its coordinates are 320/512 of the scene's.
        static SimilarityTransform Inner(SimilarityTransform t) => t with { Scale = t.Scale * 320 / 512, X = t.X * 320 / 512, Y = t.Y * 320 / 512 };
    }

    [Test]
    public void Images_of_different_spots_are_seldom_called_aligned()
    {
        int aligned = 0;
        for (int i = 0; i < 20; i++)
            if (ImageRegistration.Align(SkinPhotograph.Take(LesionKind.All[0], (ulong)i, 0, 128), Texture((ulong)i)).IsAligned)
                aligned++;
        Assert.That(aligned, Is.Zero);

        static RgbImage Texture(ulong seed)
        {
            SeededRandom random = new(seed);
            RgbImage image = new(128, 128);
            for (int i = 0; i < image.Pixels.Length; i++)
                image.Pixels[i] = (byte)random.NextInt32(256);
            return image;
        }
    }

    [Test]
    public void An_image_lies_on_itself_and_an_even_one_nowhere()
    {
        RgbImage image = SkinPhotograph.Take(LesionKind.All[1], 3, 0, 160);
        RegistrationResult same = ImageRegistration.Align(image, image);
        Assert.That((same.Correlation, same.Overlap), Is.EqualTo((1.0, 1.0)).Within(1e-6));
        Assert.That((same.Transform.Rotation, same.Transform.Scale), Is.EqualTo((0.0, 1.0)).Within(1e-9));
        Assert.That(ImageRegistration.Align(image, new RgbImage(64, 48)).IsAligned, Is.False);
    }

    [Test]
    public void Warping_by_the_identity_changes_nothing_and_leaves_black_what_is_not_shown()
    {
        RgbImage image = SkinPhotograph.Take(LesionKind.All[0], 1, 0, 64);
        Assert.That(ImageRegistration.Warp(image, SimilarityTransform.Identity, 64, 64).Pixels.ToArray(), Is.EqualTo(image.Pixels.ToArray()));
        RgbImage shifted = ImageRegistration.Warp(image, SimilarityTransform.Identity with { X = 1 }, 64, 64);
        Assert.That(shifted.Row(10)[..6].ToArray(), Is.EqualTo(image.Row(10).Slice(3 * 32, 6).ToArray()));
        Assert.That(shifted.Row(10)[^3..].ToArray(), Is.EqualTo(new byte[3]));
    }

    [TestCase(255, 255, 255, 100.0, 0.0, 0.0)]
    [TestCase(0, 0, 0, 0.0, 0.0, 0.0)]
    [TestCase(255, 0, 0, 53.24, 80.09, 67.20)]
    [TestCase(0, 255, 0, 87.73, -86.18, 83.18)]
    [TestCase(0, 0, 255, 32.30, 79.19, -107.86)]
    public void Lab_has_the_published_values(int r, int g, int b, double lightness, double redness, double yellowness)
    {
        (double l, double a, double bb) = ColorDifference.Lab((byte)r, (byte)g, (byte)b);
        Assert.That((l, a, bb), Is.EqualTo((lightness, redness, yellowness)).Within(0.02));
    }

    [Test]
    public void A_change_of_light_is_no_local_difference_and_a_new_spot_is()
    {
        RgbImage gray = Even(120), lighter = Even(140);
        ColorDifference light = ColorDifference.Of(gray, lighter);
        Assert.That(light.Lightness, Is.EqualTo(ColorDifference.Lab(140, 140, 140).L - ColorDifference.Lab(120, 120, 120).L).Within(1e-9));
        Assert.That((light.LocalDifference, light.MeanDifference - light.Lightness), Is.EqualTo((0.0, 0.0)).Within(1e-4));
        RgbImage spot = Even(120);
        spot.Row(5).Slice(0, 30).Fill(20);
        Assert.That(ColorDifference.Of(gray, spot).LocalDifference, Is.GreaterThan(3));
        Assert.That(() => ColorDifference.Of(gray, new RgbImage(3, 3)), Throws.ArgumentException);

        static RgbImage Even(byte value)
        {
            RgbImage image = new(16, 12);
            image.Pixels.Fill(value);
            return image;
        }
    }

    /// <summary>Another brightness, contrast, slope of light and noise.</summary>
    private static RgbImage Light(RgbImage image, SeededRandom random)
    {
        double gain = random.NextDouble(0.75, 1.1), slope = random.NextDouble(-0.2, 0.2);
        for (int y = 0; y < image.Height; y++)
            for (int x = 0; x < image.Width; x++)
                for (int c = 0; c < 3; c++)
                {
                    ref byte value = ref image.Row(y)[3 * x + c];
                    value = (byte)Math.Clamp(value * gain * (1 + slope * x / image.Width) + 4 * random.NextGaussian(), 1, 255);
                }
        return image;
    }

    /// <summary>Of an upright bar beside the middle of the first image: how its two images in the second one overlap.</summary>
    private static double IntersectionOverUnion(SimilarityTransform found, SimilarityTransform truth)
    {
        int both = 0, either = 0;
        for (double x = -2; x <= 2; x += 0.02)
            for (double y = -2; y <= 2; y += 0.02)
            {
                bool a = IsInside(found, x, y), b = IsInside(truth, x, y);
                both += a && b ? 1 : 0;
                either += a || b ? 1 : 0;
            }
        return (double)both / either;

        static bool IsInside(SimilarityTransform t, double x, double y)
        {
            (double sin, double cos) = Math.SinCos(t.Rotation * Math.PI / 180);
            (x, y) = (x - t.X, y - t.Y);
            return (cos * x + sin * y) / t.Scale is > 0.1 and < 0.6 && Math.Abs((cos * y - sin * x) / t.Scale) < 0.7;
        }
    }
}
