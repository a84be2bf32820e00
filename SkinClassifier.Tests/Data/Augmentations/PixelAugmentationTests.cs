using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

public sealed class PixelAugmentationTests
{
    [Test]
    public void Noise_has_mean_zero_and_the_asked_deviation()
    {
        RgbImage noisy = TestImage.Run("""[{ "type": "noise", "deviation": 12, "probability": 1 }]""", TestImage.Flat(200, 150, 128, 128, 128));
        double[] differences = [.. noisy.Pixels.ToArray().Select(sample => sample - 128.0)];
        Assert.That(differences.Average(), Is.EqualTo(0).Within(0.2));
        Assert.That(Math.Sqrt(differences.Average(difference => difference * difference)), Is.EqualTo(12).Within(0.2));
        double fourth = differences.Average(difference => Math.Pow(difference / 12, 4));
        Assert.That(fourth, Is.EqualTo(2.7).Within(0.15), "kurtosis of four even numbers: 3 − 1.2 / 4");
    }

    [Test]
    public void Jpeg_gives_what_the_encoder_and_decoder_give()
    {
        RgbImage image = TestImage.Create(32, 40);
        RgbImage expected = RgbImage.Decode(image.EncodeJpeg(30));
        Assert.That(TestImage.Run("""[{ "type": "jpeg", "quality": 30, "probability": 1 }]""", image).Pixels.SequenceEqual(expected.Pixels), Is.True);
    }

    [TestCase("noise")]
    [TestCase("mean")]
    [TestCase("black")]
    public void Erasing_paints_one_rectangle_of_the_asked_area(string fill)
    {
        RgbImage image = TestImage.Flat(100, 80, 201, 202, 203);
        for (int index = 0; index < 40; index++)
        {
            RgbImage erased =
                TestImage.Run($$"""[{ "type": "random_erasing", "area": 0.1, "ratio": [0.5, 2], "fill": "{{fill}}", "probability": 1 }]""", image, index);
            if (fill == "mean")
            {
                Assert.That(erased.Pixels.SequenceEqual(image.Pixels), Is.True, "the mean of a flat image is its color");
                continue;
            }
            (int x, int y)[] changed = [.. Enumerable.Range(0, 8000)
                .Where(i => !erased.Pixels.Slice(3 * i, 3).SequenceEqual(image.Pixels.Slice(3 * i, 3))).Select(i => (i % 100, i / 100))];
            int width = changed.Max(p => p.x) - changed.Min(p => p.x) + 1, height = changed.Max(p => p.y) - changed.Min(p => p.y) + 1;
            Assert.That(width * height, Is.EqualTo(800).Within(60));
            Assert.That(changed, Has.Length.EqualTo(width * height), "the rectangle is filled and nothing else changes");
            if (fill == "black")
                Assert.That(changed.All(p => erased.Row(p.y).Slice(3 * p.x, 3).IndexOfAnyExcept((byte)0) < 0), Is.True);
        }
    }

    [Test]
    public void Hairs_cover_a_small_part_and_pull_toward_one_color()
    {
        RgbImage image = TestImage.Flat(224, 224, 220, 180, 160);
        List<double> parts = [];
        for (int index = 0; index < 30; index++)
        {
            RgbImage hairy = TestImage.Run("""[{ "type": "hair", "count": 10, "thickness": 1.5, "probability": 1 }]""", image, index);
            int changed = 0;
            for (int i = 0; i < hairy.Pixels.Length; i += 3)
            {
                if (hairy.Pixels[i] == 220)
                    continue;
                changed++;
                // On the line from skin to one hair color: all samples fall together.
                Assert.That(hairy.Pixels[i], Is.LessThan(220));
                Assert.That(hairy.Pixels[i + 2], Is.LessThanOrEqualTo(161));
            }
            parts.Add(changed / (224.0 * 224));
        }
        Assert.That(parts, Is.All.InRange(0.002, 0.15));
        // Ten hairs of 12 steps of 0.04 sides, 1.5 pixels thick, are 1600 pixels at most, 3 %; the soft edge about doubles it.
        Assert.That(parts.Average(), Is.InRange(0.02, 0.09));
    }

    [Test]
    public void Ruler_marks_stay_in_a_band_along_one_side()
    {
        RgbImage image = TestImage.Flat(224, 224, 220, 180, 160);
        HashSet<int> sides = [];
        for (int index = 0; index < 40; index++)
        {
            RgbImage marked = TestImage.Run("""[{ "type": "ruler", "spacing": 0.05, "probability": 1 }]""", image, index);
            (int x, int y)[] changed = [.. Enumerable.Range(0, 224 * 224).Where(i => marked.Pixels[3 * i] != 220).Select(i => (i % 224, i / 224))];
            Assert.That(changed, Is.Not.Empty);
            int band = (int)(0.19 * 224), side = changed.All(p => p.y < band) ? 0 : changed.All(p => p.y >= 224 - band) ? 1
                : changed.All(p => p.x < band) ? 2 : changed.All(p => p.x >= 224 - band) ? 3 : -1;
            Assert.That(side, Is.GreaterThanOrEqualTo(0), "marks outside of a band along one side");
            sides.Add(side);
            // 20 ticks at equal distances: the columns (or rows) that have marks repeat every 11.2 pixels.
            int ticks = 0, last = -10;
            foreach (int at in changed.Select(p => side < 2 ? p.x : p.y).Distinct().Order())
            {
                if (at > last + 1)
                    ticks++;
                last = at;
            }
            Assert.That(ticks, Is.InRange(19, 21));
        }
        Assert.That(sides, Has.Count.EqualTo(4));
    }

    [Test]
    public void Vignette_darkens_by_its_formula()
    {
        RgbImage image = TestImage.Flat(101, 101, 200, 100, 50);
        Vignette.Change(image, 0.5, 0.5, 0.8);
        Assert.That(image.Row(50).Slice(150, 3).ToArray(), Is.EqualTo(new byte[] { 200, 100, 50 }), "the middle stays");
        Assert.That(image.Row(0)[..3].ToArray(), Is.EqualTo(new byte[] { 40, 20, 10 }), "the corner has 1 − 0.8 of its light");
        // (0.5 + 37.5 / 50.5 …): 38 pixels right of the middle t = (38 / 50.5 − 0.5) / 0.5.
        double t = (38 / 50.5 - 0.5) / 0.5, light = 1 - 0.8 * t * t * (3 - 2 * t);
        Assert.That((int)image.Row(50)[3 * 88], Is.EqualTo(200 * light).Within(0.51));
    }

    [Test]
    public void A_color_cast_multiplies_each_color()
    {
        RgbImage image = TestImage.Flat(3, 2, 200, 100, 50);
        ColorCast.Change(image, 0.5, 1.1, 2);
        Assert.That(image.Pixels[..3].ToArray(), Is.EqualTo(new byte[] { 100, 110, 100 }));
        HashSet<int> reds = [];
        for (int index = 0; index < 200; index++)
        {
            RgbImage cast = TestImage.Run("""[{ "type": "color_cast", "factor": [0.9, 1.1] }]""", TestImage.Flat(1, 1, 100, 100, 100), index);
            Assert.That(cast.Pixels.ToArray(), Is.All.InRange(90, 110));
            reds.Add(cast.Pixels[0]);
        }
        Assert.That(reds, Has.Count.GreaterThan(15));
    }

    [Test]
    public void Shades_of_gray_whitens_a_cast_and_leaves_white_light_alone()
    {
        RgbImage tinted = TestImage.Flat(4, 4, 180, 120, 90);
        byte[] white = tinted.ShadesOfGray().Pixels[..3].ToArray();
        Assert.That(white.Max() - white.Min(), Is.LessThanOrEqualTo(1));
        RgbImage gray = TestImage.Create(12, 12);
        Gray.Change(gray);
        Assert.That(gray.ShadesOfGray().Pixels.SequenceEqual(gray.Pixels), Is.True);
        Assert.That(() => gray.ShadesOfGray(0.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(TestImage.Flat(2, 2, 0, 0, 0).ShadesOfGray().Pixels.ToArray(), Is.All.Zero);
    }

    [Test]
    public void RandAugment_of_strength_zero_keeps_all_but_the_histogram_changes()
    {
        RgbImage image = TestImage.Create(20, 20);
        for (int kind = 0; kind < 12; kind++)
        {
            AugmentationState state = new(image, new SeededRandom(1), new Fill(FillMode.Reflect, 0, 0, 0));
            RandAugment.ApplyOne(state, kind, 0);
            Assert.That(state.Finish().Pixels.SequenceEqual(image.Pixels), Is.True, $"kind {kind}");
        }
    }

    [Test]
    public void RandAugment_of_full_strength_has_the_written_limits()
    {
        RgbImage image = TestImage.Flat(20, 20, 100, 60, 60);
        byte[] Of(int kind, double strength)
        {
            AugmentationState state = new(image, new SeededRandom(1), new Fill(FillMode.Constant, 0, 0, 0));
            RandAugment.ApplyOne(state, kind, strength);
            return state.Finish().Pixels[..3].ToArray();
        }
        Assert.That(Of(6, 1), Is.EqualTo(new byte[] { 190, 114, 114 }), "brightness 1.9");
        Assert.That(Of(6, -1), Is.EqualTo(new byte[] { 10, 6, 6 }), "brightness 0.1");
        Assert.That(Of(8, -1), Is.EqualTo(new byte[] { 100, 96, 96 }), "a tenth of the saturation");
        Assert.That(Of(10, -1), Is.EqualTo(new byte[] { 96, 48, 48 }), "four bits");
        Assert.That(Of(11, 1), Is.EqualTo(new byte[] { 155, 195, 195 }), "all inverted");
        Assert.That(Of(3, 1), Is.EqualTo(new byte[] { 100, 60, 60 }), "moved to the left: the upper left corner still shows the image");
        Assert.That(Of(3, -1), Is.EqualTo(new byte[] { 0, 0, 0 }), "moved to the right: the corner shows the fill");
    }
}
