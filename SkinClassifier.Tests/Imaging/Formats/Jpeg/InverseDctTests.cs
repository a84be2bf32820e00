using System.Runtime.Intrinsics.X86;
using SkinClassifier.Common;
using SkinClassifier.Imaging.Formats.Jpeg;

namespace SkinClassifier.Tests.Imaging.Formats.Jpeg;

/// <summary>All vector paths give the bytes of the plain loops, for any coefficients; the plain loops are near the exact transform.</summary>
[Category("Simd")]
public sealed unsafe class InverseDctTests
{
    private const int Stride = 11;

    public enum Kind { Typical, Sparse, Extreme, First }

    [Test]
    public void Vector_paths_equal_the_plain_loops([Values] Kind kind, [Values(8, 4, 2, 1)] int size)
    {
        short[] block = new short[64], steps = new short[64];
        SeededRandom random = new(7, (ulong)kind, (ulong)size);
        for (int i = 0; i < 300; i++)
        {
            int last = Fill(block, steps, kind, random);
            byte[] expected = Run(block, steps, (b, q, t) => Scalar(b, q, t, size));
            Assert.That(Run(block, steps, (b, q, t) => Chosen(b, q, t, size, last)), Is.EqualTo(expected), "the path for this processor");
            if (size == 8 && Avx2.IsSupported)
                Assert.That(Run(block, steps, (b, q, t) => InverseDctAvx2.Run((short*)b, (short*)q, (byte*)t, Stride)), Is.EqualTo(expected), "AVX2");
            if (size == 8 && InverseDctVector128.IsSupported)
                Assert.That(Run(block, steps, (b, q, t) => InverseDctVector128.Run((short*)b, (short*)q, (byte*)t, Stride)), Is.EqualTo(expected), "128 bit");
        }
    }

    [Test]
    public void Plain_loops_are_near_the_exact_transform()
    {
        short[] block = new short[64], steps = new short[64];
        SeededRandom random = new(8);
        for (int i = 0; i < 100; i++)
        {
            Fill(block, steps, Kind.Sparse, random);
            byte[] samples = Run(block, steps, (b, q, t) => Scalar(b, q, t, 8));
            for (int y = 0; y < 8; y++)
                for (int x = 0; x < 8; x++)
                    Assert.That((double)samples[y * Stride + x], Is.EqualTo(Math.Clamp(128 + Exact(block, steps, x, y), 0, 255)).Within(1));
        }
    }

    private static int Fill(short[] block, short[] steps, Kind kind, SeededRandom random)
    {
        Array.Clear(block);
        int last = 0;
        for (int k = 0; k < 64; k++)
        {
            int at = JpegOrder.Lane[k];
            steps[at] = (short)(kind == Kind.Extreme ? random.NextInt32(65536) : 1 + random.NextInt32(20));
            bool filled =
                kind switch { Kind.Typical => random.NextInt32(1 + k / 8) == 0, Kind.Sparse => random.NextInt32(8) == 0, Kind.Extreme => true, _ => k == 0 };
            if (!filled)
                continue;
            block[at] = (short)(kind == Kind.Extreme ? random.NextInt32(65536) - 32768 : random.NextInt32(61) - 30);
            if (block[at] != 0)
                last = k;
        }
        return last;
    }

    private static byte[] Run(short[] block, short[] steps, Action<nint, nint, nint> transform)
    {
        byte[] target = new byte[8 * Stride];
        fixed (short* b = block, q = steps)
        fixed (byte* t = target)
            transform((nint)b, (nint)q, (nint)t);
        return target;
    }

    private static void Scalar(nint block, nint steps, nint target, int size)
    {
        if (size == 8)
            InverseDct.RunScalar((short*)block, (short*)steps, (byte*)target, Stride);
        else if (size == 1)
            *(byte*)target = (byte)Math.Clamp((((short)(*(short*)block * *(short*)steps) + 4) >> 3) + 128, 0, 255);
        else
            ScaledInverseDct.RunScalar((short*)block, (short*)steps, (byte*)target, Stride, size);
    }

    private static void Chosen(nint block, nint steps, nint target, int size, int last)
    {
        if (size == 8)
            InverseDct.Run((short*)block, (short*)steps, (byte*)target, Stride, last);
        else
            ScaledInverseDct.Run((short*)block, (short*)steps, (byte*)target, Stride, size);
    }

    private static double Exact(short[] block, short[] steps, int x, int y)
    {
        double sum = 0;
        for (int v = 0; v < 8; v++)
            for (int u = 0; u < 8; u++)
            {
                int at = JpegOrder.LaneIndex(v, u);
                double scale = (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1) / 4;
                sum += scale * block[at] * steps[at] * Math.Cos((2 * x + 1) * u * Math.PI / 16) * Math.Cos((2 * y + 1) * v * Math.PI / 16);
            }
        return sum;
    }
}
