using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static SkinClassifier.Imaging.Formats.Jpeg.InverseDct;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// The inverse DCT with 128 bit vectors: as <see cref="InverseDctAvx2"/>, each pass done for columns 0 4 2 6 and for columns 1 7 3 5,
/// then for rows 0 … 3 and for rows 4 … 7.
/// </summary>
internal static unsafe class InverseDctVector128
{
    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsSupported => Sse41.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Same contract as <see cref="RunScalar"/>.</summary>
    public static void Run(short* block, short* quantization, byte* target, nint stride)
    {
        // Rows 2i and 2i + 1 with four columns each: even columns (0 4 2 6), then odd ones (1 7 3 5).
        Columns(block, quantization, out Vector128<int> e01, out Vector128<int> e23, out Vector128<int> e45, out Vector128<int> e67);
        Columns(block + 8, quantization + 8, out Vector128<int> o01, out Vector128<int> o23, out Vector128<int> o45, out Vector128<int> o67);
        Rows(e01, e23, o01, o23, target, stride);
        Rows(e45, e67, o45, o67, target + stride * 4, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(
        short* block, short* quantization, out Vector128<int> r01, out Vector128<int> r23, out Vector128<int> r45, out Vector128<int> r67)
    {
        Vector128<short> p04 = Vector128.Load(block) * Vector128.Load(quantization), p26 = Vector128.Load(block + 16) * Vector128.Load(quantization + 16);
        Vector128<short> p17 = Vector128.Load(block + 32) * Vector128.Load(quantization + 32),
            p35 = Vector128.Load(block + 48) * Vector128.Load(quantization + 48);
        Transform(p04, p26, p17, p35, 11, out Vector128<int> r0, out Vector128<int> r1, out Vector128<int> r2, out Vector128<int> r3,
            out Vector128<int> r4, out Vector128<int> r5, out Vector128<int> r6, out Vector128<int> r7);
        r01 = Vector128.NarrowWithSaturation(r0, r1).AsInt32();
        r23 = Vector128.NarrowWithSaturation(r2, r3).AsInt32();
        r45 = Vector128.NarrowWithSaturation(r4, r5).AsInt32();
        r67 = Vector128.NarrowWithSaturation(r6, r7).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows(Vector128<int> evenFirst, Vector128<int> evenSecond, Vector128<int> oddFirst, Vector128<int> oddSecond, byte* target, nint stride)
    {
        Transform(Evens(evenFirst, evenSecond), Odds(evenFirst, evenSecond), Evens(oddFirst, oddSecond), Odds(oddFirst, oddSecond), 18,
            out Vector128<int> c0, out Vector128<int> c1, out Vector128<int> c2, out Vector128<int> c3,
            out Vector128<int> c4, out Vector128<int> c5, out Vector128<int> c6, out Vector128<int> c7);
        Vector128<sbyte> bias = Vector128.Create(unchecked((sbyte)0x80));
        Vector128<byte> turn = Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Vector128<sbyte> left = Vector128.NarrowWithSaturation(Vector128.NarrowWithSaturation(c0, c1), Vector128.NarrowWithSaturation(c2, c3)) ^ bias;
        Vector128<sbyte> right = Vector128.NarrowWithSaturation(Vector128.NarrowWithSaturation(c4, c5), Vector128.NarrowWithSaturation(c6, c7)) ^ bias;
        Vector128<int> leftRows = Vector128.Shuffle(left.AsByte(), turn).AsInt32(), rightRows = Vector128.Shuffle(right.AsByte(), turn).AsInt32();
        Vector128<ulong> rows01 = ZipLow(leftRows, rightRows), rows23 = ZipHigh(leftRows, rightRows);
        *(ulong*)target = rows01.ToScalar();
        *(ulong*)(target + stride) = rows01.GetElement(1);
        *(ulong*)(target + stride * 2) = rows23.ToScalar();
        *(ulong*)(target + stride * 3) = rows23.GetElement(1);
    }

    private static Vector128<ulong> ZipLow(Vector128<int> a, Vector128<int> b) =>
        (Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b)).AsUInt64();

    private static Vector128<ulong> ZipHigh(Vector128<int> a, Vector128<int> b) =>
        (Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b)).AsUInt64();

    /// <summary>Lanes 0 and 2 of both.</summary>
    internal static Vector128<short> Evens(Vector128<int> a, Vector128<int> b) => Sse.IsSupported
        ? Sse.Shuffle(a.AsSingle(), b.AsSingle(), 0x88).AsInt16() : AdvSimd.Arm64.UnzipEven(a, b).AsInt16();

    /// <summary>Lanes 1 and 3 of both.</summary>
    internal static Vector128<short> Odds(Vector128<int> a, Vector128<int> b) => Sse.IsSupported
        ? Sse.Shuffle(a.AsSingle(), b.AsSingle(), 0xDD).AsInt16() : AdvSimd.Arm64.UnzipOdd(a, b).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(Vector128<short> p04, Vector128<short> p26, Vector128<short> p17, Vector128<short> p35, int shift,
        out Vector128<int> r0, out Vector128<int> r1, out Vector128<int> r2, out Vector128<int> r3,
        out Vector128<int> r4, out Vector128<int> r5, out Vector128<int> r6, out Vector128<int> r7)
    {
        Vector128<int> rounding = Vector128.Create(1 << (shift - 1));
        Vector128<int> sum = Dot(p04, 8192, 8192) + rounding, difference = Dot(p04, 8192, -8192) + rounding;
        Vector128<int> low = Dot(p26, C2, C6), high = Dot(p26, C6, C6Minus);
        Vector128<int> e0 = sum + low, e3 = sum - low, e1 = difference + high, e2 = difference - high;
        Vector128<int> o0 = Dot(p17, Odd.O0V1, Odd.O0V7) + Dot(p35, Odd.O0V3, Odd.O0V5);
        Vector128<int> o1 = Dot(p17, Odd.O1V1, Odd.O1V7) + Dot(p35, Odd.O1V3, Odd.O1V5);
        Vector128<int> o2 = Dot(p17, Odd.O2V1, Odd.O2V7) + Dot(p35, Odd.O2V3, Odd.O2V5);
        Vector128<int> o3 = Dot(p17, Odd.O3V1, Odd.O3V7) + Dot(p35, Odd.O3V3, Odd.O3V5);
        r0 = (e0 + o0) >> shift;
        r7 = (e0 - o0) >> shift;
        r1 = (e1 + o1) >> shift;
        r6 = (e1 - o1) >> shift;
        r2 = (e2 + o2) >> shift;
        r5 = (e2 - o2) >> shift;
        r3 = (e3 + o3) >> shift;
        r4 = (e3 - o3) >> shift;
    }

    /// <summary>first · (element 2i) + second · (element 2i + 1) in lane i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Dot(Vector128<short> pairs, int first, int second) => Dot(pairs, Vector128.Create(second << 16 | (ushort)first).AsInt16());

    /// <summary>The sum of the products of elements 2i and of elements 2i + 1 in lane i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Dot(Vector128<short> pairs, Vector128<short> constants)
    {
        return Sse2.IsSupported
            ? Sse2.MultiplyAddAdjacent(pairs, constants)
            : AdvSimd.Arm64.AddPairwise(AdvSimd.MultiplyWideningLower(pairs.GetLower(), constants.GetLower()), AdvSimd.MultiplyWideningUpper(pairs, constants));
    }
}
