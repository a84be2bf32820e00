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

    private static double Rate(KernelFamily family, int turns, long begin) =>
        2.0 * Sums * Width(family) * Turns * turns / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9;

    private static int Width(KernelFamily family) => family switch { Avx512Kernels => 16, Avx2Kernels => 8, _ => 4 };

    private static float Turn(KernelFamily family) => family switch
    {
        Avx512Kernels => Turn<Vector512<float>, Wide>(Turns),
        Avx2Kernels => Turn<Vector256<float>, Narrow>(Turns),
        _ => Turn<Vector128<float>, Portable>(Turns),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Turn<T, TArithmetic>(int turns) where TArithmetic : struct, IArithmetic<T>
    {
        T a = TArithmetic.Create(1.0000001f), b = TArithmetic.Create(1e-9f);
        T c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (; turns > 0; turns--)
        {
            c0 = TArithmetic.MultiplyAdd(a, b, c0);
            c1 = TArithmetic.MultiplyAdd(a, b, c1);
            c2 = TArithmetic.MultiplyAdd(a, b, c2);
            c3 = TArithmetic.MultiplyAdd(a, b, c3);
            c4 = TArithmetic.MultiplyAdd(a, b, c4);
            c5 = TArithmetic.MultiplyAdd(a, b, c5);
            c6 = TArithmetic.MultiplyAdd(a, b, c6);
            c7 = TArithmetic.MultiplyAdd(a, b, c7);
            c8 = TArithmetic.MultiplyAdd(a, b, c8);
            c9 = TArithmetic.MultiplyAdd(a, b, c9);
            c10 = TArithmetic.MultiplyAdd(a, b, c10);
            c11 = TArithmetic.MultiplyAdd(a, b, c11);
        }
        // Not as a list: where its values have to be in memory, the just-in-time compiler stores every sum in every turn (AVX2: a quarter of the peak).
        return TArithmetic.Sum(c0) + TArithmetic.Sum(c1) + TArithmetic.Sum(c2) + TArithmetic.Sum(c3) + TArithmetic.Sum(c4) + TArithmetic.Sum(c5)
            + TArithmetic.Sum(c6) + TArithmetic.Sum(c7) + TArithmetic.Sum(c8) + TArithmetic.Sum(c9) + TArithmetic.Sum(c10) + TArithmetic.Sum(c11);
    }

    private interface IArithmetic<T>
    {
        static abstract T Create(float value);

        static abstract T MultiplyAdd(T a, T b, T c);

        static abstract float Sum(T value);
    }

    private readonly struct Wide : IArithmetic<Vector512<float>>
    {
        public static Vector512<float> Create(float value) => Vector512.Create(value);

        public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

        public static float Sum(Vector512<float> value) => Vector512.Sum(value);
    }

    private readonly struct Narrow : IArithmetic<Vector256<float>>
    {
        public static Vector256<float> Create(float value) => Vector256.Create(value);

        public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

        public static float Sum(Vector256<float> value) => Vector256.Sum(value);
    }

    private readonly struct Portable : IArithmetic<Vector128<float>>
    {
        public static Vector128<float> Create(float value) => Vector128.Create(value);

        public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

        public static float Sum(Vector128<float> value) => Vector128.Sum(value);
    }
}
