using System.IO.Hashing;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats;

namespace SkinClassifier.Tests.Imaging.Formats;

[Category("Simd")]
public sealed class ImageFormatTests
{
    private static IEnumerable<ImagingGolden> Cases => ImagingGolden.Read("decode");

    [TestCaseSource(nameof(Cases))]
    public void Pixels_are_those_of_the_reference(ImagingGolden golden)
    {
        RgbImage image = RgbImage.Decode(ImagingGolden.Image(golden.Name), name: golden.Name);
        Assert.That((image.Width, image.Height), Is.EqualTo((golden.Width, golden.Height)));
        Assert.That(ImagingGolden.HashOf(image), Is.EqualTo(golden.Hash));
    }

    [TestCaseSource(nameof(Cases))]
    public void Identify_gives_the_size_of_Decode(ImagingGolden golden)
    {
        ImageInfo info = RgbImage.Identify(ImagingGolden.Image(golden.Name));
        Assert.That(info, Is.EqualTo(new ImageInfo(Path.GetExtension(golden.Name)[1..].ToUpperInvariant(), golden.Width, golden.Height)));
    }

    [TestCaseSource(nameof(Cases))]
    public void Identify_of_a_long_file_reads_its_start_and_gives_the_same(ImagingGolden golden)
    {
        using TemporaryFolder folder = new();
        string path = folder.File(golden.Name);
        // Bytes behind the image change nothing, but make the file longer than what is read first.
        File.WriteAllBytes(path, [.. ImagingGolden.Image(golden.Name), .. new byte[1 << 20]]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImageInfo info = RgbImage.Identify(path);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200_000));
        Assert.That((info.Width, info.Height), Is.EqualTo((golden.Width, golden.Height)));
    }

    [Test]
    public void Identify_finds_an_orientation_behind_the_pixels_and_damage_far_back()
    {
        using TemporaryFolder folder = new();
        RgbImage image = ImagingGolden.Source(300, 200);
        SeededRandom random = new(1);
        for (int i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)random.NextInt32(256);
        byte[] png = image.EncodePng(), exif = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
            typed = [.. "eXIf"u8, .. exif];
        Assert.That(png.Length, Is.GreaterThan(100_000));
        uint crc = Crc32.HashToUInt32(typed);
        File.WriteAllBytes(folder.File("a.png"),
            [.. png[..^12], 0, 0, 0, (byte)exif.Length, .. typed, (byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc, .. png[^12..]]);
        Assert.That(RgbImage.Identify(folder.File("a.png")), Is.EqualTo(new ImageInfo("PNG", 300, 200)));
        File.WriteAllBytes(
            folder.File("b.jpg"), [0xFF, 0xD8, .. Enumerable.Repeat<byte[]>([0xFF, 0xFE, 0xFF, 0xFF, .. new byte[0xFFFD]], 3).SelectMany(b => b)]);
        Assert.That(() => RgbImage.Identify(folder.File("b.jpg")), Throws.TypeOf<InvalidContentException>().With.Message.StartsWith(folder.File("b.jpg")));
    }

    [TestCaseSource(nameof(Cases))]
    public void A_cut_file_is_refused_or_shows_the_same_image(ImagingGolden golden)
    {
        byte[] content = ImagingGolden.Image(golden.Name);
        for (int length = 0; length < content.Length; length += Math.Max(1, content.Length / 60))
        {
            try
            {
                RgbImage image = RgbImage.Decode(content.AsSpan(0, length), name: "cut");
                Assert.That(ImagingGolden.HashOf(image), Is.EqualTo(golden.Hash), $"cut after {length} of {content.Length} bytes");
            }
            catch (SkinClassifierException error)
            {
                Assert.That(error.Message, Does.StartWith("cut: "));
            }
        }
    }

    private static IEnumerable<ImagingGolden> LargerThanOne => Cases.Where(golden => golden.Width * golden.Height > 1);

    [TestCaseSource(nameof(LargerThanOne))]
    public void A_image_above_the_pixel_limit_is_refused_before_it_is_decoded(ImagingGolden golden)
    {
        long pixels = (long)golden.Width * golden.Height;
        byte[] content = ImagingGolden.Image(golden.Name);
        Assert.That(() => RgbImage.Decode(content, new DecoderOptions { MaxPixels = pixels - 1 }, "big"),
            Throws.TypeOf<UnsupportedContentException>().With.Message.StartsWith($"big: expected at most {pixels - 1} pixels, received "));
        Assert.That(RgbImage.Decode(content, new DecoderOptions { MaxPixels = pixels }).Width, Is.EqualTo(golden.Width));
    }

    [Test]
    public void Orientation_is_left_alone_when_asked()
    {
        byte[] content = ImagingGolden.Image("orientation6.png");
        DecoderOptions raw = new() { ApplyOrientation = false };
        Assert.That(RgbImage.Identify(content), Is.EqualTo(new ImageInfo("PNG", 4, 6)));
        Assert.That(RgbImage.Identify(content, raw), Is.EqualTo(new ImageInfo("PNG", 6, 4)));
        RgbImage upright = RgbImage.Decode(ImagingGolden.Image("orientation1.png"));
        Assert.That(RgbImage.Decode(content, raw).Pixels.SequenceEqual(upright.Pixels), Is.True);
        Assert.That(RgbImage.Decode(content).Pixels.SequenceEqual(upright.RotateQuarterTurns(1).Pixels), Is.True);
    }

    [Test]
    public void A_JPEG_is_shown_as_its_orientation_says([Range(1, 8)] int orientation)
    {
        byte[] plain = ImagingGolden.Source().EncodeJpeg();
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\x08"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        byte[] content = [.. plain[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. plain[2..]];
        RgbImage shown = RgbImage.Decode(content), expected = RgbImage.Decode(plain).Orient(orientation);
        Assert.That(RgbImage.Identify(content), Is.EqualTo(new ImageInfo("JPEG", expected.Width, expected.Height)));
        Assert.That((shown.Width, shown.Height), Is.EqualTo((expected.Width, expected.Height)));
        Assert.That(shown.Pixels.SequenceEqual(expected.Pixels), Is.True);
    }

    [Test]
    public void Options_have_the_written_defaults_and_limits()
    {
        Assert.That(DecoderOptions.Default, Is.EqualTo(new DecoderOptions { MaxPixels = 250_000_000, ApplyOrientation = true }));
        Assert.That(() => new DecoderOptions { MaxPixels = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("MaxPixels"));
    }

    [TestCase("RIFF\u0010\0\0\0WEBPVP8 ", "a WebP image")]
    [TestCase("II*\0\u0008\0\0\0", "a TIFF image")]
    [TestCase("MM\0*\0\0\0\u0008", "a TIFF image")]
    [TestCase("\0\0\0\u001cftypavif\0\0\0\0", "an AVIF image")]
    [TestCase("\0\0\0\u001cftypmif1\0\0\0\0mif1avif", "an AVIF image")]
    [TestCase("\0\0\0\u0018ftypheic\0\0\0\0", "a HEIC image")]
    [TestCase("\0\0\0\u0018ftypmif1\0\0\0\0mif1heic", "a HEIC image")]
    [TestCase("\0\0\0\u000cjP  \r\n\u0087\n", "a JPEG 2000 image")]
    [TestCase("\u00ffO\u00ffQ", "a JPEG 2000 image")]
    [TestCase("hello", "an unknown format (first bytes 68656C6C6F)")]
    public void Other_formats_are_refused_by_name(string start, string expected)
    {
        byte[] content = Encoding.Latin1.GetBytes(start);
        Assert.That(() => RgbImage.Decode(content, name: "a.jpg"), Throws.TypeOf<UnsupportedContentException>()
            .With.Message.StartsWith($"a.jpg: expected one of {ImageFormatCatalog.SupportedNames}, received {expected}"));
        Assert.That(() => RgbImage.Identify(content), Throws.TypeOf<UnsupportedContentException>());
    }

    [Test]
    public void Files_are_written_by_their_ending_and_messages_name_the_path()
    {
        string folder = Directory.CreateTempSubdirectory("skinclassifier-imaging-").FullName;
        try
        {
            RgbImage image = ImagingGolden.Source();
            string path = Path.Combine(folder, "ä b.PNG");
            image.Save(path);
            Assert.That(RgbImage.Load(path).Pixels.SequenceEqual(image.Pixels), Is.True);
            using (FileStream stream = File.OpenRead(path))
                Assert.That(RgbImage.Load(stream).Pixels.SequenceEqual(image.Pixels), Is.True);
            Assert.That(RgbImage.Identify(path), Is.EqualTo(new ImageInfo("PNG", 37, 23)));
            Assert.That(
                () => image.Save(Path.Combine(folder, "a.webp")), Throws.ArgumentException.With.Message.Contains(".png").And.Message.Contains("'.webp'"));
            string bad = Path.Combine(folder, "bad.png");
            File.WriteAllBytes(bad, File.ReadAllBytes(path)[..100]);
            Assert.That(() => RgbImage.Load(bad), Throws.TypeOf<InvalidContentException>().With.Message.StartsWith(bad + ": "));
            File.WriteAllBytes(bad, []);
            Assert.That(() => RgbImage.Load(bad), Throws.TypeOf<InvalidContentException>().With.Message.StartsWith(bad + ": "));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
