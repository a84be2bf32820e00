using System.Numerics;
using System.Numerics.Tensors;

namespace SkinClassifier.Audit;

/// <summary>
/// What an image looks like in few numbers: the low frequencies of its luminance (a discrete cosine transform of the image as a small square, and of two parts
/// around its center), and their signs as bits. Frequencies are weighted by their length, so that detail counts as much as the shape of a lesion. Brightness
/// and contrast do not change the bits; of a mirrored or turned image the same numbers come in another order and with other signs.
/// Source of the idea: C. Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010.
/// </summary>
internal sealed class PerceptualHash
{
    /// <summary>Values of one view: frequencies 1 to 11 along both sides.</summary>
    public const int Length = Frequencies * Frequencies;

    /// <summary>Turns and mirrors of a square.</summary>
    public const int Orientations = 8;

    /// <summary>Parts that are looked at: all of the image, nine and eight tenths of its sides.</summary>
    public static readonly int[] Sides = [40, 36, 32];

    private const int Frequencies = 11;
    private static readonly float[][] _cosines = [.. Sides.Select(Cosines)];

    private readonly float[][] _values;

    private PerceptualHash(float[][] values) => _values = values;

    /// <summary>Looks at an image.</summary>
    /// <param name="planes">Red, green and blue [3,S,S], S the first of <see cref="Sides"/>, values 0 to 255.</param>
    /// <returns>Null for an image of one color: it looks like nothing.</returns>
    public static PerceptualHash? Of(ReadOnlySpan<float> planes)
    {
        int side = Sides[0], size = side * side;
        float[] luminance = new float[size];
        for (int i = 0; i < size; i++)
            luminance[i] = 0.299f * planes[i] + 0.587f * planes[size + i] + 0.114f * planes[2 * size + i];
        float[][] values = [.. Sides.Select((part, i) => Transform(luminance, side, part, _cosines[i]))];
        return values.All(v => TensorPrimitives.Norm<float>(v) > 0) ? new PerceptualHash(values) : null;
    }

    /// <summary>The numbers [<see cref="Length"/>] of a part of the image, turned or mirrored; their norm is 1.</summary>
    /// <param name="part">Position in <see cref="Sides"/>.</param>
    /// <param name="orientation">0: as it is. Bit 0 mirrors left and right, bit 1 up and down, bit 2 exchanges rows and columns before.</param>
    public float[] Values(int part, int orientation)
    {
        float[] source = _values[part];
        if (orientation == 0)
            return source;
        float[] values = new float[Length];
        for (int v = 0; v < Frequencies; v++)
            for (int u = 0; u < Frequencies; u++)
            {
                float value = (orientation & 4) == 0 ? source[v * Frequencies + u] : source[u * Frequencies + v];
                // Frequency number 0 here is the first one, whose wave is odd.
                bool isNegative = ((orientation & 1) != 0 && u % 2 == 0) ^ ((orientation & 2) != 0 && v % 2 == 0);
                values[v * Frequencies + u] = isNegative ? -value : value;
            }
        return values;
    }

    /// <summary>The signs of <see cref="Values"/>.</summary>
    public (ulong Low, ulong High) Bits(int part, int orientation)
    {
        ulong low = 0, high = 0;
        float[] values = Values(part, orientation);
        for (int i = 0; i < Length; i++)
            if (values[i] > 0)
            {
                if (i < 64)
                    low |= 1UL << i;
                else
                    high |= 1UL << (i - 64);
            }
        return (low, high);
    }

    /// <summary>Number of bits that differ.</summary>
    public static int Differing((ulong Low, ulong High) one, (ulong Low, ulong High) other) =>
        BitOperations.PopCount(one.Low ^ other.Low) + BitOperations.PopCount(one.High ^ other.High);

    private static float[] Transform(float[] luminance, int side, int part, float[] cosines)
    {
        int start = (side - part) / 2;
        float[] rows = new float[part * Frequencies], values = new float[Length];
        for (int y = 0; y < part; y++)
            for (int u = 0; u < Frequencies; u++)
                rows[u * part + y] = TensorPrimitives.Dot(luminance.AsSpan((start + y) * side + start, part), cosines.AsSpan(u * part, part));
        for (int v = 0; v < Frequencies; v++)
            for (int u = 0; u < Frequencies; u++)
                values[v * Frequencies + u] = MathF.Sqrt((u + 1) * (u + 1) + (v + 1) * (v + 1))
                    * TensorPrimitives.Dot(rows.AsSpan(u * part, part), cosines.AsSpan(v * part, part));
        float norm = TensorPrimitives.Norm<float>(values);
        // Less than a tenth of a gray level is rounding, not content.
        TensorPrimitives.Multiply(values, norm > 0.1f * part ? 1 / norm : 0, values);
        return values;
    }

    private static float[] Cosines(int part)
    {
        float[] cosines = new float[Frequencies * part];
        for (int u = 0; u < Frequencies; u++)
            for (int x = 0; x < part; x++)
                cosines[u * part + x] = (float)Math.Cos(Math.PI * (u + 1) * (x + 0.5) / part);
        return cosines;
    }
}
