using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkinClassifier.Common;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>The most multiply-adds that this machine does when nothing is read or written.</summary>
internal static class Peak
{
    /// <summary>Billions of operations a second on so many threads, best of 50 runs.</summary>
    public static double Measure(WorkerPool workers, int threads)
    {
        const int Turns = 200_000;
        double best = 0;
        for (int i = 0; i < 50; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            workers.Run(threads, _ => Turn(Turns));
            best = Math.Max(best, 2.0 * 12 * Width * Turns * threads / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9);
        }
        return best;
    }

    /// <summary>The same on this thread, once, for some 20 microseconds.</summary>
    public static double Slice()
    {
        const int Turns = 4000;
        long begin = Stopwatch.GetTimestamp();
        Turn(Turns);
        return 2.0 * 12 * Width * Turns / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9;
    }

    /// <summary>The same on so many threads.</summary>
    public static double Slice(WorkerPool workers, int threads)
    {
        const int Turns = 4000;
        long begin = Stopwatch.GetTimestamp();
        workers.Run(threads * 4, static _ => Turn(Turns));
        return 2.0 * 12 * Width * Turns * 4 * threads / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9;
    }

    private static int Width => Vector512.IsHardwareAccelerated ? 16 : 8;

    private static float Turn(int turns) => Vector512.IsHardwareAccelerated ? Wide(turns) : Narrow(turns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(int turns)
    {
        Vector512<float> a = Vector512.Create(1.0000001f), b = Vector512.Create(1e-9f);
        Vector512<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (; turns > 0; turns--)
        {
            c0 = Vector512.FusedMultiplyAdd(a, b, c0);
            c1 = Vector512.FusedMultiplyAdd(a, b, c1);
            c2 = Vector512.FusedMultiplyAdd(a, b, c2);
            c3 = Vector512.FusedMultiplyAdd(a, b, c3);
            c4 = Vector512.FusedMultiplyAdd(a, b, c4);
            c5 = Vector512.FusedMultiplyAdd(a, b, c5);
            c6 = Vector512.FusedMultiplyAdd(a, b, c6);
            c7 = Vector512.FusedMultiplyAdd(a, b, c7);
            c8 = Vector512.FusedMultiplyAdd(a, b, c8);
            c9 = Vector512.FusedMultiplyAdd(a, b, c9);
            c10 = Vector512.FusedMultiplyAdd(a, b, c10);
            c11 = Vector512.FusedMultiplyAdd(a, b, c11);
        }
        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow(int turns)
    {
        Vector256<float> a = Vector256.Create(1.0000001f), b = Vector256.Create(1e-9f);
        Vector256<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (; turns > 0; turns--)
        {
            c0 = Vector256.FusedMultiplyAdd(a, b, c0);
            c1 = Vector256.FusedMultiplyAdd(a, b, c1);
            c2 = Vector256.FusedMultiplyAdd(a, b, c2);
            c3 = Vector256.FusedMultiplyAdd(a, b, c3);
            c4 = Vector256.FusedMultiplyAdd(a, b, c4);
            c5 = Vector256.FusedMultiplyAdd(a, b, c5);
            c6 = Vector256.FusedMultiplyAdd(a, b, c6);
            c7 = Vector256.FusedMultiplyAdd(a, b, c7);
            c8 = Vector256.FusedMultiplyAdd(a, b, c8);
            c9 = Vector256.FusedMultiplyAdd(a, b, c9);
            c10 = Vector256.FusedMultiplyAdd(a, b, c10);
            c11 = Vector256.FusedMultiplyAdd(a, b, c11);
        }
        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }
}
