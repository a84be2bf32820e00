using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>
/// Undoes the row filters whose prediction needs the pixel to the left: 1 (left), 3 (average) and 4 (Paeth). A pixel of 3 or 4 bytes is one vector, so
/// its samples are restored together; rows of other pixels take the plain loop.
/// </summary>
internal static class PngUnfilter
{
    /// <summary>Writes row + prediction into <paramref name="result"/>; lengths are equal.</summary>
    public static void Undo(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step)
    {
        int done = 0;
        if (Vector128.IsHardwareAccelerated && step is 3 or 4)
            done = filter switch
            {
                1 => Left(row, result, step),
                3 => Average(row, above, result, step),
                _ => Paeth(row, above, result, step),
            };
        Plain(filter, row, above, result, step, done);
    }

    /// <summary>The plain loop from byte <paramref name="start"/> on, a whole number of pixels.</summary>
    internal static void Plain(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step, int start = 0)
    {
        for (int i = start; i < row.Length; i++)
        {
            int a = i >= step ? result[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0;
            result[i] = (byte)(row[i] + filter switch { 1 => a, 3 => (a + b) >> 1, _ => PngFilter.Paeth(a, b, c) });
        }
    }

    private static int Left(ReadOnlySpan<byte> row, Span<byte> result, int step)
    {
        Vector128<byte> a = default;
        int i = 0;
        for (; i + 4 <= row.Length; i += step)
        {
            a += Load(row, i);
            Store(a, result, i);
        }
        return i;
    }

    private static int Average(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step)
    {
        // ⌊(a + b) / 2⌋ = (a & b) + ((a ^ b) >> 1): no bit leaves its byte.
        Vector128<byte> a = default, half = Vector128.Create((byte)0x7F);
        int i = 0;
        for (; i + 4 <= row.Length; i += step)
        {
            Vector128<byte> b = Load(above, i);
            a = Load(row, i) + (a & b) + (Vector128.ShiftRightLogical((a ^ b).AsUInt16(), 1).AsByte() & half);
            Store(a, result, i);
        }
        return i;
    }

    // In 16 bits all differences fit. A pixel waits only for what needs a; the sum is of bytes, so that it wraps and the upper bytes stay 0.
    private static int Paeth(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step)
    {
        Vector128<short> a = default, c = default;
        int i = 0;
        for (; i + 4 <= row.Length; i += step)
        {
            Vector128<short> b = Vector128.WidenLower(Load(above, i)).AsInt16(), over = b - c, left = a - c;
            Vector128<short> toA = Vector128.Abs(over), toB = Vector128.Abs(left), toC = Vector128.Abs(left + over);
            Vector128<short> other = Vector128.ConditionalSelect(Vector128.GreaterThan(toB, toC), c, b);
            Vector128<short> nearest = Vector128.ConditionalSelect(Vector128.GreaterThan(toA, Vector128.Min(toB, toC)), other, a);
            Vector128<byte> pixel = Vector128.WidenLower(Load(row, i)).AsByte() + nearest.AsByte();
            (a, c) = (pixel.AsInt16(), b);
            Store(Vector128.Narrow(a.AsUInt16(), a.AsUInt16()), result, i);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ReadOnlySpan<byte> bytes, int at) =>
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), at))).AsByte();

    // Of a pixel of three bytes the fourth is a byte of the next pixel, which is written after it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> pixel, Span<byte> bytes, int at) =>
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), at), pixel.AsUInt32().ToScalar());
}
