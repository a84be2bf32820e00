using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static SkinClassifier.Imaging.Formats.Jpeg.InverseDctVector128;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// <see cref="ScaledInverseDct"/> with 128 bit vectors: columns 0 4 2 6 and columns 1 7 3 5 in 32 bit lanes, then rows in lanes.
/// Column 4 is computed along and multiplied by 0.
/// </summary>
internal static unsafe class ScaledInverseDctVector128
{
    /// <summary>4×4 samples.</summary>
    public static void RunFour(short* block, short* quantization, byte* target, nint stride)
    {
        FourColumns(block, quantization, out Vector128<int> even01, out Vector128<int> even23);
        FourColumns(block + 8, quantization + 8, out Vector128<int> odd01, out Vector128<int> odd23);
        TransformFour(Evens(even01, even23), Odds(even01, even23), Evens(odd01, odd23), Odds(odd01, odd23), 19,
            out Vector128<int> c0, out Vector128<int> c1, out Vector128<int> c2, out Vector128<int> c3);
        Vector128<sbyte> columns = Vector128.NarrowWithSaturation(Vector128.NarrowWithSaturation(c0, c1), Vector128.NarrowWithSaturation(c2, c3));
        Vector128<byte> turn = Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Vector128<uint> rows = Vector128.Shuffle((columns ^ Vector128.Create(unchecked((sbyte)0x80))).AsByte(), turn).AsUInt32();
        *(uint*)target = rows.ToScalar();
        *(uint*)(target + stride) = rows.GetElement(1);
        *(uint*)(target + stride * 2) = rows.GetElement(2);
        *(uint*)(target + stride * 3) = rows.GetElement(3);
    }

    /// <summary>2×2 samples.</summary>
    public static void RunTwo(short* block, short* quantization, byte* target, nint stride)
    {
        // Of the even columns only column 0, lane 0, is used.
        TransformTwo(block, quantization, out Vector128<int> even0, out Vector128<int> even1);
        TransformTwo(block + 8, quantization + 8, out Vector128<int> odd0, out Vector128<int> odd1);
        // Rows 0 and 1 of columns 1 7 3 5: (1 7) and (3 5) sums of row 0, then of row 1.
        Vector128<short> constants = Vector128.Create(29692, -5906, -10426, 6967, 29692, -5906, -10426, 6967);
        Vector128<int> sums = Dot(Vector128.NarrowWithSaturation(odd0, odd1), constants);
        Finish(Math.Clamp(even0.ToScalar(), short.MinValue, short.MaxValue), sums.ToScalar() + sums.GetElement(1), target);
        Finish(Math.Clamp(even1.ToScalar(), short.MinValue, short.MaxValue), sums.GetElement(2) + sums.GetElement(3), target + stride);
    }

    private static void Finish(int first, int odd, byte* target)
    {
        int middle = (first << 15) + (1 << 19);
        target[0] = (byte)Math.Clamp(((middle + odd) >> 20) + 128, 0, 255);
        target[1] = (byte)Math.Clamp(((middle - odd) >> 20) + 128, 0, 255);
    }

    private static void FourColumns(short* block, short* quantization, out Vector128<int> r01, out Vector128<int> r23)
    {
        TransformFour(Load(block, quantization, 0), Load(block, quantization, 16), Load(block, quantization, 32), Load(block, quantization, 48), 12,
            out Vector128<int> r0, out Vector128<int> r1, out Vector128<int> r2, out Vector128<int> r3);
        r01 = Vector128.NarrowWithSaturation(r0, r1).AsInt32();
        r23 = Vector128.NarrowWithSaturation(r2, r3).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformFour(Vector128<short> p04, Vector128<short> p26, Vector128<short> p17, Vector128<short> p35, int shift,
        out Vector128<int> r0, out Vector128<int> r1, out Vector128<int> r2, out Vector128<int> r3)
    {
        Vector128<int> middle = Dot(p04, 16384, 0) + Vector128.Create(1 << (shift - 1)), side = Dot(p26, 15137, -6270);
        Vector128<int> e0 = middle + side, e1 = middle - side;
        Vector128<int> o0 = Dot(p17, 20995, -4176) + Dot(p35, 7373, -4926);
        Vector128<int> o1 = Dot(p17, 8697, -1730) + Dot(p35, -17799, 11893);
        r0 = (e0 + o0) >> shift;
        r1 = (e1 + o1) >> shift;
        r2 = (e1 - o1) >> shift;
        r3 = (e0 - o0) >> shift;
    }

    private static void TransformTwo(short* block, short* quantization, out Vector128<int> r0, out Vector128<int> r1)
    {
        Vector128<int> middle = (Dot(Load(block, quantization, 0), 16384, 0) << 1) + Vector128.Create(1 << 12);
        Vector128<int> odd = Dot(Load(block, quantization, 32), 29692, -5906) + Dot(Load(block, quantization, 48), -10426, 6967);
        r0 = (middle + odd) >> 13;
        r1 = (middle - odd) >> 13;
    }

    private static Vector128<short> Load(short* block, short* quantization, int at) => Vector128.Load(block + at) * Vector128.Load(quantization + at);
}
