using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data;

public sealed class ImagePreprocessorTests
{
    [Test]
    public void A_image_of_the_right_size_becomes_planes_unchanged()
    {
        RgbImage image = new(3, 2, [.. Enumerable.Range(0, 18).Select(i => (byte)(i * 10))]);
        float[] planes = new float[18];
        new ImagePreprocessor(3, 2).Apply(image, planes);
        Assert.That(planes, Is.EqualTo(new float[] { 0, 30, 60, 90, 120, 150, 10, 40, 70, 100, 130, 160, 20, 50, 80, 110, 140, 170 }));
    }

    [Test, Category("Simd")]
    public void Planes_equal_the_plain_loop_for_every_remainder()
    {
        for (int width = 1; width < 70; width++)
        {
            RgbImage image = new(width, 1);
            for (int i = 0; i < image.Pixels.Length; i++)
                image.Pixels[i] = (byte)(i * 89 + width);
            float[] planes = new float[3 * width];
            new ImagePreprocessor(width, 1).Apply(image, planes);
            Assert.That(planes, Is.EqualTo(Enumerable.Range(0, 3 * width).Select(i => (float)image.Pixels[i % width * 3 + i / width])));
        }
    }

    [Test]
    public void Every_kind_equals_resize_crop_and_pad([Values] ResizeKind kind, [Values] ResizeFilter filter)
    {
        foreach ((int width, int height) in new[] { (50, 37), (37, 50), (24, 90), (9, 9), (31, 20) })
        {
            RgbImage image = new(width, height);
            for (int i = 0; i < image.Pixels.Length; i++)
                image.Pixels[i] = (byte)(i * i * 31 + i / 7);
            ImagePreprocessor preprocessor = new(31, 20, kind, filter);
            double cover = Math.Max(31.0 / width, 20.0 / height), fit = Math.Min(31.0 / width, 20.0 / height);
            int w = (int)Math.Round(width * fit), h = (int)Math.Round(height * fit);
            RgbImage expected = kind switch
            {
                ResizeKind.Stretch => image.Resize(31, 20, filter),
                ResizeKind.Crop => image.Resize((int)Math.Round(width * cover), (int)Math.Round(height * cover), filter).CropCenter(31, 20),
                _ => image.Resize(w, h, filter).Pad((31 - w) / 2, (20 - h) / 2, 31 - w - (31 - w) / 2, 20 - h - (20 - h) / 2, 0, 0, 0),
            };
            Assert.That(preprocessor.Fit(image).Pixels.SequenceEqual(expected.Pixels), $"{width}×{height}");
            float[] planes = new float[preprocessor.ValueCount];
            preprocessor.Apply(image, planes);
            Assert.That(planes[620], Is.EqualTo((float)expected.Pixels[1]), "green plane starts after 31·20 red values");
        }
    }

    [TestCase(ResizeKind.Crop)]
    [TestCase(ResizeKind.Stretch)]
    [TestCase(ResizeKind.Pad)]
    public void Any_size_comes_out_at_the_target_size(ResizeKind kind)
    {
        foreach ((int width, int height) in new[] { (1, 1), (200, 150), (150, 200), (31, 7), (2, 900), (900, 2), (5000, 1), (1, 70000), (224, 10) })
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
    public void Crop_keeps_the_center_and_pad_keeps_everything()
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

    // 3000×2000 covers 224×224 as 336×224: 1/4 leaves 750×500, at least twice that; 1/8 would not.
    [TestCase(3000, 2000, 224, ResizeKind.Crop, 2)]
    [TestCase(600, 450, 224, ResizeKind.Crop, 8)]
    [TestCase(600, 450, 112, ResizeKind.Crop, 4)]
    [TestCase(3584, 3584, 224, ResizeKind.Crop, 1)]
    [TestCase(3583, 3584, 224, ResizeKind.Crop, 2)]
    [TestCase(2000, 3000, 224, ResizeKind.Pad, 2)]
    [TestCase(4000, 900, 224, ResizeKind.Stretch, 4)]
    [TestCase(4000, 800, 224, ResizeKind.Crop, 8)]
    [TestCase(1, 1, 224, ResizeKind.Crop, 8)]
    [TestCase(1, 65535, 224, ResizeKind.Crop, 8)]
    public void Reduced_decoding_keeps_twice_the_scaled_size(int width, int height, int target, ResizeKind kind, int expected)
    {
        IDecodingScale scale = new ImagePreprocessor(target, target, kind) { ReducedDecoding = true };
        Assert.That(scale.Eighths(width, height), Is.EqualTo(expected));
        Assert.That(((IDecodingScale)new ImagePreprocessor(target, target, kind)).Eighths(width, height), Is.EqualTo(8), "off by default");
        Assert.That(((IDecodingScale)new ImagePreprocessor(target, target, kind, ResizeFilter.Nearest) { ReducedDecoding = true })
            .Eighths(width, height), Is.EqualTo(8));
    }

    [Test]
    public void A_reduced_image_gives_nearly_the_same_values()
    {
        byte[] content = SyntheticImage(800, 600).EncodeJpeg(92);
        float[] whole = new float[3 * 64 * 64], reduced = new float[whole.Length];
        new ImageReader(new ImagePreprocessor(64, 64), null).Read(content, "a.jpg", whole);
        new ImageReader(new ImagePreprocessor(64, 64) { ReducedDecoding = true }, null).Read(content, "a.jpg", reduced);
        Assert.That(reduced, Is.Not.EqualTo(whole));
        Assert.That(Math.Sqrt(whole.Zip(reduced, (a, b) => (a - b) * (a - b)).Average()), Is.LessThan(1.5));
    }

    /// <summary>Waves of several lengths, an edge and a little noise.</summary>
    private static RgbImage SyntheticImage(int width, int height)
    {
        RgbImage image = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < 3; c++)
                    image.Row(y)[3 * x + c] = (byte)(
                        120 + 40 * Math.Sin(x / (7.0 + c)) + 30 * Math.Cos(y / 11.0 - c) + (x + 2 * y > width ? 30 : -30) + (x * 31 + y * 17 + c * 7) % 13);
        return image;
    }
}
