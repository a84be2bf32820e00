using System.IO.Compression;
using SkinClassifier.Common;
using SkinClassifier.Imaging.Formats.Png;

namespace SkinClassifier.Tests.Imaging.Formats;

public sealed class InflaterTests
{
    private const int Length = 300_000, Error = -1;

    private readonly Inflater _inflater = new();

    [Test]
    public void Gives_back_what_zlib_packed([Values] CompressionLevel level, [Values("noise", "text", "rows", "zeros", "runs", "far")] string kind)
    {
        byte[] content = Content(kind, new SeededRandom(7));
        byte[] packed = Pack(content, level);
        Assert.That(Unpack(packed, content.Length), Is.EqualTo(content));
        Assert.That(Unpack([.. packed, 1, 2, 3], content.Length), Is.EqualTo(content), "bytes behind the end");
    }

    [Test]
    public void Small_contents([Range(1, 40)] int length)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i * i))];
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
            Assert.That(Unpack(Pack(content, level), length), Is.EqualTo(content), $"{level}");
    }

    [Test]
    public void A_wrong_checksum_is_a_error_and_a_missing_one_is_none()
    {
        byte[] content = Content("text", new SeededRandom(1)), packed = Pack(content, CompressionLevel.Optimal);
        Assert.That(Unpack(packed[..^4], content.Length), Is.EqualTo(content));
        Assert.That(Unpack(packed[..^100], content.Length), Has.Length.InRange(content.Length - 2000, content.Length - 1), "cut data gives what is there");
        packed[^1] ^= 1;
        Assert.That(() => Unpack(packed, content.Length), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("Adler-32"));
    }

    [TestCase("", TestName = "Nothing", ExpectedResult = Error)]
    [TestCase("7801", TestName = "A_header_alone", ExpectedResult = 0)]
    [TestCase("7800", TestName = "A_wrong_check_of_the_header", ExpectedResult = Error)]
    [TestCase("7820", TestName = "A_dictionary", ExpectedResult = Error)]
    [TestCase("780107", TestName = "A_block_of_kind_three", ExpectedResult = Error)]
    [TestCase("78010105000000aabb", TestName = "A_length_that_is_not_confirmed", ExpectedResult = Error)]
    [TestCase("7801030000000001", TestName = "A_fixed_block_without_data", ExpectedResult = 0)]
    [TestCase("7801030200000000", TestName = "A_distance_before_the_start", ExpectedResult = Error)]
    [TestCase("7801fdffffffffff", TestName = "Codes_that_cannot_be", ExpectedResult = Error)]
    public int Broken_data(string hex)
    {
        try
        {
            return Unpack(Convert.FromHexString(hex), 100).Length;
        }
        catch (InvalidContentException error)
        {
            Assert.That(error.Message, Does.StartWith("test: "));
            return Error;
        }
    }

    [Test]
    public void Damaged_data_ends_or_errors_as_with_zlib([Values(3000)] int count)
    {
        byte[][] originals = [.. new[] { "text", "rows", "runs" }
            .SelectMany(
                kind => new[] { CompressionLevel.Fastest, CompressionLevel.Optimal }.Select(level => Pack(Content(kind, new SeededRandom(3))[..5000], level)))];
        int equal = 0, errors = 0;
        for (int i = 0; i < count; i++)
        {
            SeededRandom random = new(5, (ulong)i);
            byte[] damaged = [.. originals[random.NextInt32(originals.Length)]];
            for (int change = random.NextInt32(3); change >= 0; change--)
                damaged[random.NextInt32(damaged.Length)] ^= (byte)(1 << random.NextInt32(8));
            damaged = damaged[..(damaged.Length / 2 + random.NextInt32(damaged.Length - damaged.Length / 2 + 1))];
            byte[]? expected = Reference(damaged, 20_000), received;
            try
            {
                received = Unpack(damaged, 20_000);
            }
            catch (InvalidContentException)
            {
                received = null;
            }
            Assert.That(received is null, Is.EqualTo(expected is null), $"damage {i}: {Convert.ToHexString(damaged)}");
            if (received is null)
                errors++;
            else
            {
                Assert.That(received, Is.EqualTo(expected), $"damage {i}");
                equal++;
            }
        }
        Assert.That((equal, errors), Is.GreaterThan((count / 50, 0)));
        Assert.That(errors, Is.GreaterThan(count / 50));
    }

    private static byte[]? Reference(byte[] packed, int most)
    {
        try
        {
            using ZLibStream stream = new(new MemoryStream(packed), CompressionMode.Decompress);
            byte[] content = new byte[most];
            return content[..stream.ReadAtLeast(content, most, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private unsafe byte[] Unpack(byte[] packed, int most)
    {
        fixed (byte* start = packed)
        {
            _inflater.Start(start, packed.Length, "test");
            byte[] content = new byte[most + 1];
            int length = 0;
            for (int piece = 1; length < content.Length; piece = piece * 3 % 1009 + 1)
            {
                int wanted = Math.Min(piece, content.Length - length), read = _inflater.Read(content.AsSpan(length, wanted));
                length += read;
                if (read < wanted)
                    break;
            }
            return content[..Math.Min(length, most)];
        }
    }

    private static byte[] Pack(byte[] content, CompressionLevel level)
    {
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, level, leaveOpen: true))
            stream.Write(content);
        return packed.ToArray();
    }

    private static byte[] Content(string kind, SeededRandom random)
    {
        byte[] content = new byte[Length];
        for (int i = 0; i < Length; i++)
            content[i] = kind switch
            {
                "noise" => (byte)random.NextInt32(256),
                "text" => (byte)"abcdefghij klmnop\n"[random.NextInt32(1 + random.NextInt32(18))],
                "rows" => (byte)(i % 601 / 3 + random.NextInt32(3)),
                "runs" => (byte)(i / (1 + random.NextInt32(3)) / 40),
                "far" => i < 32768 || i % 997 == 0 ? (byte)random.NextInt32(256) : content[i - 32768],
                _ => 0,
            };
        return content;
    }
}
