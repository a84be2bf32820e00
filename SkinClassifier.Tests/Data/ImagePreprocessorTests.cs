using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data;

public sealed class ImagePreprocessorTests
{
    [Test]
    public void A_picture_of_the_right_size_becomes_planes_unchanged()
    {
        RgbImage image = new(3, 2, [.. Enumerable.Range(0, 18).Select(i => (byte)(i * 10))]);
        float[] planes = new float[18];
        new ImagePreprocessor(3, 2).Apply(image, planes);
        Assert.That(planes, Is.EqualTo(new float[] { 0, 30, 60, 90, 120, 150, 10, 40, 70, 100, 130, 160, 20, 50, 80, 110, 140, 170 }));
    }

    [TestCase(ResizeKind.Crop)]
    [TestCase(ResizeKind.Stretch)]
    [TestCase(ResizeKind.Pad)]
    public void Any_size_comes_out_at_the_target_size(ResizeKind kind)
    {
        foreach ((int width, int height) in new[] { (1, 1), (200, 150), (150, 200), (31, 7), (2, 900), (900, 2), (5000, 1), (224, 10) })
        {
            RgbImage image = new(width, height);
            image.Pixels.Fill(200);
            ImagePreprocessor preprocessor = new(20, 12, kind);
            float[] planes = new float[preprocessor.ValueCount];
            preprocessor.Apply(image, planes);
            Assert.That(planes, kind == ResizeKind.Pad ? Has.Some.EqualTo(200f) : Is.All.EqualTo(200f), $"{width}×{height}");
        }
    }

    [Test]
    public void Crop_keeps_the_centre_and_pad_keeps_everything()
    {
        RgbImage image = new(40, 10);
        for (int y = 0; y < 10; y++)
            for (int x = 0; x < 40; x++)
                image.Row(y)[3 * x] = (byte)(x is >= 15 and < 25 ? 250 : 50);
        float[] planes = new float[300];
        new ImagePreprocessor(10, 10, ResizeKind.Crop).Apply(image, planes);
        Assert.That(planes[..100], Is.All.EqualTo(250f));
        new ImagePreprocessor(10, 10, ResizeKind.Pad, ResizeFilter.Nearest).Apply(image, planes);
        Assert.That(planes[..30], Is.All.Zero);
        Assert.That(planes.Take(100).Count(v => v > 0), Is.EqualTo(30));
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        Assert.That(() => new ImagePreprocessor(0, 5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ImagePreprocessor(5, 5, (ResizeKind)9), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ImagePreprocessor(5, 5).Apply(new RgbImage(5, 5), new float[74]), Throws.TypeOf<ArgumentException>().With.Message.Contains("75"));
    }
}
