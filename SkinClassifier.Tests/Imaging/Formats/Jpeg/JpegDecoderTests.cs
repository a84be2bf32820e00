using System.IO.Hashing;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats;
using SkinClassifier.Imaging.Formats.Jpeg;

namespace SkinClassifier.Tests.Imaging.Formats.Jpeg;

[Category("Simd")]
public sealed class JpegDecoderTests
{
    private static readonly DecoderOptions s_raw = new() { ApplyOrientation = false };

    [TestCaseSource(typeof(JpegGolden), nameof(JpegGolden.Small))]
    public void Pixels_equal_those_of_djpeg(JpegGolden golden)
    {
        byte[] content = JpegGolden.Content(golden.Name);
        RgbImage image = JpegDecoder.Decode(content, s_raw, golden.Name, golden.Eighths);
        Assert.That((image.Width, image.Height), Is.EqualTo((golden.Width, golden.Height)));
        Assert.That(Crc32.HashToUInt32(image.Pixels), Is.EqualTo(golden.Crc));
        if (golden.Eighths == 8)
            Assert.That(RgbImage.Decode(content, s_raw).Pixels.SequenceEqual(image.Pixels), "found by its first bytes");
    }

    [TestCaseSource(typeof(JpegGolden), nameof(JpegGolden.Shared))]
    public void Pixels_of_real_images_equal_those_of_djpeg(JpegGolden golden)
    {
        byte[] content = File.ReadAllBytes(SharedFiles.Need(["data", .. golden.Name.Split('/')]));
        RgbImage image = RgbImage.Decode(content, s_raw, golden.Name);
        Assert.That((image.Width, image.Height), Is.EqualTo((golden.Width, golden.Height)));
        Assert.That(Crc32.HashToUInt32(image.Pixels), Is.EqualTo(golden.Crc));
    }

    [Test]
    public void Identify_gives_the_size_of_every_file()
    {
        foreach (JpegGolden golden in JpegGolden.Small.Where(golden => golden.Eighths == 8))
            Assert.That(RgbImage.Identify(JpegGolden.Content(golden.Name), s_raw), Is.EqualTo(new ImageInfo("JPEG", golden.Width, golden.Height)), golden.Name);
    }

    [Test]
    public void Orientation_is_read_from_EXIF([Range(1, 8)] int orientation)
    {
        byte[] content = JpegGolden.Content($"exif_{orientation}");
        Assert.That(JpegDecoder.Identify(content, "image"), Is.EqualTo(new ImageHeader(24, 16, orientation)));
        RgbImage shown = RgbImage.Decode(content);
        Assert.That((shown.Width, shown.Height), Is.EqualTo(orientation >= 5 ? (16, 24) : (24, 16)));
    }

    [TestCase("baseline_2x2")]
    [TestCase("progressive_2x2")]
    [TestCase("cmyk")]
    public void Steady_state_allocates_nothing(string name)
    {
        byte[] content = JpegGolden.Content(name);
        ImageBuffer image = new();
        Assert.That(AllocatedBytes.Of(20, () => JpegDecoder.Decode(content, s_raw, name, image)), Is.Zero);
    }

    [Test]
    public void Many_threads_and_damaged_files_in_between_do_not_disturb()
    {
        JpegGolden[] files = [.. JpegGolden.Small.Where(golden => golden.Eighths == 8)];
        uint[] found = new uint[files.Length * 2];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            byte[] content = JpegGolden.Content(files[i % files.Length].Name);
            Assert.That(() => RgbImage.Decode(content.AsSpan(0, content.Length * 3 / 4)), Throws.InstanceOf<SkinClassifierException>());
            found[i] = Crc32.HashToUInt32(RgbImage.Decode(content, s_raw).Pixels);
        });
        for (int i = 0; i < found.Length; i++)
            Assert.That(found[i], Is.EqualTo(files[i % files.Length].Crc), files[i % files.Length].Name);
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(16)]
    public void Other_scales_are_the_callers_error(int eighths) =>
        Assert.That(() => JpegDecoder.Decode(JpegGolden.Content("gray"), s_raw, "gray", eighths), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
