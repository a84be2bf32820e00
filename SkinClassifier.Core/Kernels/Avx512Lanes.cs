using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Kernels;

/// <summary>16 channels in one 512-bit register. The limits come first in Max and Min: x86 returns the second operand when one is NaN.</summary>
internal readonly unsafe struct Avx512Lanes : ILanes<Avx512Lanes>
{
    private readonly Vector512<float> _v0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Avx512Lanes(Vector512<float> v0)
    {
        _v0 = v0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to)
    {
        _v0.Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes operator +(Avx512Lanes a, Avx512Lanes b) => new(a._v0 + b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes operator -(Avx512Lanes a, Avx512Lanes b) => new(a._v0 - b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes operator *(Avx512Lanes a, Avx512Lanes b) => new(a._v0 * b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes operator /(Avx512Lanes a, Avx512Lanes b) => new(a._v0 / b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes MultiplyAdd(Avx512Lanes a, Avx512Lanes b, Avx512Lanes c) => new(Avx512F.FusedMultiplyAdd(a._v0, b._v0, c._v0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes Clip(Avx512Lanes x, Avx512Lanes low, Avx512Lanes high) => new(Avx512F.Min(high._v0, Avx512F.Max(low._v0, x._v0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes Between(Avx512Lanes x, Avx512Lanes low, Avx512Lanes high, Avx512Lanes value) => new(value._v0 & (Vector512.GreaterThan(x._v0, low._v0) & Vector512.LessThan(x._v0, high._v0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes Max(Avx512Lanes a, Avx512Lanes b) => new(Vector512.Max(a._v0, b._v0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Lanes Exp(Avx512Lanes x)
    {
        Vector512<float> v = Avx512F.Min(Vector512.Create(ExpOf.High), Avx512F.Max(Vector512.Create(ExpOf.Low), x._v0));
        Vector512<float> n = Avx512F.RoundScale(v * ExpOf.PerLog2, 8);
        Vector512<float> r = Avx512F.FusedMultiplyAdd(n, Vector512.Create(-ExpOf.Log2Low), Avx512F.FusedMultiplyAdd(n, Vector512.Create(-ExpOf.Log2High), v));
        Vector512<float> p = Avx512F.FusedMultiplyAdd(Vector512.Create(ExpOf.C5), r, Vector512.Create(ExpOf.C4));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(ExpOf.C3));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(ExpOf.C2));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(ExpOf.C1));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(ExpOf.C0));
        return new(Avx512F.Scale(Avx512F.FusedMultiplyAdd(p, r * r, r + Vector512<float>.One), n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Avx512Lanes x) => Vector512.Sum(x._v0);
}
