using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SkinClassifier.Kernels;

/// <summary>16 channels in four 128-bit registers, right on every processor. Vector128.Max and Min keep NaN.</summary>
internal readonly unsafe struct PortableLanes : ILanes<PortableLanes>
{
    private readonly Vector128<float> _v0, _v1, _v2, _v3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PortableLanes(Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3)
    {
        _v0 = v0;
        _v1 = v1;
        _v2 = v2;
        _v3 = v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Load(float* from) => new(Vector128.Load(from), Vector128.Load(from + 4), Vector128.Load(from + 8), Vector128.Load(from + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to)
    {
        _v0.Store(to);
        _v1.Store(to + 4);
        _v2.Store(to + 8);
        _v3.Store(to + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Create(float value) => new(Vector128.Create(value), Vector128.Create(value), Vector128.Create(value), Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes operator +(PortableLanes a, PortableLanes b) => new(a._v0 + b._v0, a._v1 + b._v1, a._v2 + b._v2, a._v3 + b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes operator -(PortableLanes a, PortableLanes b) => new(a._v0 - b._v0, a._v1 - b._v1, a._v2 - b._v2, a._v3 - b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes operator *(PortableLanes a, PortableLanes b) => new(a._v0 * b._v0, a._v1 * b._v1, a._v2 * b._v2, a._v3 * b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes operator /(PortableLanes a, PortableLanes b) => new(a._v0 / b._v0, a._v1 / b._v1, a._v2 / b._v2, a._v3 / b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes MultiplyAdd(PortableLanes a, PortableLanes b, PortableLanes c) =>
        new(Vector128.MultiplyAddEstimate(a._v0, b._v0, c._v0), Vector128.MultiplyAddEstimate(a._v1, b._v1, c._v1),
            Vector128.MultiplyAddEstimate(a._v2, b._v2, c._v2), Vector128.MultiplyAddEstimate(a._v3, b._v3, c._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Clip(PortableLanes x, PortableLanes low, PortableLanes high) =>
        new(Vector128.Min(high._v0, Vector128.Max(low._v0, x._v0)), Vector128.Min(high._v1, Vector128.Max(low._v1, x._v1)),
            Vector128.Min(high._v2, Vector128.Max(low._v2, x._v2)), Vector128.Min(high._v3, Vector128.Max(low._v3, x._v3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Between(PortableLanes x, PortableLanes low, PortableLanes high, PortableLanes value) =>
        new(value._v0 & (Vector128.GreaterThan(x._v0, low._v0) & Vector128.LessThan(x._v0, high._v0)),
            value._v1 & (Vector128.GreaterThan(x._v1, low._v1) & Vector128.LessThan(x._v1, high._v1)),
            value._v2 & (Vector128.GreaterThan(x._v2, low._v2) & Vector128.LessThan(x._v2, high._v2)),
            value._v3 & (Vector128.GreaterThan(x._v3, low._v3) & Vector128.LessThan(x._v3, high._v3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Max(PortableLanes a, PortableLanes b) =>
        new(Vector128.Max(a._v0, b._v0), Vector128.Max(a._v1, b._v1), Vector128.Max(a._v2, b._v2), Vector128.Max(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Round(PortableLanes x) => new(Vector128.Round(x._v0), Vector128.Round(x._v1), Vector128.Round(x._v2), Vector128.Round(x._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Scale(PortableLanes x, PortableLanes n) =>
        new(Scale(x._v0, n._v0), Scale(x._v1, n._v1), Scale(x._v2, n._v2), Scale(x._v3, n._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(PortableLanes x) => Vector128.Sum((x._v0 + x._v1) + (x._v2 + x._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Scale(Vector128<float> x, Vector128<float> n)
    {
        // In two steps, so that results below the smallest normal number are right too.
        Vector128<int> whole = Vector128.ConvertToInt32(n), half = whole >> 1, bias = Vector128.Create(127);
        return x * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle();
    }
}
