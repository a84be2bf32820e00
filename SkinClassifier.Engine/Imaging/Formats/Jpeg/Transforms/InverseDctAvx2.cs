using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static SkinClassifier.Imaging.Formats.Jpeg.InverseDct;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// The inverse DCT with 256 bit vectors. The lane order of the coefficients is what multiply-and-add of neighbors wants: one vector holds a pair of
/// rows, each 32 bit lane one column. Between the passes two packs, two lane exchanges and two shuffles make the same of the columns.
/// </summary>
internal static unsafe class InverseDctAvx2
{
    /// <summary>Same contract as <see cref="RunScalar"/>.</summary>
    public static void Run(short* block, short* quantization, byte* target, nint stride)
    {
        Vector256<short> p04 = Avx2.MultiplyLow(Vector256.Load(block), Vector256.Load(quantization));
        Vector256<short> p26 = Avx2.MultiplyLow(Vector256.Load(block + 16), Vector256.Load(quantization + 16));
        Vector256<short> p17 = Avx2.MultiplyLow(Vector256.Load(block + 32), Vector256.Load(quantization + 32));
        Vector256<short> p35 = Avx2.MultiplyLow(Vector256.Load(block + 48), Vector256.Load(quantization + 48));

        Transform(p04, p26, p17, p35, 11, out Vector256<int> r0, out Vector256<int> r1, out Vector256<int> r2, out Vector256<int> r3,
            out Vector256<int> r4, out Vector256<int> r5, out Vector256<int> r6, out Vector256<int> r7);

        // Each row has columns 0 4 2 6 in its low and 1 7 3 5 in its high half; two rows to a vector.
        Vector256<int> r01 = Avx2.PackSignedSaturate(r0, r1).AsInt32(), r23 = Avx2.PackSignedSaturate(r2, r3).AsInt32();
        Vector256<int> r45 = Avx2.PackSignedSaturate(r4, r5).AsInt32(), r67 = Avx2.PackSignedSaturate(r6, r7).AsInt32();
        // Low halves: (04) (26) of rows 0 1 | 4 5 and of rows 2 3 | 6 7; high halves: (17) (35).
        Vector256<float> even0145 = Avx2.Permute2x128(r01, r45, 0x20).AsSingle(), even2367 = Avx2.Permute2x128(r23, r67, 0x20).AsSingle();
        Vector256<float> odd0145 = Avx2.Permute2x128(r01, r45, 0x31).AsSingle(), odd2367 = Avx2.Permute2x128(r23, r67, 0x31).AsSingle();
        p04 = Avx.Shuffle(even0145, even2367, 0x88).AsInt16();
        p26 = Avx.Shuffle(even0145, even2367, 0xDD).AsInt16();
        p17 = Avx.Shuffle(odd0145, odd2367, 0x88).AsInt16();
        p35 = Avx.Shuffle(odd0145, odd2367, 0xDD).AsInt16();

        Transform(p04, p26, p17, p35, 18, out r0, out r1, out r2, out r3, out r4, out r5, out r6, out r7);

        // Now r0 … r7 are columns, lanes are rows 0 1 2 3 | 4 5 6 7. Four columns of four rows to 16 bytes, turned, then eight columns of two rows.
        Vector256<sbyte> c0123 = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r0, r1), Avx2.PackSignedSaturate(r2, r3));
        Vector256<sbyte> c4567 = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r4, r5), Avx2.PackSignedSaturate(r6, r7));
        Vector256<sbyte> turn = Vector256.Create(Vector128.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
        Vector256<sbyte> bias = Vector256.Create(unchecked((sbyte)0x80));
        Vector256<int> left = Avx2.Shuffle(c0123 ^ bias, turn).AsInt32(), right = Avx2.Shuffle(c4567 ^ bias, turn).AsInt32();
        Vector256<long> rows0145 = Avx2.UnpackLow(left, right).AsInt64(), rows2367 = Avx2.UnpackHigh(left, right).AsInt64();

        nint stride3 = stride * 3;
        byte* lower = target + stride * 4;
        *(long*)target = rows0145.ToScalar();
        *(long*)(target + stride) = rows0145.GetElement(1);
        *(long*)(target + stride * 2) = rows2367.ToScalar();
        *(long*)(target + stride3) = rows2367.GetElement(1);
        Vector128<long> rows45 = rows0145.GetUpper(), rows67 = rows2367.GetUpper();
        *(long*)lower = rows45.ToScalar();
        *(long*)(lower + stride) = rows45.GetElement(1);
        *(long*)(lower + stride * 2) = rows67.ToScalar();
        *(long*)(lower + stride3) = rows67.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(Vector256<short> p04, Vector256<short> p26, Vector256<short> p17, Vector256<short> p35, byte shift,
        out Vector256<int> r0, out Vector256<int> r1, out Vector256<int> r2, out Vector256<int> r3,
        out Vector256<int> r4, out Vector256<int> r5, out Vector256<int> r6, out Vector256<int> r7)
    {
        Vector256<int> rounding = Vector256.Create(1 << (shift - 1));
        Vector256<int> sum = Dot(p04, 8192, 8192) + rounding, difference = Dot(p04, 8192, -8192) + rounding;
        Vector256<int> low = Dot(p26, C2, C6), high = Dot(p26, C6, C6Minus);
        Vector256<int> e0 = sum + low, e3 = sum - low, e1 = difference + high, e2 = difference - high;
        Vector256<int> o0 = Dot(p17, Odd.O0V1, Odd.O0V7) + Dot(p35, Odd.O0V3, Odd.O0V5);
        Vector256<int> o1 = Dot(p17, Odd.O1V1, Odd.O1V7) + Dot(p35, Odd.O1V3, Odd.O1V5);
        Vector256<int> o2 = Dot(p17, Odd.O2V1, Odd.O2V7) + Dot(p35, Odd.O2V3, Odd.O2V5);
        Vector256<int> o3 = Dot(p17, Odd.O3V1, Odd.O3V7) + Dot(p35, Odd.O3V3, Odd.O3V5);
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
    private static Vector256<int> Dot(Vector256<short> pairs, int first, int second) =>
        Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(second << 16 | (ushort)first).AsInt16());
}
