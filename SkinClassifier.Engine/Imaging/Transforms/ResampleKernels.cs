using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SkinClassifier.Imaging.Transforms;

/// <summary>
/// The inner loops of <see cref="Resampler"/>: sums of 8 bit samples times 22 bit weights, rounded and clamped to 8 bit.
/// Everything is 32 bit integer arithmetic, so that the vector paths give the bytes of the scalar ones.
/// </summary>
internal static class ResampleKernels
{
    internal const int Half = 1 << (ResampleWeights.FractionBits - 1);

    /// <summary>
    /// One row: <paramref name="source"/> (3 bytes a pixel) → <paramref name="destination"/> (3 bytes for each pixel of <paramref name="weights"/>).
    /// What lies behind the row in <paramref name="source"/> may be read and does not matter.
    /// </summary>
    public static void Row(ReadOnlySpan<byte> source, in ResampleWeights weights, Span<byte> destination)
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            RowScalar(source, weights, destination, 0);
            return;
        }
        int pixels = destination.Length / 3, i = WideResampleRows.Run(source, weights, destination);
        // Vector reads go up to 5 bytes and writes 1 byte too far: the pixels at the right end are left to the scalar loop.
        for (; i < pixels - 1 && (weights.Start(i) + weights.Count(i)) * 3 + 5 <= source.Length; i++)
        {
            ReadOnlySpan<int> w = weights.Of(i);
            Vector128<int> sum = Vector256.IsHardwareAccelerated
                ? SumPairs(source[(weights.Start(i) * 3)..], w, weights.Count(i))
                : SumSingles(source[(weights.Start(i) * 3)..], w, weights.Count(i));
            Write(sum, destination[(3 * i)..]);
        }
        RowScalar(source, weights, destination, i);
    }

    /// <summary>Writes the pixel in lanes 0 to 2 of <paramref name="sum"/>, and one byte more.</summary>
    internal static void Write(Vector128<int> sum, Span<byte> destination)
    {
        Vector128<int> rounded = Vector128.Min(Vector128.Max(sum >> ResampleWeights.FractionBits, Vector128<int>.Zero), Vector128.Create(255));
        Vector128<byte> bytes = Vector128.Narrow(Vector128.Narrow(rounded, rounded).AsUInt16(), Vector128<ushort>.Zero);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, bytes.AsUInt32().ToScalar());
    }

    /// <summary>As <see cref="Row"/> without vectors, from pixel <paramref name="first"/> on.</summary>
    internal static void RowScalar(ReadOnlySpan<byte> source, in ResampleWeights weights, Span<byte> destination, int first)
    {
        int pixels = destination.Length / 3;
        for (int i = first; i < pixels; i++)
        {
            int count = weights.Count(i);
            ReadOnlySpan<int> w = weights.Of(i)[..count];
            ReadOnlySpan<byte> from = source.Slice(weights.Start(i) * 3, count * 3);
            int r = Half, g = Half, b = Half;
            for (int k = 0; k < w.Length; k++)
            {
                r += from[3 * k] * w[k];
                g += from[3 * k + 1] * w[k];
                b += from[3 * k + 2] * w[k];
            }
            destination[3 * i] = Round(r);
            destination[3 * i + 1] = Round(g);
            destination[3 * i + 2] = Round(b);
        }
    }

    /// <summary>One row from several: destination[x] = Σ weights[k] · source[k · stride + x].</summary>
    public static void Column(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> destination)
    {
        int x = 0;
        if (Vector256.IsHardwareAccelerated)
            for (; x + 32 <= destination.Length; x += 32)
            {
                // Accumulator n holds columns x + 8n … x + 8n + 7.
                Vector256<int> s0 = Vector256.Create(Half), s1 = s0, s2 = s0, s3 = s0;
                for (int k = 0; k < weights.Length; k++)
                {
                    Vector256<byte> samples = Vector256.Create(source.Slice(k * stride + x, 32));
                    (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(samples);
                    Vector256<int> w = Vector256.Create(weights[k]);
                    s0 += Vector256.WidenLower(low).AsInt32() * w;
                    s1 += Vector256.WidenUpper(low).AsInt32() * w;
                    s2 += Vector256.WidenLower(high).AsInt32() * w;
                    s3 += Vector256.WidenUpper(high).AsInt32() * w;
                }
                Vector256.Narrow(Vector256.Narrow(Clamp(s0), Clamp(s1)).AsUInt16(), Vector256.Narrow(Clamp(s2), Clamp(s3)).AsUInt16()).CopyTo(destination[x..]);
            }
        if (Vector128.IsHardwareAccelerated)
            for (; x + 16 <= destination.Length; x += 16)
            {
                // Accumulator n holds columns x + 4n … x + 4n + 3.
                Vector128<int> s0 = Vector128.Create(Half), s1 = s0, s2 = s0, s3 = s0;
                for (int k = 0; k < weights.Length; k++)
                {
                    Vector128<byte> samples = Vector128.Create(source.Slice(k * stride + x, 16));
                    (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(samples);
                    Vector128<int> w = Vector128.Create(weights[k]);
                    s0 += Vector128.WidenLower(low).AsInt32() * w;
                    s1 += Vector128.WidenUpper(low).AsInt32() * w;
                    s2 += Vector128.WidenLower(high).AsInt32() * w;
                    s3 += Vector128.WidenUpper(high).AsInt32() * w;
                }
                Vector128.Narrow(Vector128.Narrow(Clamp(s0), Clamp(s1)).AsUInt16(), Vector128.Narrow(Clamp(s2), Clamp(s3)).AsUInt16()).CopyTo(destination[x..]);
            }
        ColumnScalar(source, stride, weights, destination, x);
    }

    /// <summary>As <see cref="Column"/> without vectors, from column <paramref name="first"/> on.</summary>
    internal static void ColumnScalar(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> destination, int first)
    {
        for (int x = first; x < destination.Length; x++)
        {
            int sum = Half;
            for (int k = 0; k < weights.Length; k++)
                sum += source[k * stride + x] * weights[k];
            destination[x] = Round(sum);
        }
    }

    // Two taps a step: lanes 0 to 2 take R, G, B of the first pixel, lanes 4 to 6 those of the second; lanes 3 and 7 are not used.
    // An odd last tap meets the spare weight 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> SumPairs(ReadOnlySpan<byte> from, ReadOnlySpan<int> weights, int count)
    {
        Vector128<byte> spread = Vector128.Create((byte)0, 1, 2, 15, 3, 4, 5, 15, 8, 8, 8, 8, 8, 8, 8, 8);
        Vector256<int> first = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1), sum = Vector256.Create(Half, Half, Half, Half, 0, 0, 0, 0);
        ref byte sample = ref MemoryMarshal.GetReference(from);
        ref int weight = ref MemoryMarshal.GetReference(weights);
        for (int k = 0; k < count; k += 2)
        {
            Vector128<byte> eight = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref sample, 3 * k))).AsByte();
            Vector128<ushort> wide = Vector128.WidenLower(Vector128.Shuffle(eight, spread));
            Vector256<int> pixels = Vector256.Create(Vector128.WidenLower(wide), Vector128.WidenUpper(wide)).AsInt32();
            Vector256<int> pair = Vector256.Create(Unsafe.ReadUnaligned<long>(ref Unsafe.As<int, byte>(ref Unsafe.Add(ref weight, k)))).AsInt32();
            sum += pixels * Vector256.Shuffle(pair, first);
        }
        return sum.GetLower() + sum.GetUpper();
    }

    // One tap a step: lanes 0 to 2 take R, G, B; lane 3 is not used.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> SumSingles(ReadOnlySpan<byte> from, ReadOnlySpan<int> weights, int count)
    {
        Vector128<int> sum = Vector128.Create(Half);
        for (int k = 0; k < count; k++)
        {
            Vector128<byte> four = Vector128.CreateScalar(BinaryPrimitives.ReadUInt32LittleEndian(from[(3 * k)..])).AsByte();
            sum += Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32() * Vector128.Create(weights[k]);
        }
        return sum;
    }

    private static Vector256<int> Clamp(Vector256<int> sum) =>
        Vector256.Min(Vector256.Max(sum >> ResampleWeights.FractionBits, Vector256<int>.Zero), Vector256.Create(255));

    private static Vector128<int> Clamp(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> ResampleWeights.FractionBits, Vector128<int>.Zero), Vector128.Create(255));

    private static byte Round(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.FractionBits, 0, 255);
}
