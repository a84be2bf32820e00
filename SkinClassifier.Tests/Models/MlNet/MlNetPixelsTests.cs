using SkinClassifier.Benchmarks.MlNet;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.Models.MlNet;

/// <summary>The simulation of ML.NET's resizing that docs/model-format.md measures with.</summary>
public sealed class MlNetPixelsTests
{
    [Test]
    public void The_cubic_is_Mitchells()
    {
        // Mitchell and Netravali 1988, B = C = 1/3: k(0) = 8/9, k(1/2) = 77/144, k(1) = 1/18, k(3/2) = −5/144, k(2) = 0.
        foreach ((float x, double expected) in new[] { (0f, 8 / 9.0), (0.5f, 77 / 144.0), (-1f, 1 / 18.0), (1.5f, -5 / 144.0), (2f, 0.0), (-3f, 0.0) })
            Assert.That(MlNetPixels.Mitchell(x), Is.EqualTo(expected).Within(1e-6), $"{x}");
        for (float t = 0; t < 1; t += 0.05f)
            Assert.That(MlNetPixels.Mitchell(t - 2) + MlNetPixels.Mitchell(t - 1) + MlNetPixels.Mitchell(t) + MlNetPixels.Mitchell(t + 1),
                Is.EqualTo(1).Within(1e-5), $"sum at {t}");
    }

    [Test]
    public void Fill_takes_the_pixel_under_the_middle()
    {
        RgbImage image = Ramp(6, 4);
        RgbImage small = MlNetPixels.Resize(image, 3, 2, MlNetResizing.Fill), large = MlNetPixels.Resize(image, 12, 8, MlNetResizing.Fill);
        Assert.That(Reds(small), Is.EqualTo(new byte[] { Red(1, 1), Red(3, 1), Red(5, 1), Red(1, 3), Red(3, 3), Red(5, 3) }));
        Assert.That(Reds(large)[..6], Is.EqualTo(new byte[] { Red(0, 0), Red(0, 0), Red(1, 0), Red(1, 0), Red(2, 0), Red(2, 0) }));

        static byte Red(int x, int y) => (byte)(10 * x + 50 * y);
    }

    [Test]
    public void The_cubic_keeps_plain_colors_and_straight_ramps()
    {
        RgbImage plain = MlNetPixels.Resize(SmallModels.Plain(10, 200, 77, 40, 30), 7, 9, MlNetResizing.IsoCrop);
        for (int i = 0; i < plain.Pixels.Length; i += 3)
            Assert.That((plain.Pixels[i], plain.Pixels[i + 1], plain.Pixels[i + 2]), Is.EqualTo(((byte)10, (byte)200, (byte)77)));
        RgbImage ramp = new(64, 64);
        for (int y = 0; y < 64; y++)
            for (int x = 0; x < 64; x++)
                ramp.Row(y)[3 * x] = (byte)(3 * x);
        RgbImage half = MlNetPixels.Resize(ramp, 32, 32, MlNetResizing.IsoPad);
        for (int x = 2; x < 30; x++)
            Assert.That(half.Row(10)[3 * x], Is.EqualTo(3 * (2 * x + 0.5)).Within(1), $"column {x}");
    }

    [Test]
    public void The_cubic_is_not_widened_when_shrinking()
    {
        // Sixteen times smaller: the four rows and columns around the middle of each square of 16 count, the other twelve are skipped.
        RgbImage stripes = new(256, 256);
        for (int y = 0; y < 256; y++)
            stripes.Row(y).Fill(y % 16 is >= 6 and < 10 ? (byte)200 : (byte)0);
        Assert.That(Reds(MlNetPixels.Resize(stripes, 16, 16, MlNetResizing.IsoCrop)), Is.All.EqualTo(200));
        Assert.That(Reds(stripes.Resize(16, 16)), Has.All.LessThan(110), "with antialiasing a quarter of the area counts for a quarter or so");
    }

    [TestCase("IsoCrop", 200, 150, 224, 224, -37, 0, 298, 224)]
    [TestCase("IsoPad", 200, 150, 224, 224, 0, 28, 224, 168)]
    [TestCase("IsoCrop", 150, 200, 224, 224, 0, -37, 224, 298)]
    [TestCase("IsoPad", 300, 300, 224, 224, 0, 0, 224, 224)]
    [TestCase("IsoCrop", 3000, 2000, 224, 224, -56, 0, 336, 224)]
    public void Images_lie_on_whole_pixels_cut_off_toward_zero(
        string kind, int imageWidth, int imageHeight, int width, int height, int left, int top, int across, int down)
    {
        (int Left, int Top, int Width, int Height) place = MlNetPixels.Place(imageWidth, imageHeight, width, height, Enum.Parse<MlNetResizing>(kind));
        // Float arithmetic may lose the last pixel of a side that should fit exactly, and so does the original.
        Assert.That((place.Left, place.Top), Is.EqualTo((left, top)));
        Assert.That((place.Width, place.Height), Is.EqualTo((across, down)));
    }

    [Test]
    public void Pad_has_black_borders_and_a_image_of_the_size_stays()
    {
        RgbImage padded = MlNetPixels.Resize(SmallModels.Plain(250, 250, 250, 40, 20), 16, 16, MlNetResizing.IsoPad);
        Assert.That(Enumerable.Range(0, 16).Select(y => padded.Row(y)[24]), Is.EqualTo(Enumerable.Range(0, 16).Select(y => y is >= 4 and < 12 ? 250 : 0)));
        RgbImage image = Ramp(16, 16);
        foreach (MlNetResizing kind in Enum.GetValues<MlNetResizing>())
            Assert.That(MlNetPixels.Resize(image, 16, 16, kind), Is.SameAs(image));
    }

    [Test]
    public void The_chain_has_the_kind_whose_pixels_are_closest_to_our_own([Values("crop", "pad", "stretch")] string resize)
    {
        // Three times as wide and twice as high as the input, with detail of all sizes.
        RgbImage photo = Blurred(96, 64);
        CheckClosest(resize, [photo], 32);
    }

    [TestCase("crop")]
    [TestCase("pad")]
    [TestCase("stretch")]
    public void The_same_holds_for_real_images(string resize)
    {
        string[] files = [.. Directory.EnumerateFiles(SharedFiles.Need("data", "ham10000", "mel"), "*.jpg").Order(StringComparer.Ordinal).Take(20)];
        foreach (int size in new[] { 64, 96, 224 })
            CheckClosest(resize, [.. files.Select(f => RgbImage.Load(f))], size);
    }

    private static void CheckClosest(string resize, RgbImage[] photos, int size)
    {
        ImagePreprocessor ours = new(size, size, Enum.Parse<ResizeKind>(resize, ignoreCase: true));
        Dictionary<MlNetResizing, double> difference =
            Enum.GetValues<MlNetResizing>().ToDictionary(k => k, k => photos.Average(p => Difference(ours.Fit(p), MlNetPixels.Resize(p, size, size, k))));
        Assert.That(difference.MinBy(d => d.Value).Key, Is.EqualTo(MlNetPixels.Of(resize)), string.Join(", ", difference));
        // The kind in the simulation is the one that the chain's bytes name.
        byte kind = SkinClassifier.Models.MlNet.MlNetChain.ResizeImages(size, size, resize)[256 + 4 + 8 + 8];
        Assert.That((MlNetResizing)kind, Is.EqualTo(MlNetPixels.Of(resize)));
    }

    [Test]
    public void The_comparison_prints_a_row_for_every_way()
    {
        using TemporaryFolder folder = new();
        ImageClassificationModel model = SmallModels.Create(["blue", "red"], size: 16);
        model.Save(folder.File("run/model.zip"));
        List<string> splits = ["path,label,group,part"];
        foreach (string label in model.Labels)
            for (int i = 0; i < 6; i++)
            {
                Directory.CreateDirectory(folder.File($"data/{label}"));
                RgbImage photo = Blurred(60, 48, (ulong)i + 1);
                photo.Save(folder.File($"data/{label}/{i}.png"));
                splits.Add($"{label}/{i}.png,{label},,{(i < 5 ? "test" : "train")}");
            }
        File.WriteAllLines(folder.File("run/splits.csv"), splits);
        using StringWriter output = new();
        Assert.That(MlNetComparison.Run([folder.File("run"), folder.File("data"), "--reduce", "1,2", "--photograph", "80"], output), Is.Zero);
        string table = output.ToString();
        Assert.That(table, Does.Contain("10 test images, shorter side 80 pixels").And.Contain("| our reader | 0.000 | 0.0000 | 0.0 % |")
            .And.Contain("| ML.NET's IsoCrop (in the chain) |"));
        Assert.That(table, Does.Contain("| IsoCrop, brought to exactly the input size before | 0.000 | 0.0000 | 0.0 % |"));
        Assert.That(table.Split('\n').Count(l => l.StartsWith("| ", StringComparison.Ordinal)), Is.EqualTo(1 + 1 + 3 + 2 + 2));
        Assert.That(MlNetComparison.Run([folder.File("run")], output), Is.EqualTo(2));
    }

    private static double Difference(RgbImage left, RgbImage right)
    {
        long sum = 0;
        for (int i = 0; i < left.Pixels.Length; i++)
            sum += Math.Abs(left.Pixels[i] - right.Pixels[i]);
        return (double)sum / left.Pixels.Length;
    }

    private static RgbImage Ramp(int width, int height)
    {
        RgbImage image = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                image.Row(y)[3 * x] = (byte)(10 * x + 50 * y);
        return image;
    }

    private static RgbImage Blurred(int width, int height, ulong seed = 1)
    {
        SeededRandom random = new(seed);
        RgbImage coarse = new(Math.Max(width / 8, 2), Math.Max(height / 8, 2));
        foreach (ref byte value in coarse.Pixels)
            value = (byte)random.NextInt32(256);
        RgbImage image = coarse.Resize(width, height, ResizeFilter.Cubic);
        foreach (ref byte value in image.Pixels)
            value = (byte)Math.Clamp(value + random.NextInt32(31) - 15, 0, 255);
        return image;
    }

    private static byte[] Reds(RgbImage image) => [.. Enumerable.Range(0, image.Width * image.Height).Select(i => image.Pixels[3 * i])];
}
