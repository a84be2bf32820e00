using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats.Jpeg;
using SkinClassifier.Tests.Imaging.Formats.Jpeg;

namespace SkinClassifier.Tests.Imaging;

[Category("Simd")]
public sealed class ImageBufferTests
{
    [Test]
    public void One_buffer_decodes_every_golden_file_after_another()
    {
        ImageBuffer buffer = new();
        // Leftovers of a larger image must not show through.
        buffer.Reset(400, 400);
        buffer.Pixels.Fill(77);
        foreach (ImagingGolden golden in ImagingGolden.Read("decode"))
        {
            buffer.Decode(ImagingGolden.Image(golden.Name), null, golden.Name);
            Assert.That((buffer.Width, buffer.Height), Is.EqualTo((golden.Width, golden.Height)), golden.Name);
            Assert.That(ImagingGolden.HashOf(new RgbImage(buffer.Width, buffer.Height, buffer.Pixels.ToArray())), Is.EqualTo(golden.Hash), golden.Name);
            buffer.Pixels.Fill(77);
        }
    }

    [TestCase("baseline_2x2")]
    [TestCase("progressive_2x1")]
    public void Scale_is_asked_with_the_displayed_size_and_orientation_comes_after_it(string name)
    {
        byte[] content = JpegGolden.Content(name);
        RgbImage whole = RgbImage.Decode(content);
        byte[] turned = Turned(content, 6);
        ImageBuffer buffer = new();
        Scale scale = new(4);
        buffer.Decode(turned, null, name, scale);
        Assert.That(scale.Asked, Is.EqualTo((whole.Height, whole.Width)));
        RgbImage expected = JpegDecoder.Decode(content, DecoderOptions.Default, name, 4).Orient(6);
        Assert.That((buffer.Width, buffer.Height), Is.EqualTo((expected.Width, expected.Height)));
        Assert.That(buffer.Pixels.SequenceEqual(expected.Pixels));
        buffer.Decode(turned, new DecoderOptions { ApplyOrientation = false }, name, scale);
        Assert.That(scale.Asked, Is.EqualTo((whole.Width, whole.Height)));
    }

    [Test]
    public void Formats_that_cannot_decode_smaller_decode_the_whole_image()
    {
        RgbImage image = ImagingGolden.Source();
        ImageBuffer buffer = new();
        buffer.Decode(image.EncodePng(), null, "a.png", new Scale(1));
        Assert.That(buffer.Take().Pixels.SequenceEqual(image.Pixels));
        Assert.That((buffer.Width, buffer.Height, buffer.Pixels.Length), Is.EqualTo((0, 0, 0)));
    }

    [TestCase(1)]
    [TestCase(6)]
    public void Jpeg_into_a_warm_buffer_allocates_nothing(int orientation)
    {
        byte[] content = Turned(JpegGolden.Content("baseline_2x2"), orientation);
        ImageBuffer buffer = new();
        Assert.That(AllocatedBytes.Of(100, () => buffer.Decode(content, null, "a.jpg")), Is.Zero);
    }

    /// <summary>A JPEG file with an orientation.</summary>
    internal static byte[] Turned(byte[] content, int orientation) => [.. content.AsSpan(0, 2), .. Exif(orientation), .. content.AsSpan(2)];

    /// <summary>An APP1 segment with nothing but an orientation.</summary>
    private static byte[] Exif(int orientation) =>
        [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private sealed class Scale(int eighths) : IDecodingScale
    {
        public (int Width, int Height) Asked { get; private set; }

        public int Eighths(int width, int height)
        {
            Asked = (width, height);
            return eighths;
        }
    }
}
