using System.Buffers.Binary;
using System.Diagnostics;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Imaging.Formats.Jpeg;

/// <summary>What is damaged or not read is refused by name, and cheaply.</summary>
public sealed class JpegRefusalTests
{
    [TestCase(0xC3, "lossless (SOF3)")]
    [TestCase(0xC5, "hierarchical (SOF5)")]
    [TestCase(0xC9, "arithmetic coding (SOF9)")]
    [TestCase(0xCA, "arithmetic coding (SOF10)")]
    [TestCase(0xCB, "lossless arithmetic coding (SOF11)")]
    [TestCase(0xF7, "JPEG-LS (SOF55)")]
    [TestCase(0xDE, "hierarchical (DHP)")]
    public void Other_codings_are_refused_by_name(int marker, string name)
    {
        byte[] content = JpegGolden.Content("gray");
        content[FrameHeader(content) + 1] = (byte)marker;
        AssertUnsupported(content, name);
    }

    [Test]
    public void Twelve_bit_samples_are_refused_by_name()
    {
        byte[] content = JpegGolden.Content("gray");
        content[FrameHeader(content) + 4] = 12;
        AssertUnsupported(content, "12 bit samples");
    }

    [Test]
    public void A_height_that_comes_later_is_refused_by_name()
    {
        byte[] content = JpegGolden.Content("gray");
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(FrameHeader(content) + 5), 0);
        AssertUnsupported(content, "DNL");
    }

    [TestCase("baseline_2x2")]
    [TestCase("progressive_2x2")]
    public void Sizes_that_the_file_is_too_short_for_are_refused_cheaply(string name)
    {
        byte[] content = JpegGolden.Content(name);
        content.AsSpan(FrameHeader(content) + 5, 4).Fill(0xFF);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        Assert.That(() => RgbImage.Decode(content, new DecoderOptions { MaxPixels = long.MaxValue }), Throws.InstanceOf<SkinClassifierException>());
        Assert.That(() => RgbImage.Decode(content), Throws.TypeOf<UnsupportedContentException>().With.Message.Contains("65535×65535"));
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(FrameHeader(content) + 5), 1500);
        Assert.That(() => RgbImage.Decode(content), Throws.TypeOf<InvalidContentException>().With.Message.Contains("expected at least"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2_000_000));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void Scans_that_each_cost_the_file_nothing_are_bounded()
    {
        // Progressive, gray, 1024 × 1024: a DC scan, then scans of one coefficient and one bit each, whose data is one long run of nothing.
        List<byte> file = [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64), 0xFF, 0xC2, 0, 11, 8, 4, 0, 4, 0, 1, 1, 0x11, 0];
        file.AddRange([0xFF, 0xC4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);        // code 0: no difference
        file.AddRange([0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xE0]);     // code 0: a run of 2^14 blocks and more
        file.AddRange([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, .. new byte[128 * 128 / 8]]);
        int harmless = file.Count;
        for (int bit = 13; bit >= 0; bit--)
            for (byte k = 1; k < 64; k++)
                file.AddRange([0xFF, 0xDA, 0, 8, 1, 1, 0, k, k, (byte)((bit == 13 ? 0 : bit + 1) << 4 | bit), 0, 0]);
        Stopwatch watch = Stopwatch.StartNew();
        Assert.That(RgbImage.Decode([.. file[..(harmless + 12)], 0xFF, 0xD9]).Pixels.IndexOfAnyExcept((byte)128), Is.EqualTo(-1));
        Assert.That(() => RgbImage.Decode([.. file, 0xFF, 0xD9]), Throws.TypeOf<InvalidContentException>().With.Message.Contains("visit at most"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void A_scan_that_repeats_another_is_refused()
    {
        byte[] content = JpegGolden.Content("gray_progressive");
        int scan = content.AsSpan().IndexOf((byte[])[0xFF, 0xDA]);
        byte[] repeated = content[scan..^2];
        byte[] bomb = [.. content[..scan], .. Enumerable.Repeat(repeated, 50).SelectMany(part => part), 0xFF, 0xD9];
        Assert.That(() => RgbImage.Decode(bomb), Throws.TypeOf<InvalidContentException>().With.Message.Contains("refines"));
    }

    [TestCase("baseline_2x2")]
    [TestCase("progressive_2x2")]
    [TestCase("restart_2x2")]
    [TestCase("baseline_separate_scans")]
    public void A_cut_file_is_a_image_only_when_nothing_but_the_end_marker_is_missing(string name)
    {
        byte[] content = JpegGolden.Content(name);
        RgbImage whole = RgbImage.Decode(content);
        for (int length = 0; length < content.Length; length++)
        {
            byte[] cut = content[..length];
            if (length >= content.Length - 2)
                Assert.That(RgbImage.Decode(cut).Pixels.SequenceEqual(whole.Pixels), $"{length} of {content.Length} bytes");
            else if (length < content.Length - 4)   // the last bytes of data may be no more than padding
                Assert.That(() => RgbImage.Decode(cut), Throws.InstanceOf<SkinClassifierException>(), $"{length} of {content.Length} bytes");
        }
    }

    [Test]
    public void Messages_name_the_file_the_place_and_what_to_do()
    {
        byte[] content = JpegGolden.Content("baseline_2x2")[..400];
        Assert.That(() => RgbImage.Decode(content, name: "photos/a.jpg"), Throws.TypeOf<InvalidContentException>()
            .With.Message.Matches(@"^photos/a\.jpg: JPEG at byte \d+: expected .+, received .+\. The file is damaged; copy it again\.$"));
    }

    private static void AssertUnsupported(byte[] content, string found)
    {
        Assert.That(() => RgbImage.Decode(content), Throws.TypeOf<UnsupportedContentException>().With.Message.Contains(found));
        Assert.That(() => RgbImage.Identify(content), Throws.TypeOf<UnsupportedContentException>().With.Message.Contains(found));
    }

    /// <summary>Where the frame header starts: marker, length 8 + 3n, 8 bits.</summary>
    internal static int FrameHeader(ReadOnlySpan<byte> content)
    {
        for (int at = 0; ; at++)
            if (content[at] == 0xFF && content[at + 1] is (0xC0 or 0xC1 or 0xC2) && content[at + 2] == 0 && content[at + 3] is (11 or 17 or 20)
                && content[at + 4] == 8)
                return at;
    }
}
