using SkinClassifier.Data.Corruptions;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Corruptions;

/// <summary>What every corruption keeps, and what each one does.</summary>
public sealed class CorruptionTests
{
    private static readonly RgbImage Lesion = SyntheticDataset.Draw(SyntheticDataset.Labels[0], 3, 224);

    private static IEnumerable<string> Names => CorruptionCatalog.All.Select(c => c.Name);

    [TestCaseSource(nameof(Names))]
    public void Severities_change_more_and_more_and_the_same_seed_gives_the_same_bytes(string name)
    {
        double last = 0;
        for (int severity = 1; severity <= Corruption.Severities; severity++)
        {
            RgbImage once = Apply(name, severity), again = Apply(name, severity);
            Assert.That((once.Width, once.Height), Is.EqualTo((Lesion.Width, Lesion.Height)));
            Assert.That(once.Pixels.SequenceEqual(again.Pixels), Is.True, "the same seed");
            double change = Difference(once, Lesion);
            Assert.That(change, Is.GreaterThan(last), $"severity {severity}");
            last = change;
        }
        Assert.That(last, Is.GreaterThan(1.5), "the severest one is seen");
    }

    [Test]
    public void Images_differ_in_what_is_random_and_small_or_long_images_can_be_corrupted()
    {
        string[] random = [.. Names.Except(["vignette", "blur", "jpeg", "contrast"])];
        foreach (string name in random)
            Assert.That(Enumerable.Range(0, 12).Select(i => Convert.ToHexString(System.IO.Hashing.XxHash64.Hash(Apply(name, 3, i).Pixels))).Distinct().Count(),
                Is.GreaterThan(1), name);
        foreach (string name in Names)
            foreach ((int width, int height) in new[] { (8, 8), (40, 200), (1, 1) })
                Assert.That(Find(name).Apply(new RgbImage(width, height), 5, 1, 0).Pixels.Length, Is.EqualTo(3 * width * height), name);
    }

    [Test]
    public void Hairs_are_dark_and_bubbles_bright()
    {
        byte[] clean = Lesion.Pixels.ToArray();
        Assert.That(Apply("hair", 4).Pixels.ToArray().Zip(clean).Count(p => p.First > Math.Max((int)p.Second, 62)), Is.Zero);
        Assert.That(Apply("gel-bubbles", 4).Pixels.ToArray().Zip(clean).Count(p => p.First < p.Second), Is.Zero);
    }

    [Test]
    public void A_ruler_lies_along_one_side_and_leaves_the_middle()
    {
        RgbImage ruled = Apply("ruler", 5);
        Assert.That(ruled.Crop(62, 62, 100, 100).Pixels.SequenceEqual(Lesion.Crop(62, 62, 100, 100).Pixels), Is.True);
        int[] sides = [.. new[] { (0, 0, 224, 20), (0, 204, 224, 20), (0, 0, 20, 224), (204, 0, 20, 224) }
            .Select(s => Share(ruled.Crop(s.Item1, s.Item2, s.Item3, s.Item4)))];
        Assert.That(sides.Max(), Is.GreaterThan(75), "the strip is pale");

        static int Share(RgbImage strip) => (int)(100.0 * strip.Pixels.ToArray().Chunk(3).Count(p => p.Min() > 180) / (strip.Pixels.Length / 3));
    }

    [Test]
    public void A_vignette_darkens_corners_alone()
    {
        RgbImage dark = Apply("vignette", 3);
        Assert.That(dark.Crop(92, 92, 40, 40).Pixels.SequenceEqual(Lesion.Crop(92, 92, 40, 40).Pixels), Is.True);
        Assert.That(Mean(dark.Crop(0, 0, 20, 20)), Is.LessThan(0.4 * Mean(Lesion.Crop(0, 0, 20, 20))));
    }

    [TestCase("blur")]
    [TestCase("motion")]
    public void Blurring_takes_edges_away_and_keeps_the_mean(string name)
    {
        RgbImage soft = Apply(name, 4);
        Assert.That(Mean(soft), Is.EqualTo(Mean(Lesion)).Within(1.5));
        Assert.That(Edges(soft), Is.LessThan(0.6 * Edges(Lesion)));
    }

    [Test]
    public void Motion_blurs_one_direction_more_than_the_other()
    {
        RgbImage lines = new(224, 224);
        for (int y = 0; y < 224; y++)
            for (int x = 0; x < 224; x++)
                lines.Row(y).Slice(3 * x, 3).Fill((byte)(x / 8 % 2 * 200));
        double[] left = [.. Enumerable.Range(0, 12).Select(i => Edges(Find("motion").Apply(Copy(lines), 5, 1, i)) / Edges(lines))];
        Assert.That(left.Max(), Is.GreaterThan(2 * left.Min()));
    }

    [Test]
    public void Noise_keeps_the_mean_and_has_the_stated_deviation()
    {
        RgbImage gray = new(224, 224);
        gray.Pixels.Fill(128);
        RgbImage noisy = Find("noise").Apply(gray, 3, 1, 0);
        double mean = Mean(noisy), deviation = Math.Sqrt(noisy.Pixels.ToArray().Average(v => (v - mean) * (v - mean)));
        Assert.That((mean, deviation), Is.EqualTo((128.0, 20.0)).Within(0.3));
    }

    [Test]
    public void Brightness_goes_both_ways_and_contrast_shrinks_distances()
    {
        double[] means = [.. Enumerable.Range(0, 12).Select(i => Mean(Apply("brightness", 3, i)) / Mean(Lesion))];
        Assert.That(means.Min(), Is.EqualTo(0.7).Within(0.02));
        Assert.That(means.Max(), Is.InRange(1.1, 1.31));
        Assert.That(Edges(Apply("contrast", 3)), Is.EqualTo(0.5 * Edges(Lesion)).Within(0.03 * Edges(Lesion)));
    }

    [Test]
    public void A_color_cast_moves_red_and_blue_apart_and_leaves_green()
    {
        (double Red, double Blue)[] moved = [.. Enumerable.Range(0, 12).Select(i => (Channel(Apply("color-cast", 2, i), 0) - Channel(Lesion, 0),
            Channel(Apply("color-cast", 2, i), 2) - Channel(Lesion, 2)))];
        Assert.That(moved.Select(m => Math.Sign(m.Red)).Distinct(), Is.EquivalentTo(new[] { -1, 1 }));
        Assert.That(moved.Select(m => Math.Sign(m.Red * m.Blue)), Is.All.EqualTo(-1));
        Assert.That(Channel(Apply("color-cast", 5), 1), Is.EqualTo(Channel(Lesion, 1)).Within(1e-9));
    }

    [TestCase("scale")]
    [TestCase("rotation")]
    public void Geometry_keeps_the_middle_and_the_colors(string name)
    {
        RgbImage moved = Apply(name, 5);
        Assert.That(Mean(moved.Crop(110, 110, 4, 4)), Is.EqualTo(Mean(Lesion.Crop(110, 110, 4, 4))).Within(6));
        Assert.That(Mean(moved), Is.EqualTo(Mean(Lesion)).Within(40));
    }

    private static Corruption Find(string name) => CorruptionCatalog.All.Single(c => c.Name == name);

    private static RgbImage Copy(RgbImage image) => image.Crop(0, 0, image.Width, image.Height);

    private static RgbImage Apply(string name, int severity, int index = 0) => Find(name).Apply(Copy(Lesion), severity, 7, index);

    private static double Mean(RgbImage image) => image.Pixels.ToArray().Average(v => (double)v);

    private static double Channel(RgbImage image, int channel) => image.Pixels.ToArray().Where((_, i) => i % 3 == channel).Average(v => (double)v);

    private static double Difference(RgbImage a, RgbImage b) => a.Pixels.ToArray().Zip(b.Pixels.ToArray()).Average(p => Math.Abs(p.First - p.Second));

    private static double Edges(RgbImage image)
    {
        double sum = 0;
        for (int y = 0; y < image.Height; y++)
            for (int i = 3; i < 3 * image.Width; i++)
                sum += Math.Abs(image.Row(y)[i] - image.Row(y)[i - 3]);
        return sum;
    }
}
