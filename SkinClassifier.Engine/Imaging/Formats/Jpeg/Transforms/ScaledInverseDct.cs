namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Inverse DCT of an 8×8 block straight to 4×4, 2×2 or 1×1 samples, with the constants and rounding of the Independent JPEG Group's
/// library: columns first, then rows; values between the passes saturate at 16 bit. What a coefficient would add to samples that are averaged away is left out.
/// </summary>
internal static unsafe class ScaledInverseDct
{
    private const int ConstantBits = 13, PassBits = 2;

    /// <summary>Row and column numbers that a 4-point transform reads; 4 drops out.</summary>
    private static ReadOnlySpan<byte> FourInputs => [0, 1, 2, 3, 5, 6, 7];

    /// <summary>Row and column numbers that a 2-point transform reads.</summary>
    private static ReadOnlySpan<byte> TwoInputs => [0, 1, 3, 5, 7];

    /// <summary>Writes <paramref name="size"/> (4, 2 or 1) rows of that many samples, from coefficients in lane order.</summary>
    public static void Run(short* block, short* quantization, byte* target, nint stride, int size)
    {
        if (size == 1)
        {
            *target = Clamp((Level(block, quantization, 0) + 4) >> 3);
            return;
        }
        if (InverseDctVector128.IsSupported)
        {
            if (size == 4)
                ScaledInverseDctVector128.RunFour(block, quantization, target, stride);
            else
                ScaledInverseDctVector128.RunTwo(block, quantization, target, stride);
            return;
        }
        RunScalar(block, quantization, target, stride, size);
    }

    /// <summary>The plain loops for 4 and 2; the truth for the vector paths.</summary>
    public static void RunScalar(short* block, short* quantization, byte* target, nint stride, int size)
    {
        int* columns = stackalloc int[4 * 8];
        int* line = stackalloc int[8];
        ReadOnlySpan<byte> inputs = size == 4 ? FourInputs : TwoInputs;
        foreach (byte column in inputs)
        {
            foreach (byte row in inputs)
                line[row] = Level(block, quantization, JpegOrder.LaneIndex(row, column));
            Transform(line, size, ConstantBits - PassBits);
            for (int row = 0; row < size; row++)
                columns[row * 8 + column] = Math.Clamp(line[row], short.MinValue, short.MaxValue);
        }
        for (int row = 0; row < size; row++, target += stride)
        {
            int* values = columns + row * 8;
            Transform(values, size, ConstantBits + PassBits + 3);
            for (int column = 0; column < size; column++)
                target[column] = Clamp(values[column]);
        }
    }

    private static int Level(short* block, short* quantization, int at) => (short)(block[at] * quantization[at]);

    private static void Transform(int* v, int size, int shift)
    {
        if (size == 4)
            TransformFour(v, shift + 1);
        else
            TransformTwo(v, shift + 2);
    }

    private static void TransformFour(int* v, int shift)
    {
        int middle = (v[0] << (ConstantBits + 1)) + (1 << (shift - 1)), side = 15137 * v[2] - 6270 * v[6];
        int e0 = middle + side, e1 = middle - side;
        int o0 = 20995 * v[1] + 7373 * v[3] - 4926 * v[5] - 4176 * v[7];
        int o1 = 8697 * v[1] - 17799 * v[3] + 11893 * v[5] - 1730 * v[7];
        v[0] = (e0 + o0) >> shift;
        v[1] = (e1 + o1) >> shift;
        v[2] = (e1 - o1) >> shift;
        v[3] = (e0 - o0) >> shift;
    }

    private static void TransformTwo(int* v, int shift)
    {
        int middle = (v[0] << (ConstantBits + 2)) + (1 << (shift - 1));
        int odd = 29692 * v[1] - 10426 * v[3] + 6967 * v[5] - 5906 * v[7];
        v[0] = (middle + odd) >> shift;
        v[1] = (middle - odd) >> shift;
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value + 128, 0, 255);
}
