using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Kernels;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>
/// Billions of operations a second of single convolution tiles on one thread with everything in the first-level cache, and their share of what the
/// same instructions reach without reading or writing anything.
/// </summary>
internal static class TileBenchmark
{
    public const string Usage = "tiles [avx512|avx2|portable]… [--blocks 4] [--rounds 3000]   every family of this machine by default; --blocks: "
        + "input blocks of 16 channels, the length of the sums";

    public static int Run(string[] arguments)
    {
        if (Arguments.Parse(arguments, Usage, (0, int.MaxValue), new() { ["--blocks"] = "4", ["--rounds"] = "3000" }) is not { } options)
            return Arguments.Refused;
        foreach (KernelFamily family in options.Names.Count == 0 ? KernelFamily.Supported
            : [.. options.Names.Select(n => KernelFamily.Choose(n, KernelFamily.Supported))])
            Measure(family, options.Whole("--blocks"), options.Whole("--rounds"));
        return 0;
    }

    private static unsafe void Measure(KernelFamily family, int inputBlocks, int rounds)
    {
        Console.WriteLine($"\n{family.Name}, one thread, sums of {16 * inputBlocks} products, peak of {family.Name} instructions measured in turn\n\n"
            + $"| tile | GFLOP/s | peak | share |\n|---|---|---|---|");
        float[] x = new float[inputBlocks * 224 + 16], w = new float[inputBlocks * 1024 + 16], y = new float[1024], bias = new float[64];
        fixed (float* xs = x, ws = w, ys = y, bs = bias)
            for (int blocks = 1; blocks <= family.MaxBlocks; blocks++)
                for (int pixels = family.PixelLimit(blocks); pixels >= 1; pixels = pixels > 2 ? pixels * 2 / 3 : pixels - 1)
                {
                    ConvolutionTile tile = new()
                    {
                        X = Align(xs),
                        XBlock = pixels * 16,
                        XRow = 16,
                        XColumn = 16,
                        Weights = Align(ws),
                        WeightBlock = inputBlocks * 256,
                        Bias = bs,
                        Y = Align(ys),
                        YBlock = pixels * 16,
                        InputBlocks = inputBlocks,
                        LastLanes = 16,
                        KernelHeight = 1,
                        KernelWidth = 1,
                        Tiles = 1,
                    };
                    double best = double.MaxValue, peak = 0;
                    delegate*<ConvolutionTile*, void> kernel = family.Convolution(pixels, blocks, 1);
                    for (int round = 0; round < rounds; round++)
                    {
                        long begin = Stopwatch.GetTimestamp();
                        for (int i = 0; i < 40; i++)
                            kernel(&tile);
                        best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
                        peak = Math.Max(peak, Peak.Slice(family));
                    }
                    double rate = 40.0 * 2 * inputBlocks * 16 * 16 * pixels * blocks / best / 1e9;
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"| {pixels} pixels × {blocks * 16} channels | {rate:F0} | {peak:F0} | {rate / peak:P0} |"));
                }
    }

    private static unsafe float* Align(float* pointer) => (float*)(((nint)pointer + 63) & ~(nint)63);
}
