using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Kernels;

/// <summary>
/// 16 channels in two 256-bit registers: lanes 0–7 and 8–15. The limits come first in Max and Min: x86 returns the second operand when one is NaN.
/// </summary>
internal readonly unsafe struct Avx2Lanes : ILanes<Avx2Lanes>
{
    private readonly Vector256<float> _v0, _v1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Avx2Lanes(Vector256<float> v0, Vector256<float> v1)
    {
        _v0 = v0;
        _v1 = v1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes Load(float* from) => new(Vector256.Load(from), Vector256.Load(from + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to)
    {
        _v0.Store(to);
        _v1.Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes Create(float value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes operator +(Avx2Lanes a, Avx2Lanes b) => new(a._v0 + b._v0, a._v1 + b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes operator -(Avx2Lanes a, Avx2Lanes b) => new(a._v0 - b._v0, a._v1 - b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes operator *(Avx2Lanes a, Avx2Lanes b) => new(a._v0 * b._v0, a._v1 * b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes operator /(Avx2Lanes a, Avx2Lanes b) => new(a._v0 / b._v0, a._v1 / b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes MultiplyAdd(Avx2Lanes a, Avx2Lanes b, Avx2Lanes c) =>
        new(Fma.MultiplyAdd(a._v0, b._v0, c._v0), Fma.MultiplyAdd(a._v1, b._v1, c._v1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes Clip(Avx2Lanes x, Avx2Lanes low, Avx2Lanes high) =>
        new(Avx.Min(high._v0, Avx.Max(low._v0, x._v0)), Avx.Min(high._v1, Avx.Max(low._v1, x._v1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes Between(Avx2Lanes x, Avx2Lanes low, Avx2Lanes high, Avx2Lanes value) =>
        new(value._v0 & (Vector256.GreaterThan(x._v0, low._v0) & Vector256.LessThan(x._v0, high._v0)),
            value._v1 & (Vector256.GreaterThan(x._v1, low._v1) & Vector256.LessThan(x._v1, high._v1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes Max(Avx2Lanes a, Avx2Lanes b) => new(Vector256.Max(a._v0, b._v0), Vector256.Max(a._v1, b._v1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes Round(Avx2Lanes x) => new(Vector256.Round(x._v0), Vector256.Round(x._v1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Lanes Scale(Avx2Lanes x, Avx2Lanes n) => new(Scale(x._v0, n._v0), Scale(x._v1, n._v1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Avx2Lanes x) => Vector256.Sum(x._v0 + x._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale(Vector256<float> x, Vector256<float> n)
    {
        // In two steps, so that results below the smallest normal number are right too.
        Vector256<int> whole = Vector256.ConvertToInt32(n), half = whole >> 1, bias = Vector256.Create(127);
        return x * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle();
    }
}
