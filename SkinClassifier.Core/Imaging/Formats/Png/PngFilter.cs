using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>The five row filters (PNG specification, section 9). In formulas a is the byte one pixel to the left, b the byte above, c the byte above a.</summary>
internal static class PngFilter
{
    /// <summary>Restores <paramref name="row"/> in place. <paramref name="step"/>: bytes of a pixel, at least 1.</summary>
    /// <exception cref="InvalidContentException">There is no such filter.</exception>
    public static void Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int step, string name)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = step; i < row.Length; i++)
                    row[i] += row[i - step];
                break;
            case 2:
                TensorPrimitives.Add(row, above, row);
                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i >= step ? row[i - step] : 0) + above[i]) >> 1);
                break;
            case 4:
                UndoPaeth(row, above[..row.Length], step);
                break;
            default:
                throw new InvalidContentException($"{name}: expected a PNG row filter from 0 to 4, received {filter}. The file is damaged; copy it again.");
        }
    }

    /// <summary>Writes row − prediction into <paramref name="result"/> (same length).</summary>
    public static void Do(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result, int step)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int a = i >= step ? row[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0;
            int prediction = filter switch { 1 => a, 2 => b, 3 => (a + b) >> 1, 4 => Paeth(a, b, c), _ => 0 };
            result[i] = (byte)(row[i] - prediction);
        }
    }

    private static void UndoPaeth(Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        for (int i = 0; i < Math.Min(step, row.Length); i++)
            row[i] += above[i];
        if (step == 3 && row.Length >= 3)
        {
            UndoPaeth3(row, above);
            return;
        }
        for (int i = step; i < row.Length; i++)
            row[i] += (byte)Paeth(row[i - step], above[i], above[i - step]);
    }

    // Three samples a pixel in registers: the usual case.
    private static void UndoPaeth3(Span<byte> row, ReadOnlySpan<byte> above)
    {
        int a0 = row[0], a1 = row[1], a2 = row[2], c0 = above[0], c1 = above[1], c2 = above[2];
        for (int i = 3; i + 2 < row.Length; i += 3)
        {
            int b0 = above[i], b1 = above[i + 1], b2 = above[i + 2];
            a0 = row[i] = (byte)(row[i] + Paeth(a0, b0, c0));
            a1 = row[i + 1] = (byte)(row[i + 1] + Paeth(a1, b1, c1));
            a2 = row[i + 2] = (byte)(row[i + 2] + Paeth(a2, b2, c2));
            (c0, c1, c2) = (b0, b1, b2);
        }
    }

    // Whichever of a, b, c is nearest to a + b − c, in this order when equally near.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Paeth(int a, int b, int c)
    {
        int toA = Math.Abs(b - c), toB = Math.Abs(a - c), toC = Math.Abs(a + b - 2 * c);
        int nearest = toB <= toC ? b : c;
        return toA <= toB && toA <= toC ? a : nearest;
    }
}
