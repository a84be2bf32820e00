using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkinClassifier.Common;
using SkinClassifier.Kernels;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>The most multiply-adds that this machine does when nothing is read or written.</summary>
internal static class Peak
{
    private const int Sums = 12, Turns = 4000;

    /// <summary>Billions of operations a second of a family's instructions on so many threads, best of 200 runs.</summary>
    public static double Measure(KernelFamily family, WorkerPool workers, int threads)
    {
        double best = 0;
        for (int i = 0; i < 200; i++)
            best = Math.Max(best, Slice(family, workers, threads));
        return best;
    }

    /// <summary>The same on this thread, once, for some 20 microseconds.</summary>
    public static double Slice(KernelFamily family)
    {
        long begin = Stopwatch.GetTimestamp();
        Turn(family);
        return Rate(family, 1, begin);
    }

    /// <summary>The same on so many threads, once.</summary>
    public static double Slice(KernelFamily family, WorkerPool workers, int threads)
    {
        long begin = Stopwatch.GetTimestamp();
        workers.Run(threads * 4, _ => Turn(family));
        return Rate(family, 4 * threads, begin);
    }

    private static double Rate(KernelFamily family, int turns, long begin) => 2.0 * Sums * Width(family) * Turns * turns / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9;

    private static int Width(KernelFamily family) => family switch { Avx512Kernels => 16, Avx2Kernels => 8, _ => 4 };

    private static float Turn(KernelFamily family) => family switch { Avx512Kernels => Wide(Turns), Avx2Kernels => Narrow(Turns), _ => Portable(Turns) };

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Portable(int turns)
    {
        Vector128<float> a = Vector128.Create(1.0000001f), b = Vector128.Create(1e-9f);
        Vector128<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (; turns > 0; turns--)
        {
            c0 = Vector128.MultiplyAddEstimate(a, b, c0);
            c1 = Vector128.MultiplyAddEstimate(a, b, c1);
            c2 = Vector128.MultiplyAddEstimate(a, b, c2);
            c3 = Vector128.MultiplyAddEstimate(a, b, c3);
            c4 = Vector128.MultiplyAddEstimate(a, b, c4);
            c5 = Vector128.MultiplyAddEstimate(a, b, c5);
            c6 = Vector128.MultiplyAddEstimate(a, b, c6);
            c7 = Vector128.MultiplyAddEstimate(a, b, c7);
            c8 = Vector128.MultiplyAddEstimate(a, b, c8);
            c9 = Vector128.MultiplyAddEstimate(a, b, c9);
            c10 = Vector128.MultiplyAddEstimate(a, b, c10);
            c11 = Vector128.MultiplyAddEstimate(a, b, c11);
        }
        return Vector128.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }
}
