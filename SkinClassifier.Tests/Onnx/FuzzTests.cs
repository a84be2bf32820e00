using System.Diagnostics;
using SkinClassifier.Common;
using SkinClassifier.Onnx;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Damaged bytes give a model or a <see cref="SkinClassifierException"/>, in bounded time and memory.</summary>
public sealed class FuzzTests
{
    private const long MaxBytes = 96L << 20;

    private static readonly byte[] _file = File.ReadAllBytes(SharedFiles.Asset("golden", "onnx", "small_network.onnx"));

    [Test]
    public void Cut_at_every_place()
    {
        for (int length = 0; length < _file.Length; length += 3)
            LoadOrRefuse(_file[..length], $"cut to {length} bytes");
    }

    [Test]
    public void Mutated_five_hundred_times() => Mutate(500);

    [Test]
    [Category("Slow")]
    public void Mutated_twenty_thousand_times() => Mutate(20_000);

    [Test]
    public void One_bit_flipped_at_every_byte_of_the_structure()
    {
        for (int i = 0; i < _file.Length; i++)
        {
            byte[] bytes = (byte[])_file.Clone();
            bytes[i] ^= (byte)(1 << (i % 8));
            LoadOrRefuse(bytes, $"bit {i % 8} of byte {i} flipped");
        }
    }

    private static void Mutate(int count)
    {
        SeededRandom random = new(2024);
        for (int round = 0; round < count; round++)
        {
            List<byte> bytes = [.. _file];
            int changes = 1 + random.NextInt32(6);
            for (int i = 0; i < changes; i++)
            {
                int at = random.NextInt32(bytes.Count);
                switch (random.NextInt32(5))
                {
                    case 0:
                        bytes[at] = (byte)random.NextInt32(256);
                        break;
                    case 1:
                        bytes[at] = random.NextInt32(2) == 0 ? (byte)0xFF : (byte)0;
                        break;
                    case 2:
                        bytes.RemoveRange(at, Math.Min(bytes.Count - at - 1, random.NextInt32(9)));
                        break;
                    case 3:
                        bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.NextInt32(40))));
                        break;
                    default:
                        bytes[at] ^= (byte)(1 << random.NextInt32(8));
                        break;
                }
            }
            LoadOrRefuse([.. bytes], $"mutation {round}");
        }
    }

    private static void LoadOrRefuse(byte[] bytes, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            OnnxModel model = OnnxModel.Load(bytes, "fuzzed.onnx");
            _ = FeatureTensor.Find(model.Graph);
        }
        catch (SkinClassifierException e)
        {
            Assert.That(e.Message, Does.StartWith("fuzzed.onnx").Or.StartWith("Graph"), what);
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e}");
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MaxBytes), what);
        Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(20), what);
    }
}
