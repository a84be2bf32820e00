using System.Buffers.Binary;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Imaging.Formats;

public sealed class BmpTests
{
    [Test]
    public void Four_pixels_a_byte_are_palette_entries_from_the_highest_bits_down()
    {
        // Rows from below: 3 2 1 0 3, then 0 1 2 3 0; padded to four bytes each.
        byte[] content = File(5, 2, 2, [0, 0, 0, 0, 10, 20, 30, 0, 40, 50, 60, 0, 250, 240, 230, 0], [0b11100100, 0b11000000, 0, 0, 0b00011011, 0, 0, 0]);
        byte[] none = [0, 0, 0], one = [30, 20, 10], two = [60, 50, 40], three = [230, 240, 250];
        Assert.That(RgbImage.Decode(content).Pixels.ToArray(),
            Is.EqualTo(new[] { none, one, two, three, none, three, two, one, none, three }.SelectMany(p => p)));
        Assert.That(RgbImage.Identify(content), Is.EqualTo(new ImageInfo("BMP", 5, 2)));
    }

    [Test]
    public void Pixels_of_64_bits_are_not_supported_and_of_5_bits_damaged()
    {
        Assert.That(() => RgbImage.Decode(File(1, 1, 64, [], new byte[8]), name: "wide.bmp"),
            Throws.TypeOf<UnsupportedContentException>()
                .With.Message.EqualTo("wide.bmp: expected BMP pixels of 1 to 32 bits, received 64. Save it as PNG or JPEG."));
        Assert.That(() => RgbImage.Decode(File(1, 1, 5, [], new byte[8])), Throws.TypeOf<InvalidContentException>().With.Message.Contains("5 bit"));
    }

    private static byte[] File(int width, int height, short bits, byte[] palette, byte[] pixels)
    {
        byte[] file = [.. "BM"u8, .. new byte[52], .. palette, .. pixels];
        Span<byte> at = file;
        BinaryPrimitives.WriteInt32LittleEndian(at[2..], file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(at[10..], 54 + palette.Length);
        BinaryPrimitives.WriteInt32LittleEndian(at[14..], 40);
        BinaryPrimitives.WriteInt32LittleEndian(at[18..], width);
        BinaryPrimitives.WriteInt32LittleEndian(at[22..], height);
        at[26] = 1;
        BinaryPrimitives.WriteInt16LittleEndian(at[28..], bits);
        BinaryPrimitives.WriteInt32LittleEndian(at[46..], palette.Length / 4);
        return file;
    }
}
