namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Forward DCT of an 8×8 block with 13 bit integer constants, the accurate one of the Independent JPEG Group's library:
/// rows first with 2 extra bits, then columns. Results are 8 times the coefficients of T.81.
/// </summary>
internal static unsafe class ForwardDct
{
    private const int ConstantBits = 13, PassBits = 2;

    /// <summary>Transforms 64 samples, −128 … 127, in natural order, in place.</summary>
    public static void Run(int* block)
    {
        for (int row = 0; row < 8; row++)
            Transform(block + row * 8, 1, -PassBits, ConstantBits - PassBits);
        for (int column = 0; column < 8; column++)
            Transform(block + column, 8, PassBits, ConstantBits + PassBits);
    }

    private static void Transform(int* v, int step, int evenShift, int shift)
    {
        int s0 = v[0] + v[7 * step], s1 = v[step] + v[6 * step], s2 = v[2 * step] + v[5 * step], s3 = v[3 * step] + v[4 * step];
        int d0 = v[0] - v[7 * step], d1 = v[step] - v[6 * step], d2 = v[2 * step] - v[5 * step], d3 = v[3 * step] - v[4 * step];
        int outer = s0 + s3, inner = s1 + s2, outerDifference = s0 - s3, innerDifference = s1 - s2, half = 1 << (shift - 1);
        v[0] = Scale(outer + inner, evenShift);
        v[4 * step] = Scale(outer - inner, evenShift);
        int z = (innerDifference + outerDifference) * 4433;
        v[2 * step] = (z + outerDifference * 6270 + half) >> shift;
        v[6 * step] = (z - innerDifference * 15137 + half) >> shift;
        int z1 = (d3 + d0) * -7373, z2 = (d2 + d1) * -20995, z3 = d3 + d1, z4 = d2 + d0, z5 = (z3 + z4) * 9633;
        z3 = z3 * -16069 + z5 + half;
        z4 = z4 * -3196 + z5 + half;
        v[7 * step] = (d3 * 2446 + z1 + z3) >> shift;
        v[5 * step] = (d2 * 16819 + z2 + z4) >> shift;
        v[3 * step] = (d1 * 25172 + z2 + z3) >> shift;
        v[step] = (d0 * 12299 + z1 + z4) >> shift;
    }

    private static int Scale(int value, int shift) => shift < 0 ? value << -shift : (value + (1 << (shift - 1))) >> shift;
}
