using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Upsampling of one row of samples by two with a triangle filter: weights 3/4 and 1/4 of the nearer and the farther sample in each direction,
/// rounded up and down in turn. The same sums as "fancy upsampling" of the Independent JPEG Group's library.
/// Vector loops take 16 (or 8) inner samples at a time, each with its left and right neighbor loaded from one byte before and after;
/// even and odd results meet in one 16 bit lane, low byte first. The plain loop does the rest.
/// </summary>
internal static unsafe class ChromaUpsampling
{
    /// <summary>Twice as wide: <paramref name="width"/> ≥ 2 samples become 2 · width.</summary>
    public static void Horizontal(byte* row, byte* target, int width)
    {
        target[0] = row[0];
        target[1] = (byte)((row[0] * 3 + row[1] + 2) >> 2);
        int x = 1;
        if (Avx2.IsSupported)
            for (; x + 16 < width; x += 16)
            {
                Vector256<short> near = Avx2.ConvertToVector256Int16(row + x);
                near += near + near + Vector256<short>.One;
                Vector256<short> even = (near + Avx2.ConvertToVector256Int16(row + x - 1)) >> 2;
                Vector256<short> odd = (near + Vector256<short>.One + Avx2.ConvertToVector256Int16(row + x + 1)) >> 2;
                (even | odd << 8).AsByte().Store(target + 2 * x);
            }
        else if (Vector128.IsHardwareAccelerated)
            for (; x + 8 < width; x += 8)
            {
                Vector128<short> near = Widen(row + x);
                near += near + near + Vector128<short>.One;
                Vector128<short> even = (near + Widen(row + x - 1)) >> 2;
                Vector128<short> odd = (near + Vector128<short>.One + Widen(row + x + 1)) >> 2;
                (even | odd << 8).AsByte().Store(target + 2 * x);
            }
        for (; x < width - 1; x++)
        {
            int near = row[x] * 3;
            target[2 * x] = (byte)((near + row[x - 1] + 1) >> 2);
            target[2 * x + 1] = (byte)((near + row[x + 1] + 2) >> 2);
        }
        target[2 * width - 2] = (byte)((row[width - 1] * 3 + row[width - 2] + 1) >> 2);
        target[2 * width - 1] = row[width - 1];
    }

    /// <summary>
    /// Twice as high: one row from the nearer row <paramref name="near"/> and the farther one. <paramref name="rounding"/>: 1 for even rows, 2 for
    /// odd rows.
    /// </summary>
    public static void Vertical(byte* near, byte* far, byte* target, int width, int rounding)
    {
        int x = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<ushort> bias = Vector128.Create((ushort)rounding);
            for (; x + 16 <= width; x += 16)
            {
                Vector128<byte> n = Vector128.Load(near + x), f = Vector128.Load(far + x);
                Vector128<ushort> nLow = Vector128.WidenLower(n), nHigh = Vector128.WidenUpper(n);
                Vector128<ushort> low = (nLow + nLow + nLow + Vector128.WidenLower(f) + bias) >> 2;
                Vector128<ushort> high = (nHigh + nHigh + nHigh + Vector128.WidenUpper(f) + bias) >> 2;
                Vector128.Narrow(low, high).Store(target + x);
            }
        }
        for (; x < width; x++)
            target[x] = (byte)((near[x] * 3 + far[x] + rounding) >> 2);
    }

    /// <summary>Twice as wide and high; <paramref name="width"/> ≥ 2.</summary>
    public static void Both(byte* near, byte* far, byte* target, int width)
    {
        target[0] = (byte)((Sum(near, far, 0) * 4 + 8) >> 4);
        target[1] = (byte)((Sum(near, far, 0) * 3 + Sum(near, far, 1) + 7) >> 4);
        int x = 1;
        if (Avx2.IsSupported)
        {
            Vector256<short> seven = Vector256.Create((short)7);
            for (; x + 16 < width; x += 16)
            {
                Vector256<short> middle = Sum256(near + x, far + x);
                middle += middle + middle + seven;
                Vector256<short> even = (middle + Vector256<short>.One + Sum256(near + x - 1, far + x - 1)) >> 4;
                Vector256<short> odd = (middle + Sum256(near + x + 1, far + x + 1)) >> 4;
                (even | odd << 8).AsByte().Store(target + 2 * x);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Vector128<short> seven = Vector128.Create((short)7);
            for (; x + 8 < width; x += 8)
            {
                Vector128<short> middle = Sum128(near + x, far + x);
                middle += middle + middle + seven;
                Vector128<short> even = (middle + Vector128<short>.One + Sum128(near + x - 1, far + x - 1)) >> 4;
                Vector128<short> odd = (middle + Sum128(near + x + 1, far + x + 1)) >> 4;
                (even | odd << 8).AsByte().Store(target + 2 * x);
            }
        }
        int previous, current = Sum(near, far, x - 1), next = Sum(near, far, x);
        for (; x < width - 1; x++)
        {
            previous = current;
            current = next;
            next = Sum(near, far, x + 1);
            target[2 * x] = (byte)((current * 3 + previous + 8) >> 4);
            target[2 * x + 1] = (byte)((current * 3 + next + 7) >> 4);
        }
        target[2 * width - 2] = (byte)((next * 3 + current + 8) >> 4);
        target[2 * width - 1] = (byte)((next * 4 + 7) >> 4);
    }

    /// <summary>Repeats samples: pixel x takes sample ⌊x · inWide / outWide⌋.</summary>
    public static void Replicate(byte* row, byte* target, int width, int inWide, int outWide)
    {
        if (inWide == outWide)
        {
            new ReadOnlySpan<byte>(row, width).CopyTo(new Span<byte>(target, width));
            return;
        }
        int sample = 0, rest = 0;
        for (int x = 0; x < width; x++)
        {
            target[x] = row[sample];
            rest += inWide;
            if (rest >= outWide)
            {
                rest -= outWide;
                sample++;
            }
        }
    }

    private static int Sum(byte* near, byte* far, int x) => near[x] * 3 + far[x];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Sum256(byte* near, byte* far)
    {
        Vector256<short> n = Avx2.ConvertToVector256Int16(near);
        return n + n + n + Avx2.ConvertToVector256Int16(far);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Sum128(byte* near, byte* far)
    {
        Vector128<short> n = Widen(near);
        return n + n + n + Widen(far);
    }

    // Eight bytes to eight 16 bit lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Widen(byte* bytes) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)bytes).AsByte()).AsInt16();
}
