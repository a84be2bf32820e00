using SkinClassifier.Imaging;
using SkinClassifier.MLNet.SkinFeatures;

namespace SkinClassifier.Tests.MLNet.SkinFeatures;

public sealed class SkinFeatureTests
{
    [Test]
    public void Every_descriptor_has_a_name_of_its_own()
    {
        Assert.That(SkinFeatureExtractor.Names, Has.Count.EqualTo(SkinFeatureExtractor.Count));
        Assert.That(SkinFeatureExtractor.Names, Is.Unique);
    }

    [TestCase(1, 1)]
    [TestCase(1, 400)]
    [TestCase(400, 3)]
    [TestCase(200, 150)]
    public void An_image_of_one_color_has_finite_descriptors_and_no_lesion(int width, int height)
    {
        RgbImage image = new(width, height);
        image.Pixels.Fill(140);
        float[] features = SkinFeatureExtractor.Extract(image);
        Assert.That(features, Has.All.Matches<float>(float.IsFinite));
        Assert.That(Of(features, "shape.area"), Is.Zero);
        Assert.That(Of(features, "color.contrast.L"), Is.Zero);
    }

    [Test]
    public void A_round_dark_spot_has_the_shape_of_a_circle()
    {
        float[] features = SkinFeatureExtractor.Extract(Spot(100, 75, 40));
        double diagonal = Math.Sqrt(200 * 200 + 150 * 150);
        Assert.Multiple(() =>
        {
            Assert.That(Of(features, "shape.area"), Is.EqualTo(Math.PI * 40 * 40 / (200 * 150)).Within(0.01));
            Assert.That(Of(features, "shape.compactness"), Is.EqualTo(1).Within(0.15));
            Assert.That(Of(features, "shape.diameter"), Is.EqualTo(80 / diagonal).Within(0.01));
            Assert.That(Of(features, "shape.longAxis"), Is.EqualTo(80 / diagonal).Within(0.01));
            Assert.That(Of(features, "shape.asymmetry.longAxis"), Is.LessThan(0.03));
            Assert.That(Of(features, "shape.border.irregularity"), Is.LessThan(0.02));
            Assert.That(Of(features, "color.contrast.L"), Is.LessThan(-30));
        });
    }

    [Test]
    public void A_dark_corner_is_not_taken_for_the_lesion()
    {
        RgbImage image = Spot(100, 75, 30);
        for (int y = 0; y < 30; y++)
            image.Row(y)[..(3 * 40)].Fill(5);
        Assert.That(Of(SkinFeatureExtractor.Extract(image), "shape.distance"), Is.LessThan(0.05));
    }

    [Test]
    public void An_image_of_twice_the_size_has_nearly_the_same_color_and_shape()
    {
        RgbImage image = Spot(90, 70, 35);
        float[] small = SkinFeatureExtractor.Extract(image), large = SkinFeatureExtractor.Extract(image.Resize(400, 300));
        foreach (string name in new[] { "color.image.L.mean", "color.image.a.mean", "color.image.b.mean" })
            Assert.That(Of(large, name), Is.EqualTo(Of(small, name)).Within(0.5), name);
        Assert.That(Of(large, "shape.area"), Is.EqualTo(Of(small, "shape.area")).Within(0.01));
    }

    [Test]
    public void Room_of_another_length_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => SkinFeatureExtractor.Extract(new RgbImage(8, 8), new float[3]))!;
        Assert.That(error.Message, Does.StartWith("SkinFeatureExtractor: expected room for 176 numbers, received 3."));
    }

    private static RgbImage Spot(int centerX, int centerY, int radius)
    {
        RgbImage image = new(200, 150);
        for (int y = 0; y < 150; y++)
            for (int x = 0; x < 200; x++)
            {
                bool dark = (x - centerX) * (x - centerX) + (y - centerY) * (y - centerY) <= radius * radius;
                image.Row(y).Slice(3 * x, 3).Fill((byte)(dark ? 60 : 190));
            }
        return image;
    }

    private static float Of(float[] features, string name) => features[SkinFeatureExtractor.Names.ToList().IndexOf(name)];
}
