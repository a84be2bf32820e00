using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

public sealed class GeometricAugmentationTests
{
    [Test]
    public void Changes_that_cancel_give_the_original_because_there_is_one_resampling()
    {
        RgbImage image = TestImage.Create(30, 41);
        const string there = """{ "type": "rotation", "degrees": 37 }, { "type": "shear", "x": 9, "y": 0 }, { "type": "zoom", "factor": 3 }, """
            + """{ "type": "shift", "x": 0.3, "y": -0.2 }""";
        const string andBack = """{ "type": "shift", "x": -0.3, "y": 0.2 }, { "type": "zoom", "factor": 0.33333333333333333 }, """
            + """{ "type": "shear", "x": -9, "y": 0 }, { "type": "rotation", "degrees": -37 }""";
        RgbImage back = TestImage.Run($"[{there}, {andBack}]", image);
        for (int i = 0; i < image.Pixels.Length; i++)
            Assert.That((int)back.Pixels[i], Is.EqualTo((int)image.Pixels[i]).Within(1), $"sample {i}");
    }

    [Test]
    public void A_rotation_by_a_quarter_turns_a_square_image_as_the_exact_turn_does()
    {
        RgbImage image = TestImage.Create(20, 20);
        Within1(TestImage.Run("""[{ "type": "rotation", "degrees": 90 }]""", image), image.RotateQuarterTurns(1));
        Within1(TestImage.Run("""[{ "type": "rotation", "degrees": 180 }]""", image), image.RotateQuarterTurns(2));
    }

    [Test]
    public void A_shift_by_whole_pixels_moves_right_and_down_and_shows_the_fill()
    {
        RgbImage image = TestImage.Create(10, 20);
        RgbImage moved =
            TestImage.Run("""{ "fill": "constant", "fill_color": [9, 8, 7], "augmentations": [{ "type": "shift", "x": 0.1, "y": 0.3 }] }""", image);
        Assert.That(moved.Pixels.SequenceEqual(image.Crop(0, 0, 18, 7).Pad(2, 3, 0, 0, 9, 8, 7).Pixels), Is.True);
    }

    [Test]
    public void A_zoom_by_two_shows_the_middle_twice_as_large()
    {
        RgbImage image = TestImage.Flat(16, 16, 0, 0, 0);
        for (int y = 6; y < 10; y++)
            image.Row(y)[(3 * 6)..(3 * 10)].Fill(240);
        RgbImage zoomed = TestImage.Run("""[{ "type": "zoom", "factor": 2 }]""", image);
        double before = image.Pixels.ToArray().Sum(sample => sample), after = zoomed.Pixels.ToArray().Sum(sample => sample);
        Assert.That(after / before, Is.EqualTo(4).Within(0.02));
    }

    [Test]
    public void A_shear_moves_rows_in_proportion_to_their_distance_from_the_middle()
    {
        RgbImage image = TestImage.Flat(41, 41, 0, 0, 0);
        for (int y = 0; y < 41; y++)
            image.Row(y).Slice(20 * 3, 3).Fill(200);
        RgbImage sheared = TestImage.Run("""[{ "type": "shear", "x": 26.565051177077994, "y": 0 }]""", image);
        for (int y = 0; y < 41; y++)
        {
            double mass = 0, moment = 0;
            for (int x = 0; x < 41; x++)
            {
                mass += sheared.Row(y)[3 * x];
                moment += sheared.Row(y)[3 * x] * (x - 20.0);
            }
            Assert.That(moment / mass, Is.EqualTo(-(y - 20) * 0.5).Within(0.02), $"row {y}");
        }
    }

    [Test]
    public void A_random_part_keeps_its_area_and_stays_inside()
    {
        // Red says where along x a pixel comes from, green where along y.
        RgbImage image = new(101, 101);
        for (int y = 0; y < 101; y++)
            for (int x = 0; x < 101; x++)
                (image.Row(y)[3 * x], image.Row(y)[3 * x + 1]) = ((byte)(2 * x), (byte)(2 * y));
        for (int index = 0; index < 60; index++)
        {
            RgbImage part = TestImage.Run("""{ "fill": "constant", "fill_color": [255, 255, 255], "augmentations": """
                + """[{ "type": "random_resized_crop", "area": 0.25, "ratio": [0.5, 2] }] }""", image, index);
            Assert.That(part.Pixels.ToArray().Where((_, i) => i % 3 == 2).All(blue => blue <= 64), Is.True, "white from beyond the edge");
            double width = (part.Row(50)[3 * 90] - part.Row(50)[3 * 10]) / 2.0 / 80, height = (part.Row(90)[151] - part.Row(10)[151]) / 2.0 / 80;
            Assert.That(width * height, Is.EqualTo(0.25).Within(0.015));
            Assert.That(width / height, Is.InRange(0.47, 2.1));
        }
        RgbImage whole = TestImage.Run("""[{ "type": "random_resized_crop", "area": 1, "ratio": 1 }]""", image);
        Assert.That(whole.Pixels.SequenceEqual(image.Pixels), Is.True);
    }

    [Test]
    public void Angles_fill_their_range_evenly()
    {
        // A dot far from the middle shows the angle.
        RgbImage image = TestImage.Flat(101, 101, 0, 0, 0);
        image.Row(50).Slice(3 * 90, 3).Fill(255);
        int[] quadrants = new int[4];
        for (int index = 0; index < 400; index++)
        {
            RgbImage turned = TestImage.Run("""{ "fill": "constant", "augmentations": [{ "type": "rotation" }] }""", image, index);
            int brightest = Enumerable.Range(0, 101 * 101).MaxBy(i => turned.Pixels[3 * i]);
            int x = brightest % 101 - 50, y = brightest / 101 - 50;
            Assert.That(Math.Sqrt(x * x + y * y), Is.EqualTo(40).Within(1.5));
            quadrants[(x >= 0 ? 0 : 1) + (y >= 0 ? 0 : 2)]++;
        }
        Assert.That(quadrants, Is.All.InRange(70, 130));
    }

    [Test]
    [Category("Simd")]
    public void Vector_rows_equal_scalar_rows()
    {
        RgbImage image = TestImage.Create(13, 17);
        SeededRandom random = new(2);
        for (int i = 0; i < 500; i++)
        {
            long Place(double limit) => (long)(random.NextDouble(-limit, limit) * (1L << 32));
            long x = Place(20), y = Place(16), stepX = Place(2), stepY = Place(2);
            Fill fill = new((FillMode)random.NextInt32(4), 1, 2, 3);
            byte[] vector = new byte[3 * (1 + i % 20)], scalar = new byte[vector.Length];
            AffineResampler.WarpRow(image, x, y, stepX, stepY, vector, fill, vectors: true);
            AffineResampler.WarpRow(image, x, y, stepX, stepY, scalar, fill, vectors: false);
            Assert.That(vector, Is.EqualTo(scalar));
        }
    }

    private static void Within1(RgbImage actual, RgbImage expected)
    {
        for (int i = 0; i < expected.Pixels.Length; i++)
            Assert.That((int)actual.Pixels[i], Is.EqualTo((int)expected.Pixels[i]).Within(1), $"sample {i}");
    }
}
