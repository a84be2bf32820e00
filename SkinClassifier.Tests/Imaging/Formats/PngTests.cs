using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats.Png;

namespace SkinClassifier.Tests.Imaging.Formats;

public sealed class PngTests
{
    [TestCase(1, 1)]
    [TestCase(7, 300)]
    [TestCase(300, 7)]
    public void What_is_encoded_is_decoded_exactly(int width, int height)
    {
        RgbImage image = ImagingGolden.Source(height, Math.Max(width, 17)).Crop(0, 0, width, height);
        RgbImage again = RgbImage.Decode(image.EncodePng());
        Assert.That((again.Width, again.Height), Is.EqualTo((width, height)));
        Assert.That(again.Pixels.SequenceEqual(image.Pixels), Is.True);
    }

    [Test]
    public void Filters_and_their_cost_equal_the_plain_loop_for_every_remainder([Range(0, 4)] int filter)
    {
        SeededRandom random = new(5);
        for (int length = 0; length < 80; length++)
        {
            byte[] row = [.. Enumerable.Range(0, length).Select(_ => (byte)random.NextInt32(256))],
                above = [.. row.Select(v => (byte)(v + random.NextInt32(60)))], result = new byte[length], expected = new byte[length];
            for (int i = 0; i < length; i++)
            {
                int a = i >= 3 ? row[i - 3] : 0, b = above[i], c = i >= 3 ? above[i - 3] : 0, p = a + b - c;
                int nearest = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c;
                expected[i] = (byte)(row[i] - filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => nearest, _ => 0 });
            }
            PngFilter.Do(filter, row, above, result, 3);
            Assert.That(result, Is.EqualTo(expected), $"{length} bytes");
            Assert.That(PngFilter.Cost(result), Is.EqualTo(expected.Sum(v => (long)Math.Abs((int)(sbyte)v))), $"{length} bytes");
        }
    }

    [Test]
    [Category("Simd")]
    public void Rows_are_restored_as_by_the_plain_loop_for_every_remainder([Range(0, 4)] int filter, [Values(1, 2, 3, 4, 6, 8)] int step)
    {
        SeededRandom random = new(6, (ulong)step);
        for (int pixels = 0; pixels < 30; pixels++)
        {
            byte[] row = new byte[pixels * step], above = new byte[row.Length], stored = new byte[row.Length], result = new byte[row.Length];
            for (int i = 0; i < row.Length; i++)
                (row[i], above[i]) = (Sample(random, i), Sample(random, i + 1));
            for (int i = 0; i < row.Length; i++)
            {
                int a = i >= step ? row[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0, p = a + b - c;
                int nearest = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c;
                stored[i] = (byte)(row[i] - filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => nearest, _ => 0 });
            }
            PngFilter.Undo((byte)filter, stored, above, result, step, "test");
            Assert.That(result, Is.EqualTo(row), $"{pixels} pixels");
        }
    }

    [Test]
    public void A_filter_that_does_not_exist_is_named()
    {
        RgbImage image = ImagingGolden.Source();
        byte[] raw = Raw(image);
        raw[0] = 5;
        Assert.That(() => RgbImage.Decode(WithPixelData(image.Width, image.Height, raw, _ => { })),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("a PNG row filter from 0 to 4, received 5"));
    }

    [TestCase("", "0 compressed bytes cannot hold them", TestName = "No_compressed_bytes")]
    [TestCase("7801", "ends in row 0", TestName = "A_header_of_zlib_alone")]
    [TestCase("7800", "rules of zlib", TestName = "A_wrong_check_of_the_header_of_zlib")]
    [TestCase("7820", "ends in row 0", TestName = "A_dictionary_of_zlib")]
    [TestCase("780107", "rules of zlib", TestName = "A_block_of_kind_three")]
    [TestCase("78010105000000aabb", "rules of zlib", TestName = "A_stored_length_that_is_not_confirmed")]
    [TestCase("7801030200000000", "rules of zlib", TestName = "A_distance_before_the_start")]
    [TestCase("7801fdffffffffff", "rules of zlib", TestName = "Codes_that_cannot_be")]
    public void Broken_compressed_data(string hex, string message)
    {
        byte[] header = [0, 0, 0, 1, 0, 0, 0, 2, 8, 2, 0, 0, 0];
        byte[] content = [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, Convert.FromHexString(hex)), .. Chunk("IEND"u8, [])];
        Assert.That(() => RgbImage.Decode(content, name: "a.png"),
            Throws.TypeOf<InvalidContentException>().With.Message.StartsWith("a.png: ").And.Message.Contains(message));
    }

    [Test]
    public void A_missing_checksum_and_bytes_behind_the_data_change_nothing()
    {
        RgbImage image = ImagingGolden.Source();
        using MemoryStream compressed = new();
        using (ZLibStream deflate = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(Raw(image));
        byte[] data = compressed.ToArray();
        foreach (byte[] pixels in (byte[][])[data[..^4], [.. data, 1, 2, 3]])
            Assert.That(RgbImage.Decode(File(image.Width, image.Height, pixels)).Pixels.SequenceEqual(image.Pixels), Is.True);
    }

    [Test]
    public void A_wrong_chunk_checksum_names_chunk_and_place()
    {
        byte[] content = ImagingGolden.Image("palette8.png");
        int palette = content.AsSpan().IndexOf("PLTE"u8);
        content[palette + 5] ^= 1;
        Assert.That(() => RgbImage.Decode(content, name: "a.png"), Throws.TypeOf<InvalidContentException>()
            .With.Message.StartsWith($"a.png: PNG chunk PLTE at byte {palette - 4} has a wrong checksum (expected "));
    }

    [Test]
    public void A_wrong_checksum_of_the_pixel_data_is_found()
    {
        RgbImage image = ImagingGolden.Source();
        byte[] good = WithPixelData(image.Width, image.Height, Raw(image), _ => { });
        Assert.That(RgbImage.Decode(good).Pixels.SequenceEqual(image.Pixels), Is.True);
        byte[] bad = WithPixelData(image.Width, image.Height, Raw(image), data => data[^1] ^= 1);
        Assert.That(() => RgbImage.Decode(bad), Throws.TypeOf<InvalidContentException>().With.Message.Contains("Adler-32"));
    }

    [Test]
    public void Too_few_and_too_many_rows_are_found()
    {
        RgbImage image = ImagingGolden.Source();
        Assert.That(() => RgbImage.Decode(WithPixelData(image.Width, image.Height + 1, Raw(image), _ => { })),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("ends in row 23"));
        Assert.That(() => RgbImage.Decode(WithPixelData(image.Width, image.Height - 1, Raw(image), _ => { })),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("received more"));
    }

    [Test]
    public void A_size_that_the_data_cannot_hold_is_refused_before_it_is_allocated()
    {
        byte[] bomb = WithPixelData(9000, 9000, Raw(ImagingGolden.Source()), _ => { });
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => RgbImage.Decode(bomb), Throws.TypeOf<InvalidContentException>().With.Message.Contains("9000×9000"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    // Mostly smooth, so that each of the three neighbors is the nearest in turn.
    private static byte Sample(SeededRandom random, int smooth) => (byte)(random.NextInt32(3) == 0 ? random.NextInt32(256) : smooth);

    private static byte[] Raw(RgbImage image)
    {
        using MemoryStream rows = new();
        for (int y = 0; y < image.Height; y++)
        {
            rows.WriteByte(0);
            rows.Write(image.Row(y));
        }
        return rows.ToArray();
    }

    private static byte[] WithPixelData(int width, int height, byte[] raw, Action<byte[]> damage)
    {
        using MemoryStream compressed = new();
        using (ZLibStream deflate = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(raw);
        byte[] data = compressed.ToArray();
        damage(data);
        return File(width, height, data);
    }

    private static byte[] File(int width, int height, byte[] data)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }
}
