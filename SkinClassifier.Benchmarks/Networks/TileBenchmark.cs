using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Kernels;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>Billions of operations a second of single convolution tiles on one thread with everything in the first-level cache, and their share of the peak.</summary>
internal static class TileBenchmark
{
    public const string Usage = "tiles [avx512|avx2|portable]";

    public static unsafe int Run(string[] arguments)
    {
        KernelFamily family = KernelFamily.Choose(arguments.FirstOrDefault(), KernelFamily.Supported);
        Console.WriteLine($"{family.Name}, one thread, peak measured in turn\n\n| tile | GFLOP/s | peak | share |\n|---|---|---|---|");
        float[] x = new float[16 * 1024], w = new float[16 * 1024], y = new float[4096], bias = new float[64];
        fixed (float* xs = x, ws = w, ys = y, bs = bias)
            for (int blocks = 1; blocks <= family.MaxBlocks; blocks++)
                for (int pixels = family.PixelLimit(blocks); pixels >= 1; pixels = pixels > 2 ? pixels * 2 / 3 : pixels - 1)
                {
                    const int InputBlocks = 4;
                    ConvolutionTile tile = new()
                    {
                        X = Align(xs),
                        XBlock = pixels * 16,
                        XRow = 16,
                        XColumn = 16,
                        Weights = Align(ws),
                        WeightBlock = InputBlocks * 256,
                        Bias = bs,
                        Y = Align(ys),
                        YBlock = pixels * 16,
                        InputBlocks = InputBlocks,
                        LastLanes = 16,
                        KernelHeight = 1,
                        KernelWidth = 1,
                        Tiles = 1,
                    };
                    double best = double.MaxValue, peak = 0;
                    delegate*<ConvolutionTile*, void> kernel = family.Convolution(pixels, blocks, 1);
                    for (int round = 0; round < 3000; round++)
                    {
                        long begin = Stopwatch.GetTimestamp();
                        for (int i = 0; i < 40; i++)
                            kernel(&tile);
                        best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
                        peak = Math.Max(peak, Peak.Slice());
                    }
                    double rate = 40.0 * 2 * InputBlocks * 16 * 16 * pixels * blocks / best / 1e9;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {pixels} pixels × {blocks * 16} channels | {rate:F0} | {peak:F0} | {rate / peak:P0} |"));
                }
        return 0;
    }

    private static unsafe float* Align(float* pointer) => (float*)(((nint)pointer + 63) & ~(nint)63);
}
