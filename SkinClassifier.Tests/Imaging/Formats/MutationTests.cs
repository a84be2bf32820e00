using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Imaging.Formats;

/// <summary>Law of every format: a damaged file gives an image or a SkinClassifierException, never another exception, a hang or unbounded memory.</summary>
public sealed class MutationTests
{
    private const long MaxPixels = 2_000_000;

    [TestCase("png")]
    [TestCase("bmp")]
    [TestCase("gif")]
    public void Damaged_files_give_a_image_or_a_clear_error(string format) => Run(format, 500, seed: 1);

    [TestCase("png")]
    [TestCase("bmp")]
    [TestCase("gif")]
    [Category("Slow")]
    public void Many_damaged_files_give_a_image_or_a_clear_error(string format) => Run(format, 20_000, seed: 2);

    private static void Run(string format, int count, ulong seed)
    {
        byte[][] originals = [.. ImagingGolden.Read("decode").Where(golden => golden.Name.EndsWith(format, StringComparison.Ordinal))
            .Select(golden => ImagingGolden.Image(golden.Name))];
        DecoderOptions options = new() { MaxPixels = MaxPixels };
        int images = 0, errors = 0;
        for (int i = 0; i < count; i++)
        {
            SeededRandom random = new(seed, (ulong)i);
            byte[] content = Damage(originals[random.NextInt32(originals.Length)], random, repair: format == "png" && i % 4 != 0);
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            try
            {
                RgbImage image = RgbImage.Decode(content, options, "damaged");
                Assert.That((long)image.Width * image.Height, Is.LessThanOrEqualTo(MaxPixels));
                images++;
            }
            catch (SkinClassifierException error)
            {
                Assert.That(error.Message, Does.StartWith("damaged: ").And.EndsWith("."));
                errors++;
            }
            catch (Exception other)
            {
                Assert.Fail($"mutation {i}: {other}");
            }
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 * MaxPixels * 3), $"memory of mutation {i}");
            Assert.That(Stopwatch.GetElapsedTime(start).TotalSeconds, Is.LessThan(10), $"time of mutation {i}");
        }
        Assert.That(images, Is.GreaterThan(count / 50), "too few images survive: the damage is too coarse to reach the decoder's inside");
        Assert.That(errors, Is.GreaterThan(count / 50));
    }

    private static byte[] Damage(byte[] original, SeededRandom random, bool repair)
    {
        byte[] content = [.. original];
        int changes = 1 + random.NextInt32(3);
        for (int k = 0; k < changes; k++)
        {
            // The head decides about sizes: hit it as often as the rest.
            int at = random.NextInt32(random.NextInt32(2) == 0 ? Math.Min(content.Length, 80) : content.Length);
            switch (random.NextInt32(6))
            {
                case 0:
                    content[at] ^= (byte)(1 << random.NextInt32(8));
                    break;
                case 1:
                    content[at] = (byte)random.NextInt32(256);
                    break;
                case 2:
                    content[at] = random.NextInt32(2) == 0 ? (byte)0 : (byte)255;
                    break;
                case 3:
                    content = content[..Math.Max(1, at)];
                    break;
                case 4:
                    int length = Math.Min(1 + random.NextInt32(20), content.Length - at);
                    content = [.. content[..at], .. content.AsSpan(random.NextInt32(content.Length - length + 1), length), .. content[at..]];
                    break;
                default:
                    content = [.. content[..at], .. content[Math.Min(content.Length, at + 1 + random.NextInt32(20))..]];
                    break;
            }
            if (content.Length == 0)
                content = [0];
        }
        if (repair)
            RepairChecksums(content);
        return content;
    }

    // Right checksums let the damage reach what lies behind them.
    private static void RepairChecksums(byte[] content)
    {
        for (long at = 8; at + 12 <= content.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan((int)at));
            if (at + 12 + length > content.Length)
                return;
            uint crc = Crc32.HashToUInt32(content.AsSpan((int)at + 4, (int)length + 4));
            BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan((int)(at + 8 + length)), crc);
            at += 12 + length;
        }
    }
}
