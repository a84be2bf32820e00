using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Explanations;

namespace SkinClassifier.Tests.Explanations;

public sealed class BilinearTests
{
    [Test]
    public void A_map_grows_as_another_library_resizes_it()
    {
        // cv2.resize(np.float32([[0, 1, 4]]), (6, 1)) of OpenCV 4.6.
        float[] to = new float[6];
        Bilinear.Resample([0, 1, 4], 3, 1, to, 6, 1, new ImagePlacement(0.5, 1, 0, 0));
        Assert.That(to, Is.EqualTo(new[] { 0, 0.25f, 0.75f, 1.75f, 3.25f, 4 }).Within(1e-6));
    }

    [Test]
    public void The_same_size_gives_the_same_map_bit_for_bit()
    {
        float[] from = [.. Enumerable.Range(0, 35).Select(i => MathF.Sin(i))], to = new float[35];
        Bilinear.Resample(from, 7, 5, to, 7, 5, new ImagePreprocessor(7, 5).Place(7, 5), new WorkerPool(2));
        Assert.That(to, Is.EqualTo(from));
    }

    // The input is 10 × 10; its map counts columns in units and rows in tens, so that a value tells its place.
    [TestCase(ResizeKind.Stretch, 40, 20, 0, 0, 40, 20)]
    [TestCase(ResizeKind.Crop, 40, 20, 10, 0, 20, 20)]
    [TestCase(ResizeKind.Crop, 20, 40, 0, 10, 20, 20)]
    [TestCase(ResizeKind.Crop, 5, 5, 0, 0, 5, 5)]
    [TestCase(ResizeKind.Pad, 40, 16, 0, 0, 40, 16)]
    [TestCase(ResizeKind.Pad, 16, 40, 0, 0, 16, 40)]
    public void Places_of_the_input_come_back_to_the_image(ResizeKind resize, int width, int height, int left, int top, int seenWidth, int seenHeight)
    {
        ImagePreprocessor preprocessor = new(10, 10, resize);
        ImagePlacement placement = preprocessor.Place(width, height);
        float[] map = [.. Enumerable.Range(0, 100).Select(i => 100f + i)], to = new float[width * height];
        Bilinear.Resample(map, 10, 10, to, width, height, placement);
        Assert.That(Bilinear.Seen(10, 10, width, height, placement), Is.EqualTo(new ImageArea(left, top, seenWidth, seenHeight)));
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                bool seen = x >= left && x < left + seenWidth && y >= top && y < top + seenHeight;
                double column = Math.Clamp(resize == ResizeKind.Stretch ? (x + 0.5) * 10 / width - 0.5 : (x + 0.5 - width / 2.0) * Scale() + 4.5, 0, 9);
                double row = Math.Clamp(resize == ResizeKind.Stretch ? (y + 0.5) * 10 / height - 0.5 : (y + 0.5 - height / 2.0) * Scale() + 4.5, 0, 9);
                Assert.That(to[y * width + x], Is.EqualTo(seen ? 100 + 10 * row + column : 0).Within(1e-4), $"{x}, {y}");
            }

        double Scale() => 10.0 / (resize == ResizeKind.Crop ? Math.Min(width, height) : Math.Max(width, height));
    }

    [Test]
    public void The_placement_says_where_the_preprocessing_puts_a_mark(
        [Values] ResizeKind resize, [Values(90, 61, 3000)] int width, [Values(40, 64)] int height)
    {
        ImagePreprocessor preprocessor = new(32, 24, resize);
        ImagePlacement placement = preprocessor.Place(width, height);
        SkinClassifier.Imaging.RgbImage image = new(width, height);
        // A white mark a little right of and below the center.
        (int x, int y) = (width / 2 + Math.Min(width, height) / 12, height / 2 + height / 12);
        int halfX = Math.Max(1, resize == ResizeKind.Crop ? height / 20 : width / 60), halfY = Math.Max(1, height / 20);
        for (int row = y - halfY; row <= y + halfY; row++)
            for (int column = x - halfX; column <= x + halfX; column++)
                image.Row(row).Slice(3 * column, 3).Fill(255);
        float[] input = new float[preprocessor.ValueCount];
        preprocessor.Apply(image, input);
        double sum = 0, columns = 0, rows = 0;
        for (int i = 0; i < 32 * 24; i++)
            (sum, columns, rows) = (sum + input[i], columns + input[i] * (i % 32), rows + input[i] * (i / 32));
        Assert.That(columns / sum, Is.EqualTo(placement.Column(x)).Within(0.3));
        Assert.That(rows / sum, Is.EqualTo(placement.Row(y)).Within(0.3));
    }

    [Test]
    public void An_image_of_extreme_shape_shows_its_middle()
    {
        // 32 · 100000 / 8 columns would be more than 65536: the preprocessing cuts the image first.
        ImagePreprocessor preprocessor = new(32, 32);
        ImagePlacement placement = preprocessor.Place(100_000, 8);
        ImageArea seen = Bilinear.Seen(32, 32, 100_000, 8, placement);
        Assert.That(seen, Is.EqualTo(new ImageArea(49_996, 0, 8, 8)));
    }

    [Test]
    public void Two_pixels_become_four_by_linear_interpolation() =>
        Assert.That(Bilinear.Resize([0, 1], 2, 1, 4, 1), Is.EqualTo(new[] { 0, 0.25f, 0.75f, 1 }).Within(1e-6));

    [Test]
    public void A_constant_map_stays_constant_at_any_size()
    {
        float[] map = new float[7 * 5];
        Array.Fill(map, 0.4f);
        foreach ((int width, int height) in new[] { (1, 1), (3, 11), (70, 2), (7, 5) })
            Assert.That(Bilinear.Resize(map, 7, 5, width, height), Has.Length.EqualTo(width * height).And.All.EqualTo(0.4f).Within(1e-6));
    }

    [Test]
    public void Shrinking_leaves_no_pixel_out()
    {
        float[] map = new float[60];
        for (int lit = 0; lit < 60; lit++)
        {
            Array.Clear(map);
            map[lit] = 1;
            Assert.That(Bilinear.Resize(map, 60, 1, 6, 1).Sum(), Is.EqualTo(0.1).Within(0.06), $"pixel {lit}");
        }
    }

    [Test]
    public void A_map_of_another_size_is_refused() =>
        Assert.That(() => Bilinear.Resize([1, 2, 3], 2, 2, 4, 4), Throws.ArgumentException.With.Message.Contain("expected 2 × 2 values, received 3"));
}
