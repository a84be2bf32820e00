using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Imaging.Formats;

/// <summary>Metadata of PNG files never decides whether an image is read.</summary>
public sealed class PngMetadataTests
{
    // Signature and IHDR.
    private const int AfterHeader = 33;

    [TestCase("iCCP")]
    [TestCase("pHYs")]
    [TestCase("iTXt")]
    [TestCase("zzZz")]
    public void Metadata_with_a_wrong_checksum_is_passed_over(string type)
    {
        RgbImage image = ImagingGolden.Source();
        byte[] content = With(image.EncodePng(), Chunk(type, [1, 2, 3, 4, 5], damaged: true));
        Assert.That(RgbImage.Decode(content).Pixels.SequenceEqual(image.Pixels), Is.True);
        Assert.That(RgbImage.Identify(content), Is.EqualTo(new ImageInfo("PNG", 37, 23)));
    }

    [TestCase("eXIf")]
    [TestCase("iTXt")]
    public void An_orientation_with_a_wrong_checksum_does_not_count(string type)
    {
        byte[] exif = [.. "MM\0*\0\0\0\x08"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] xmp = [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. " tiff:Orientation='6'"u8], data = type == "eXIf" ? exif : xmp;
        byte[] plain = ImagingGolden.Source().EncodePng();
        Assert.That(RgbImage.Identify(With(plain, Chunk(type, data, damaged: true))).Width, Is.EqualTo(37));
        Assert.That(RgbImage.Identify(With(plain, Chunk(type, data, damaged: false))).Width, Is.EqualTo(23));
    }

    /// <summary>As ImageMagick writes it: name, length and lines of 72 hexadecimal digits.</summary>
    [TestCase("tEXt", "Raw profile type exif")]
    [TestCase("zTXt", "Raw profile type exif")]
    [TestCase("tEXt", "Raw profile type APP1")]
    [TestCase("zTXt", "Raw profile type APP1")]
    public void The_orientation_of_a_profile_in_text_is_applied(string type, string keyword)
    {
        byte[] plain = ImagingGolden.Source().EncodePng();
        Assert.That(RgbImage.Identify(With(plain, Chunk(type, Profile(type, keyword, Exif), damaged: false))), Is.EqualTo(new ImageInfo("PNG", 23, 37)));
        Assert.That(RgbImage.Decode(With(plain, Chunk(type, Profile(type, keyword, Exif), damaged: false))).Pixels.SequenceEqual(
            ImagingGolden.Source().Orient(6).Pixels), Is.True);
        Assert.That(RgbImage.Identify(With(plain, Chunk(type, Profile(type, keyword, Exif), damaged: true))).Width, Is.EqualTo(37));
        Assert.That(RgbImage.Identify(With(plain, Chunk(type, Profile(type, "Raw profile type iptc", Exif), damaged: false))).Width, Is.EqualTo(37));
    }

    [Test]
    public void An_EXIF_chunk_counts_before_a_profile_in_text_and_that_before_XMP()
    {
        byte[] plain = ImagingGolden.Source().EncodePng(), upright = [.. Exif];
        upright[19] = 1;
        byte[] profile = Chunk("tEXt", Profile("tEXt", "Raw profile type exif", Exif), false), exif = Chunk("eXIf", upright, false);
        byte[] xmp = Chunk("iTXt", [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. " tiff:Orientation='3'"u8], false);
        Assert.That(RgbImage.Identify(With(plain, [.. profile, .. exif])).Width, Is.EqualTo(37));
        Assert.That(RgbImage.Identify(With(plain, [.. xmp, .. profile])).Width, Is.EqualTo(23));
    }

    [TestCase("\nexif\n      26\nXY\n")]
    [TestCase("\nexif\n      26\n4d4d\n")]
    [TestCase("\nexif\n")]
    [TestCase("\nexif\n -1\n4d4d")]
    [TestCase("\nexif\n 99999999999999\n4d4d")]
    [TestCase("")]
    public void A_damaged_profile_in_text_says_nothing(string text)
    {
        byte[] plain = ImagingGolden.Source().EncodePng();
        byte[] data = [.. "Raw profile type exif\0"u8, .. System.Text.Encoding.ASCII.GetBytes(text)];
        Assert.That(RgbImage.Identify(With(plain, Chunk("tEXt", data, false))), Is.EqualTo(new ImageInfo("PNG", 37, 23)));
        Assert.That(RgbImage.Identify(With(plain, Chunk("zTXt", data, false))), Is.EqualTo(new ImageInfo("PNG", 37, 23)));
        Assert.That(RgbImage.Decode(With(plain, Chunk("zTXt", [.. data, 9, 9], false))).Width, Is.EqualTo(37));
    }

    [TestCase("IDAT")]
    [TestCase("tRNS")]
    [TestCase("IEND")]
    public void What_pixels_depend_on_must_have_its_checksum(string type)
    {
        byte[] content = ImagingGolden.Image("rgb8_key.png");
        int at = content.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(type)), length = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(at - 4));
        content[at + 4 + length] ^= 1;
        Assert.That(() => RgbImage.Decode(content), Throws.TypeOf<InvalidContentException>().With.Message.Contains(type).And.Message.Contains("checksum"));
    }

    [Test]
    public void A_compressed_packet_that_is_damaged_or_without_end_says_nothing()
    {
        byte[] plain = ImagingGolden.Source().EncodePng(), head = [.. "XML:com.adobe.xmp\0\x01\0\0\0"u8];
        using MemoryStream bomb = new();
        using (ZLibStream deflate = new(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
            for (int i = 0; i < 64; i++)
                deflate.Write(new byte[1 << 20]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(RgbImage.Identify(With(plain, Chunk("iTXt", [.. head, .. bomb.ToArray()], false))).Width, Is.EqualTo(37));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8_000_000));
        Assert.That(RgbImage.Identify(With(plain, Chunk("iTXt", [.. head, 9, 9, 9, 9], false))).Width, Is.EqualTo(37));
        Assert.That(RgbImage.Identify(With(plain, Chunk("iTXt", [.. "XML:com.adobe.xmp\0"u8], false))).Width, Is.EqualTo(37));
    }

    // One entry: orientation 6.
    private static byte[] Exif => [.. "MM\0*\0\0\0\x08"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];

    private static byte[] Profile(string type, string keyword, ReadOnlySpan<byte> exif)
    {
        byte[] bytes = [.. "Exif\0\0"u8, .. exif];
        string digits = string.Join('\n', Convert.ToHexStringLower(bytes).Chunk(72).Select(line => new string(line)));
        byte[] text = System.Text.Encoding.ASCII.GetBytes($"\nexif\n{bytes.Length,8}\n{digits}\n"), head = System.Text.Encoding.ASCII.GetBytes(keyword + "\0");
        if (type == "tEXt")
            return [.. head, .. text];
        using MemoryStream compressed = new();
        using (ZLibStream deflate = new(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(text);
        return [.. head, 0, .. compressed.ToArray()];
    }

    internal static byte[] With(byte[] png, byte[] chunk) => [.. png[..AfterHeader], .. chunk, .. png[AfterHeader..]];

    internal static byte[] Chunk(string type, byte[] data, bool damaged)
    {
        byte[] chunk = [0, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(chunk.AsSpan(4, data.Length + 4)) ^ (damaged ? 1u : 0));
        return chunk;
    }
}
