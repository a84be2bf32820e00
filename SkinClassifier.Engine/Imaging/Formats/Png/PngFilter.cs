using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>
/// The five row filters (PNG specification, section 9). In formulas a is the byte one pixel to the left, b the byte above, c the byte above a.
/// </summary>
internal static class PngFilter
{
    /// <summary>
    /// Writes row + prediction into <paramref name="result"/>. All three have one length; <paramref name="row"/> and <paramref name="result"/> do not
    /// overlap. <paramref name="step"/>: bytes of a pixel, at least 1.
    /// </summary>
    /// <exception cref="InvalidContentException">There is no such filter.</exception>
    public static void Undo(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step, string name)
    {
        switch (filter)
        {
            case 0:
                row.CopyTo(result);
                break;
            case 2:
                TensorPrimitives.Add(row, above, result);
                break;
            case 1 or 3 or 4:
                PngUnfilter.Undo(filter, row, above, result, step);
                break;
            default:
                throw new InvalidContentException($"{name}: expected a PNG row filter from 0 to 4, received {filter}. The file is damaged; copy it again.");
        }
    }

    /// <summary>Writes row − prediction into <paramref name="result"/> (same length).</summary>
    public static void Do(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step)
    {
        int head = Math.Min(step, row.Length);
        switch (filter)
        {
            case 1:
                row[..head].CopyTo(result);
                TensorPrimitives.Subtract(row[head..], row[..^head], result[head..]);
                break;
            case 2:
                TensorPrimitives.Subtract(row, above[..row.Length], result);
                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                    result[i] = (byte)(row[i] - (((i >= step ? row[i - step] : 0) + above[i]) >> 1));
                break;
            case 4:
                TensorPrimitives.Subtract(row[..head], above[..head], result);
                DoPaeth(row, above, result, head);
                break;
            default:
                row.CopyTo(result);
                break;
        }
    }

    /// <summary>Σ |v| of bytes read as signed: what the encoder makes small.</summary>
    public static long Cost(ReadOnlySpan<byte> row)
    {
        long cost = 0;
        int i = 0;
        for (; i + Vector128<byte>.Count <= row.Length; i += Vector128<byte>.Count)
        {
            Vector128<byte> v = Vector128.Create(row[i..]), size = Vector128.Min(v, Vector128<byte>.Zero - v);
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(size);
            cost += Vector128.Sum(low + high);
        }
        for (; i < row.Length; i++)
            cost += Math.Abs((int)(sbyte)row[i]);
        return cost;
    }

    // 16 bytes at a time as 16 bit numbers, each with its own a, b and c: the plain pixels, so no byte waits for another.
    private static void DoPaeth(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step)
    {
        int i = step;
        for (; i + Vector128<byte>.Count <= row.Length; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> aLow, Vector128<ushort> aHigh) = Vector128.Widen(Vector128.Create(row[(i - step)..]));
            (Vector128<ushort> bLow, Vector128<ushort> bHigh) = Vector128.Widen(Vector128.Create(above[i..]));
            (Vector128<ushort> cLow, Vector128<ushort> cHigh) = Vector128.Widen(Vector128.Create(above[(i - step)..]));
            Vector128<byte> prediction = Vector128.Narrow(
                Paeth(aLow.AsInt16(), bLow.AsInt16(), cLow.AsInt16()).AsUInt16(), Paeth(aHigh.AsInt16(), bHigh.AsInt16(), cHigh.AsInt16()).AsUInt16());
            (Vector128.Create(row[i..]) - prediction).CopyTo(result[i..]);
        }
        for (; i < row.Length; i++)
            result[i] = (byte)(row[i] - Paeth(row[i - step], above[i], above[i - step]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<short> Paeth(Vector128<short> a, Vector128<short> b, Vector128<short> c)
    {
        Vector128<short> toA = Vector128.Abs(b - c), toB = Vector128.Abs(a - c), toC = Vector128.Abs(a + b - c - c);
        Vector128<short> nearest = Vector128.ConditionalSelect(Vector128.LessThanOrEqual(toB, toC), b, c);
        return Vector128.ConditionalSelect(Vector128.LessThanOrEqual(toA, toB) & Vector128.LessThanOrEqual(toA, toC), a, nearest);
    }

    // Whichever of a, b, c is nearest to a + b − c, in this order when equally near.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Paeth(int a, int b, int c)
    {
        int toA = Math.Abs(b - c), toB = Math.Abs(a - c), toC = Math.Abs(a + b - 2 * c);
        int nearest = toB <= toC ? b : c;
        return toA <= toB && toA <= toC ? a : nearest;
    }
}
