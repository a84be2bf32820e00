using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Metadata;

namespace SkinClassifier.Tests.Imaging.Metadata;

public sealed class XmpOrientationTests
{
    private const string Space = "xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\"";

    [TestCase($"<rdf:Description {Space} tiff:Orientation=\"6\"/>", 6)]
    [TestCase($"<rdf:Description {Space}\n tiff:Orientation = '8' />", 8)]
    [TestCase($"<rdf:Description {Space}><tiff:Orientation> 3 </tiff:Orientation>", 3)]
    [TestCase("<rdf:Description tiff:Orientation=\"2\"/>", 2)]
    [TestCase("<rdf:Description xmlns:t=\"http://ns.adobe.com/tiff/1.0/\" t:Orientation=\"5\"/>", 5)]
    [TestCase("<rdf:Description xmlns:t='http://ns.adobe.com/tiff/1.0/'><t:Orientation>7</t:Orientation>", 7)]
    public void Attributes_and_elements_of_any_prefix_are_read(string packet, int expected) =>
        Assert.That(XmpOrientation.Find(Encoding.UTF8.GetBytes(packet)), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("tiff:Orientation")]
    [TestCase("tiff:Orientation=")]
    [TestCase("tiff:Orientation=\"")]
    [TestCase(" tiff:Orientation=\"0\"")]
    [TestCase(" tiff:Orientation=\"9\"")]
    [TestCase(" tiff:Orientation=\"60\"")]
    [TestCase(" xtiff:Orientation=\"6\"")]
    [TestCase(" exif:Orientation=\"6\"")]
    [TestCase(" tiff:OrientationX=\"6\"")]
    public void Everything_else_says_nothing(string packet) => Assert.That(XmpOrientation.Find(Encoding.UTF8.GetBytes(packet)), Is.Null);

    [Test]
    public void Damaged_packets_say_nothing_or_one_of_the_eight()
    {
        byte[] good = Encoding.UTF8.GetBytes($"<rdf:Description {Space} tiff:Orientation=\"6\"/>");
        SeededRandom random = new(3);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bad = good[..random.NextInt32(good.Length + 1)];
            if (bad.Length > 0)
                bad[random.NextInt32(bad.Length)] = (byte)random.NextInt32(256);
            Assert.That(XmpOrientation.Find(bad), Is.Null.Or.InRange(1, 8));
        }
    }

    [TestCase(0, 6, 6)]
    [TestCase(8, 6, 8)]
    [TestCase(1, 6, 1)]
    [TestCase(3, 0, 3)]
    public void A_JPEG_is_turned_as_EXIF_says_and_as_XMP_says_where_EXIF_does_not(int exif, int xmp, int expected)
    {
        byte[] plain = ImagingGolden.Source().EncodeJpeg(), file = [.. plain[..2]];
        if (xmp != 0)
            file = [
                .. file, .. App1([.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes($"<rdf:Description {Space} tiff:Orientation=\"{xmp}\"/>")])];
        if (exif != 0)
            file = [.. file, .. App1([.. "Exif\0\0MM\0*\0\0\0\x08"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)exif, 0, 0, 0, 0, 0, 0])];
        RgbImage shown = RgbImage.Decode([.. file, .. plain[2..]]), wanted = RgbImage.Decode(plain).Orient(expected);
        Assert.That((shown.Width, shown.Height), Is.EqualTo((wanted.Width, wanted.Height)));
        Assert.That(shown.Pixels.SequenceEqual(wanted.Pixels), Is.True);
    }

    [Test]
    public void An_EXIF_block_without_an_orientation_leaves_it_to_XMP()
    {
        byte[] plain = ImagingGolden.Source().EncodeJpeg();
        byte[] exif = App1([.. "Exif\0\0MM\0*\0\0\0\x08"u8, 0, 1, 1, 0, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0]);
        byte[] xmp = App1([.. "http://ns.adobe.com/xap/1.0/\0"u8, .. " tiff:Orientation='6'"u8]);
        Assert.That(RgbImage.Identify([.. plain[..2], .. exif, .. xmp, .. plain[2..]]), Is.EqualTo(new ImageInfo("JPEG", 23, 37)));
    }

    private static byte[] App1(byte[] body) => [0xFF, 0xE1, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];
}
