using System.Globalization;
using System.IO.Hashing;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats.Jpeg;

namespace SkinClassifier.Tests.Imaging.Formats.Jpeg;

public sealed class JpegEncoderTests
{
    private static IEnumerable<string> Encoded => File.ReadLines(SharedFiles.Asset("golden", "imaging", "jpeg", "encoded.tsv"));

    [TestCaseSource(nameof(Encoded))]
    public void Files_equal_those_of_cjpeg(string row)
    {
        string[] cells = row.Split('\t');
        RgbImage image = RgbImage.Decode(JpegGolden.Content(cells[0]));
        byte[] content = JpegEncoder.Encode(image, int.Parse(cells[1], CultureInfo.InvariantCulture), Enum.Parse<ChromaSampling>(cells[2]));
        Assert.That(content, Has.Length.EqualTo(int.Parse(cells[3], CultureInfo.InvariantCulture)));
        Assert.That(Crc32.HashToUInt32(content).ToString("X8", CultureInfo.InvariantCulture), Is.EqualTo(cells[4]));
    }

    [Test]
    public void Reading_back_gives_nearly_the_same_image([Values(1, 2, 7, 8, 9, 16, 17, 31)] int width, [Values(1, 5, 8, 15, 16, 18)] int height)
    {
        RgbImage image = Smooth(width, height);
        RgbImage full = RgbImage.Decode(image.EncodeJpeg(100)), half = RgbImage.Decode(image.EncodeJpeg(85));
        Assert.That((full.Width, full.Height, half.Width, half.Height), Is.EqualTo((width, height, width, height)));
        Assert.That(LargestDifference(image, full), Is.LessThanOrEqualTo(3));
        Assert.That(LargestDifference(image, half), Is.LessThanOrEqualTo(24));
    }

    [TestCase(89, nameof(ChromaSampling.Half))]
    [TestCase(90, nameof(ChromaSampling.Full))]
    public void Quality_chooses_the_sampling(int quality, string expected)
    {
        RgbImage image = Smooth(20, 20);
        Assert.That(image.EncodeJpeg(quality), Is.EqualTo(JpegEncoder.Encode(image, quality, Enum.Parse<ChromaSampling>(expected))));
        Assert.That(image.EncodeJpeg(), Is.EqualTo(JpegEncoder.Encode(image, 90, ChromaSampling.Full)), "default");
    }

    [Test]
    public void Higher_quality_never_makes_the_file_much_smaller()
    {
        RgbImage image = RgbImage.Decode(JpegGolden.Content("quality_100"));
        int[] lengths = [.. new[] { 1, 10, 25, 50, 75, 85, 95, 100 }.Select(quality => JpegEncoder.Encode(image, quality, ChromaSampling.Full).Length)];
        Assert.That(lengths, Is.Ordered);
    }

    [TestCase(0)]
    [TestCase(101)]
    public void Quality_outside_its_range_is_the_callers_error(int quality) =>
        Assert.That(() => Smooth(2, 2).EncodeJpeg(quality), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Images_larger_than_the_format_allows_are_the_callers_error() =>
        Assert.That(() => new RgbImage(65536, 1).EncodeJpeg(), Throws.ArgumentException.With.Message.Contains("65536×1"));

    [Test]
    public void Saved_files_are_read()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.jpeg");
        Smooth(30, 20).Save(path, 95);
        Assert.That(RgbImage.Load(path).Pixels.SequenceEqual(RgbImage.Decode(Smooth(30, 20).EncodeJpeg(95)).Pixels));
    }

    private static RgbImage Smooth(int width, int height)
    {
        RgbImage image = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                image.Row(y)[3 * x] = (byte)(60 + 4 * x);
                image.Row(y)[3 * x + 1] = (byte)(200 - 3 * y);
                image.Row(y)[3 * x + 2] = (byte)(90 + x + 2 * y);
            }
        return image;
    }

    private static int LargestDifference(RgbImage a, RgbImage b)
    {
        int largest = 0;
        for (int i = 0; i < a.Pixels.Length; i++)
            largest = Math.Max(largest, Math.Abs(a.Pixels[i] - b.Pixels[i]));
        return largest;
    }
}
