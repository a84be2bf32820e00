using SkinClassifier.Common;
using SkinClassifier.Kernels;

namespace SkinClassifier.Tests.Kernels;

/// <summary>
/// Every tile of every family against a plain loop, on fenced memory: NaN around what may be read, a mark around what may be written.
/// </summary>
[Category("Simd")]
internal sealed unsafe class TileTests
{
    private const int Fence = 64;
    private const float Mark = -12345;

    [Test]
    public void Convolution_tiles([Values(1, 2)] int stride, [Values(1, 2, 3, 4)] int blocks, [Values] bool planar)
    {
        foreach (KernelFamily family in KernelFamily.Supported)
            if (blocks <= (planar ? Math.Min(2, family.MaxBlocks) : family.MaxBlocks))
                for (int pixels = 1; pixels <= family.PixelLimit(blocks); pixels++)
                    foreach (int lanes in planar ? [16] : new[] { 16, 5 })
                        Check(family, new Shape(pixels, blocks, stride, planar ? 3 : 2, lanes, 2, 3, planar ? Kind.FirstConvolution : Kind.Blocked));
    }

    [Test]
    public void Depthwise_tiles([Values(1, 2, 3)] int stride, [Values(0, 3, 5, 7)] int columns)
    {
        foreach (KernelFamily family in KernelFamily.Supported)
            for (int pixels = 1; pixels <= (stride > 2 ? 1 : family.PixelLimit(1)); pixels++)
                if (columns == 0 || stride <= 2)
                    Check(family,
                        new Shape(pixels, 1, stride, 1, 16, columns == 0 ? 5 : 3, columns == 0 ? 2 : columns, columns == 0 ? Kind.Depthwise : Kind.Fixed));
    }

    private static void Check(KernelFamily family, Shape s)
    {
        const int Tiles = 2;
        int step = s.Kind == Kind.FirstConvolution ? 1 : 16, columns = (Tiles * s.Pixels - 1) * s.Stride + s.KernelW, row = columns * step,
            plane = row * s.KernelH;
        int outPlane = Tiles * s.Pixels * 16, perBlock = s.KernelH * s.KernelW * (s.Kind == Kind.Blocked ? s.Inputs * 256 : s.Inputs * 16);
        float[] x = Fenced(plane * s.Inputs, 1), w = Fenced(perBlock * s.Blocks, 2), bias = Fenced(16 * s.Blocks, 3),
            residual = Fenced(outPlane * s.Blocks, 4), y = new float[outPlane * s.Blocks + 2 * Fence];
        if (s.Kind == Kind.Blocked)
            for (int i = 0; i < x.Length - 2 * Fence; i++)
                if (i / plane == s.Inputs - 1 && i % 16 >= s.Lanes)
                    x[Fence + i] = float.NaN; // lanes beyond the last channel are never read
        foreach ((bool accumulate, bool add, bool clip) in new[] { (false, false, false), (true, false, true), (false, true, true) })
        {
            if (accumulate && s.Kind is Kind.Fixed or Kind.Depthwise)
                continue;
            Array.Fill(y, Mark);
            for (int i = 0; accumulate && i < outPlane * s.Blocks; i++)
                y[Fence + i] = i % 7;
            fixed (float* xs = x, ws = w, bs = bias, rs = residual, ys = y)
            {
                ConvolutionTile tile = new()
                {
                    X = xs + Fence,
                    XBlock = plane,
                    XRow = row,
                    XColumn = step,
                    XStep = s.Pixels * s.Stride * step,
                    Weights = ws + Fence,
                    WeightBlock = perBlock,
                    Ahead = ws + Fence,
                    AheadLines = s.Pixels % 3,
                    XAhead = row,
                    Bias = bs + Fence,
                    Y = ys + Fence,
                    YBlock = outPlane,
                    Residual = add ? rs + Fence : null,
                    ResidualBlock = outPlane,
                    InputBlocks = s.Inputs,
                    LastLanes = s.Lanes,
                    KernelHeight = s.KernelH,
                    KernelWidth = s.KernelW,
                    Tiles = Tiles,
                    Accumulate = accumulate,
                    Clip = clip,
                    Low = -0.5f,
                    High = 0.75f,
                };
                switch (s.Kind)
                {
                    case Kind.Blocked: family.Convolution(s.Pixels, s.Blocks, s.Stride)(&tile); break;
                    case Kind.FirstConvolution: family.FirstConvolution(s.Pixels, s.Blocks, s.Stride)(&tile); break;
                    default: family.Depthwise(s.Pixels, s.Stride, s.Kind == Kind.Fixed ? s.KernelW : 0)(&tile); break;
                }
            }
            for (int i = 0; i < Fence; i++)
                Assert.That(y[i] == Mark && y[^(i + 1)] == Mark, $"{family.Name} {s}: wrote outside");
            for (int block = 0; block < s.Blocks; block++)
                for (int pixel = 0; pixel < Tiles * s.Pixels; pixel++)
                    for (int lane = 0; lane < 16; lane++)
                    {
                        int at = block * outPlane + pixel * 16 + lane;
                        double expected = accumulate ? at % 7 : bias[Fence + block * 16 + lane];
                        expected += Sum(s, x, w, block, pixel, lane, plane, row, perBlock) + (add ? residual[Fence + at] : 0);
                        if (clip)
                            expected = Math.Clamp(expected, -0.5, 0.75);
                        Assert.That(y[Fence + at], Is.EqualTo(expected).Within(1e-4), $"{family.Name} {s} block {block} pixel {pixel} lane {lane}");
                    }
        }
    }

    private static double Sum(Shape s, float[] x, float[] w, int block, int pixel, int lane, int plane, int row, int perBlock)
    {
        double sum = 0;
        int tap = 0;
        for (int input = 0; input < s.Inputs; input++)
            for (int kh = 0; kh < s.KernelH; kh++)
                for (int kw = 0; kw < s.KernelW; kw++, tap++)
                {
                    int column = pixel * s.Stride + kw, weights = Fence + block * perBlock;
                    if (s.Kind == Kind.Blocked)
                        for (int i = 0; i < (input == s.Inputs - 1 ? s.Lanes : 16); i++)
                            sum += (double)x[Fence + input * plane + kh * row + column * 16 + i] * w[weights + tap * 256 + i * 16 + lane];
                    else if (s.Kind == Kind.FirstConvolution)
                        sum += (double)x[Fence + input * plane + kh * row + column] * w[weights + tap * 16 + lane];
                    else
                        sum += (double)x[Fence + kh * row + column * 16 + lane] * w[weights + tap * 16 + lane];
                }
        return sum;
    }

    private static float[] Fenced(int length, ulong seed)
    {
        SeededRandom random = new(seed);
        float[] values = new float[length + 2 * Fence];
        Array.Fill(values, float.NaN);
        for (int i = 0; i < length; i++)
            values[Fence + i] = random.NextSingle() - 0.5f;
        return values;
    }

    private enum Kind { Blocked, FirstConvolution, Depthwise, Fixed }

    private readonly record struct Shape(int Pixels, int Blocks, int Stride, int Inputs, int Lanes, int KernelH, int KernelW, Kind Kind);
}
