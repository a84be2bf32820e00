using System.Diagnostics;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats.Jpeg;

namespace SkinClassifier.Tests.Imaging.Formats.Jpeg;

/// <summary>Cut, flipped, spliced files give an image or a <see cref="SkinClassifierException"/>, in bounded time and memory.</summary>
public sealed class JpegMutationTests
{
    private static readonly DecoderOptions s_options = new() { MaxPixels = 1_000_000 };

    [Test]
    [Category("Simd")]
    public void Damaged_files_never_escape() => Mutate(500);

    [Test]
    [Category("Slow")]
    public void Damaged_files_never_escape_long() => Mutate(20_000);

    private static void Mutate(int count)
    {
        byte[][] files = [.. JpegGolden.Names.Select(JpegGolden.Content)];
        Stopwatch watch = new();
        int images = 0;
        for (int i = 0; i < count; i++)
        {
            SeededRandom random = new(20, (ulong)i);
            byte[] content = Damage(files, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            watch.Restart();
            try
            {
                RgbImage image = JpegDecoder.Decode(content, s_options, "image", 1 << random.NextInt32(4));
                Assert.That(image.Width * image.Height, Is.InRange(1, 1_000_000));
                images++;
            }
            catch (SkinClassifierException error)
            {
                Assert.That(error.Message, Does.StartWith("image: "));
            }
            catch (Exception error)
            {
                Assert.Fail($"mutation {i}: {error}");
            }
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), $"mutation {i}");
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64_000_000), $"mutation {i}");
        }
        Assert.That(images, Is.GreaterThan(count / 20), "some damage is harmless; a decoder that refuses everything tests nothing");
    }

    private static byte[] Damage(byte[][] files, SeededRandom random)
    {
        byte[] content = [.. files[random.NextInt32(files.Length)]];
        switch (random.NextInt32(6))
        {
            case 0:
                return content[..random.NextInt32(content.Length)];
            case 1:
                int from = random.NextInt32(content.Length), to = from + random.NextInt32(Math.Min(64, content.Length - from));
                return [.. content[..from], .. content[to..]];
            case 2:
                byte[] other = files[random.NextInt32(files.Length)];
                return [.. content[..random.NextInt32(content.Length)], .. other[random.NextInt32(other.Length)..]];
            case 3:
                int header = JpegRefusalTests.FrameHeader(content);   // sizes, components, factors
                content[header + 4 + random.NextInt32(Math.Min(15, content.Length - header - 4))] = (byte)random.NextInt32(256);
                return content;
            default:
                for (int flips = 1 + random.NextInt32(4); flips > 0; flips--)
                    content[random.NextInt32(content.Length)] ^= (byte)(1 << random.NextInt32(8));
                return content;
        }
    }
}
