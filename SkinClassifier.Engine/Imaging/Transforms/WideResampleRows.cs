using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Imaging.Transforms;

/// <summary>
/// The inner loop of a row with eight taps at a time: weights in halves of 16 bit, so that one instruction multiplies two taps and adds the products. The sums
/// are the same integers as those of the scalar loop: (Σ sample · high) · 2¹¹ + Σ sample · low.
/// </summary>
internal static class WideResampleRows
{
    /// <summary>Bytes of eight pixels.</summary>
    private const int GroupBytes = 3 * ResampleWeights.TapsPerGroup;

    /// <summary>Bytes that one group reads.</summary>
    private const int ReadBytes = 32;

    /// <summary>Whether <see cref="Run"/> does anything.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>
    /// Writes the first pixels of a row, and one byte behind the last of them: as many as can be computed without reading beyond <paramref name="source"/>, but
    /// not the last of the row.
    /// </summary>
    /// <returns>How many.</returns>
    public static int Run(ReadOnlySpan<byte> source, in ResampleWeights weights, Span<byte> destination)
    {
        if (!IsSupported)
            return 0;
        int pixels = destination.Length / 3 - 1, i = 0;
        for (; i < pixels; i++)
        {
            int start = weights.Start(i) * 3, count = weights.Count(i);
            int groups = (count + ResampleWeights.TapsPerGroup - 1) / ResampleWeights.TapsPerGroup;
            if (start + (groups - 1) * GroupBytes + ReadBytes > source.Length)
                break;
            ref byte sample = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), start);
            ref int halves = ref MemoryMarshal.GetReference(weights.Halves(i));
            ResampleKernels.Write(
                Avx512BW.IsSupported ? SumEights(ref sample, ref halves, groups) : SumFours(ref sample, ref halves, count), destination[(3 * i)..]);
        }
        return i;
    }

    // Words R0 R1, G0 G1, B0 B1, R2 R3, … of eight pixels in 12 of 16 lanes; the last four meet no pixel's sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> SumEights(ref byte sample, ref int halves, int groups)
    {
        Vector512<short> order = Vector512.Create(
            (short)0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, 12, 15, 13, 16, 14, 17, 18, 21, 19, 22, 20, 23, 0, 0, 0, 0, 0, 0, 0, 0);
        Vector512<int> upper = Vector512.Create(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0), lower = upper + Vector512.Create(4);
        Vector512<int> high = Vector512<int>.Zero, low = high;
        for (int g = 0; g < groups; g++)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref sample, (nuint)(g * GroupBytes));
            Vector512<short> words = Avx512BW.PermuteVar32x16(Avx512BW.ConvertToVector512Int16(bytes), order);
            Vector512<int> both = Vector256.LoadUnsafe(ref halves, (nuint)(g * ResampleWeights.TapsPerGroup)).ToVector512Unsafe();
            high += Avx512BW.MultiplyAddAdjacent(words, Avx512F.PermuteVar16x32(both, upper).AsInt16());
            low += Avx512BW.MultiplyAddAdjacent(words, Avx512F.PermuteVar16x32(both, lower).AsInt16());
        }
        Vector512<int> sum = (high << ResampleWeights.LowBits) + low;
        sum += Avx512F.PermuteVar16x32(sum, Vector512.Create(6, 7, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        return sum.GetLower().GetLower() + Avx512F.PermuteVar16x32(sum, Vector512.Create(3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).GetLower().GetLower()
            + Vector128.Create(ResampleKernels.Half);
    }

    // Words R0 R1, G0 G1, B0 B1, 0 0 of two pixels in each half of a vector.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> SumFours(ref byte sample, ref int halves, int count)
    {
        const byte No = 255;
        Vector256<byte> order = Vector256.Create((byte)0, No, 3, No, 1, No, 4, No, 2, No, 5, No, No, No, No, No,
            6, No, 9, No, 7, No, 10, No, 8, No, 11, No, No, No, No, No);
        Vector256<int> first = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1), two = Vector256.Create(2), four = Vector256.Create(4);
        Vector256<int> high = Vector256<int>.Zero, low = high;
        for (int k = 0; k < count; k += ResampleWeights.TapsPerGroup)
        {
            Vector256<int> both = Vector256.LoadUnsafe(ref halves, (nuint)k);
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref sample, (nuint)(3 * k));
            Vector256<short> words = Avx2.Shuffle(Vector256.Create(bytes, bytes), order).AsInt16();
            high += Avx2.MultiplyAddAdjacent(words, Avx2.PermuteVar8x32(both, first).AsInt16());
            low += Avx2.MultiplyAddAdjacent(words, Avx2.PermuteVar8x32(both, first + four).AsInt16());
            if (count - k <= ResampleWeights.TapsPerGroup / 2)
                break;
            bytes = Vector128.LoadUnsafe(ref sample, (nuint)(3 * k + GroupBytes / 2));
            words = Avx2.Shuffle(Vector256.Create(bytes, bytes), order).AsInt16();
            high += Avx2.MultiplyAddAdjacent(words, Avx2.PermuteVar8x32(both, first + two).AsInt16());
            low += Avx2.MultiplyAddAdjacent(words, Avx2.PermuteVar8x32(both, first + two + four).AsInt16());
        }
        Vector256<int> sum = (high << ResampleWeights.LowBits) + low;
        return sum.GetLower() + sum.GetUpper() + Vector128.Create(ResampleKernels.Half);
    }
}
