using SkinClassifier.Common;
using SkinClassifier.Kernels;

namespace SkinClassifier.Tests.Kernels;

/// <summary>Every training kernel of every family equals a plain loop for ragged counts and writes nothing outside.</summary>
[Category("Simd")]
public sealed unsafe class GradientKernelTests
{
    private const float Fence = 12345;

    private static IEnumerable<string> Families() => KernelFamily.Supported.Select(f => f.Name);

    private static GradientKernels Kernels(string family) => GradientKernels.For(KernelFamily.Supported.Single(f => f.Name == family));

    private static float[] Numbers(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble(-2, 2))];
    }

    /// <summary>Runs a kernel on a copy of <paramref name="start"/> between two fences.</summary>
    private static float[] Fenced(float[] start, Action<nint> kernel)
    {
        float[] memory = [.. Enumerable.Repeat(Fence, 32), .. start, .. Enumerable.Repeat(Fence, 32)];
        fixed (float* p = memory)
            kernel((nint)(p + 32));
        Assert.That(memory[..32].Concat(memory[^32..]), Is.All.EqualTo(Fence), "nothing outside is written");
        return memory[32..^32];
    }

    private static void AssertClose(float[] received, Func<int, double> wanted, string what)
    {
        for (int i = 0; i < received.Length; i++)
            Assert.That(received[i], Is.EqualTo(wanted(i)).Within(2e-5 * Math.Max(1, Math.Abs(wanted(i)))), $"{what}[{i}]");
    }

    [Test]
    public void Maps_and_their_gradients([ValueSource(nameof(Families))] string family, [Values(1, 2, 3, 5, 16, 17)] int count)
    {
        GradientKernels kernels = Kernels(family);
        float[] z = Numbers(count * 16, 1), g = Numbers(count * 16, 2), factors = Numbers(96, 3), y = Numbers(count * 16, 4), wide = Numbers(count * 32, 5);
        fixed (float* pz = z, pg = g, pf = factors, pw = wide)
        {
            float* from = pz, gradient = pg, f = pf, apart = pw;
            ChannelMap map = new() { Scale = f, Shift = f + 16, Low = -0.5f, High = 0.75f };
            float Y(float[] x, int i) => Math.Clamp(x[i] * factors[i % 16] + factors[16 + i % 16], -0.5f, 0.75f);
            float D(int i) => Y(z, i) is > -0.5f and < 0.75f ? g[i] : 0;
            AssertClose(Fenced(y, to => kernels.Map(from, 16, (float*)to, count, map)), i => Y(z, i), "map");
            AssertClose(Fenced(y, to => kernels.Map(apart, 32, (float*)to, count, map)), i => Y(wide, i / 16 * 32 + i % 16), "strided map");
            AssertClose(Fenced(y, to => kernels.AddMap(from, (float*)to, count, map)), i => y[i] + Y(z, i), "added map");
            AssertClose(Fenced(y, to => kernels.MapGradient(from, gradient, (float*)to, count, map, f + 32, f + 48)),
                i => D(i) * factors[i % 16] + z[i] * factors[32 + i % 16] + factors[48 + i % 16], "gradient");
            AssertClose(Fenced(new float[32], to => kernels.GradientSums(from, gradient, count, map, f + 64, (float*)to)),
                i => Enumerable.Range(0, count).Sum(p => (double)D(p * 16 + i % 16) * (i < 16 ? 1 : z[p * 16 + i % 16] - factors[64 + i % 16])),
                "gradient sums");
            AssertClose(Fenced(new float[32], to => kernels.PivotedSums(from, count, f, (float*)to)),
                i => Enumerable.Range(0, count).Sum(p => Math.Pow((double)z[p * 16 + i % 16] - factors[i % 16], i < 16 ? 1 : 2)), "pivoted sums");
            AssertClose(
                Fenced(new float[16], to => kernels.AddSum(from, count, (float*)to)), i => Enumerable.Range(0, count).Sum(p => (double)z[p * 16 + i]), "sum");
            AssertClose(Fenced(y, to => kernels.AddConstant(f, (float*)to, count, false)), i => y[i] + factors[i % 16], "added constant");
            AssertClose(Fenced(y, to => kernels.AddConstant(f, (float*)to, count, true)), i => factors[i % 16], "constant");
            AssertClose(
                Fenced(wide, to => kernels.AddStrided(from, (float*)to, 32, count)), i => wide[i] + (i % 32 < 16 ? z[i / 32 * 16 + i % 32] : 0), "strided sum");
        }
    }

    [Test]
    public void Nan_stays_in_values_and_not_in_gradients([ValueSource(nameof(Families))] string family)
    {
        float[] z = [.. Enumerable.Repeat(float.NaN, 16)], one = [.. Enumerable.Repeat(1f, 32)], zero = new float[16];
        fixed (float* pz = z, po = one, p0 = zero)
        {
            float* from = pz, ones = po, zeros = p0;
            ChannelMap map = new() { Scale = ones, Shift = zeros, Low = 0, High = 6 };
            Assert.That(Fenced(new float[16], to => Kernels(family).Map(from, 16, (float*)to, 1, map)), Is.All.NaN);
            Assert.That(Fenced(new float[32], to => Kernels(family).GradientSums(from, ones, 1, map, zeros, (float*)to))[..16], Is.All.Zero);
        }
    }

    [Test]
    public void Outer_products([ValueSource(nameof(Families))] string family, [Values(1, 2, 7, 33)] int pixels)
    {
        GradientKernels kernels = Kernels(family);
        for (int blocks = 1; blocks <= kernels.OuterBlocks; blocks++)
        {
            int row = blocks * 16, own = blocks;
            float[] x = Numbers(pixels * 16, 1), dz = Numbers(blocks * pixels * 16, 2), start = Numbers(kernels.OuterRows * row, 3);
            fixed (float* px = x, pz = dz)
            {
                float* from = px, gradient = pz;
                AssertClose(Fenced(start, to => kernels.Outer(own)(from, gradient, pixels * 16, (float*)to, row, pixels, from)),
                    i =>
                        start[i] + Enumerable.Range(0, pixels)
                            .Sum(p => (double)x[p * 16 + i / row] * dz[i % row / 16 * pixels * 16 + p * 16 + i % 16]), $"{blocks} blocks");
            }
        }
    }

    [Test]
    public void Depthwise_rows(
        [ValueSource(nameof(Families))] string family, [Values(1, 2, 5, 8)] int count, [Values(1, 2)] int stride, [Values(1, 3, 4)] int kernel)
    {
        GradientKernels kernels = Kernels(family);
        int columns = (count - 1) * stride + kernel;
        float[] x = Numbers(kernel * columns * 16, 1), w = Numbers(kernel * kernel * 16, 2), bias = Numbers(16, 3), z = Numbers(count * 16, 4);
        int At(int i, int tap, int lane) => (tap / kernel * columns + i * stride + tap % kernel) * 16 + lane;
        fixed (float* px = x, pw = w, pb = bias, pz = z)
        {
            float* from = px, weights = pw, b = pb, dz = pz;
            double Sum(int i) => Enumerable.Range(0, kernel * kernel).Sum(tap => (double)x[At(i / 16, tap, i % 16)] * w[tap * 16 + i % 16]);
            AssertClose(Fenced(z, to =>
                kernels.DepthwiseRow(from, stride * 16, columns * 16, 16, kernel, kernel, weights, b, (float*)to, count, false, from, from)),
                i => bias[i % 16] + Sum(i), "row");
            AssertClose(Fenced(z, to =>
                kernels.DepthwiseRow(from, stride * 16, columns * 16, 16, kernel, kernel, weights, null, (float*)to, count, true, from, from)),
                i => z[i] + Sum(i), "added row");
            AssertClose(Fenced(w, to => kernels.DepthwiseWeightGradient(
                from, stride * 16, columns * 16, 16, kernel, kernel, dz, count, (float*)to, from, from)),
                i => w[i] + Enumerable.Range(0, count).Sum(p => (double)x[At(p, i / 16, i % 16)] * z[p * 16 + i % 16]), "weights");
            double[] wanted = [.. x.Select(v => (double)v)];
            for (int i = 0; i < count * 16; i++)
                for (int tap = 0; tap < kernel * kernel; tap++)
                    wanted[At(i / 16, tap, i % 16)] += (double)z[i] * w[tap * 16 + i % 16];
            AssertClose(Fenced(x, to => kernels.DepthwiseScatter(dz, count, kernel, kernel, weights, (float*)to, stride * 16, columns * 16, 16)),
                i => wanted[i], "scatter");
        }
    }

    [Test]
    public void Depthwise_input_gradient_of_stride_two_equals_the_scattered_one(
        [ValueSource(nameof(Families))] string family, [Values(1, 2, 5, 8)] int columns, [Values(4, 5)] int row, [Values] bool add)
    {
        GradientKernels kernels = Kernels(family);
        int outputs = (columns + 1) / 2;
        // Two rows of the output's gradient, each with a zero pixel at its end: those before row / 2 and at row / 2.
        float[] dz = Numbers(2 * (outputs + 1) * 16, 1), w = Numbers(9 * 16, 2), dx = Numbers(columns * 16, 3);
        for (int r = 0; r < 2; r++)
            Array.Clear(dz, (r * (outputs + 1) + outputs) * 16, 16);
        double[] wanted = [.. dx.Select(v => add ? (double)v : 0)];
        for (int r = 0; r < 2; r++)
            for (int o = 0; o < outputs; o++)
                for (int tap = 0; tap < 9; tap++)
                    if ((row / 2 - 1 + r) * 2 + tap / 3 == row && o * 2 + tap % 3 - 1 is >= 0 and var column && column < columns)
                        for (int lane = 0; lane < 16; lane++)
                            wanted[column * 16 + lane] += (double)dz[(r * (outputs + 1) + o) * 16 + lane] * w[tap * 16 + lane];
        fixed (float* pz = dz, pw = w)
        {
            float* before = pz, after = before + (outputs + 1) * 16, weights = pw;
            AssertClose(Fenced(dx, to => kernels.DepthwiseInputGradient(before, after, weights, row, (float*)to, columns, add)), i => wanted[i], "row");
        }
    }
}
