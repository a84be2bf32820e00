using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Inverse DCT of an 8×8 block with 13 bit integer constants (Loeffler, Ligtenberg, Moschytz 1989), the accurate
/// one of the Independent JPEG Group's library: columns first with 2 extra bits, then rows, rounded and clamped to 0 … 255.
/// Products with the quantization step are 16 bit; values between the passes saturate at 16 bit. All paths give the same bytes.
/// </summary>
internal static unsafe class InverseDct
{
    private const int ConstantBits = 13, PassBits = 2;

    // Even part: inputs 2 and 6.
    internal const int C2 = 4433 + 6270, C6 = 4433, C6Minus = 4433 - 15137;

    /// <summary>
    /// Turns <paramref name="block"/> (coefficients in lane order) into 8 rows of 8 samples at <paramref name="target"/>, <paramref name="stride"/>
    /// bytes apart.
    /// <paramref name="last"/>: zigzag position of the last coefficient that is not 0.
    /// </summary>
    public static void Run(short* block, short* quantization, byte* target, nint stride, int last)
    {
        if (last == 0)
        {
            FillConstant(block, quantization, target, stride);
            return;
        }
        if (Avx2.IsSupported)
            InverseDctAvx2.Run(block, quantization, target, stride);
        else if (InverseDctVector128.IsSupported)
            InverseDctVector128.Run(block, quantization, target, stride);
        else
            RunScalar(block, quantization, target, stride);
    }

    private static void FillConstant(short* block, short* quantization, byte* target, nint stride)
    {
        int level = Math.Clamp((short)(block[0] * quantization[0]) << PassBits, short.MinValue, short.MaxValue);
        ulong row = Clamp((level + (1 << (PassBits + 2))) >> (PassBits + 3)) * 0x0101010101010101UL;
        for (int y = 0; y < 8; y++)
            *(ulong*)(target + y * stride) = row;
    }

    /// <summary>The plain loops; the truth for the vector paths.</summary>
    public static void RunScalar(short* block, short* quantization, byte* target, nint stride)
    {
        int* columns = stackalloc int[64];
        int* line = stackalloc int[8];
        for (int column = 0; column < 8; column++)
        {
            for (int row = 0; row < 8; row++)
            {
                int at = JpegOrder.LaneIndex(row, column);
                line[row] = (short)(block[at] * quantization[at]);
            }
            Transform(line, ConstantBits - PassBits);
            for (int row = 0; row < 8; row++)
                columns[row * 8 + column] = Math.Clamp(line[row], short.MinValue, short.MaxValue);
        }
        for (int row = 0; row < 8; row++)
        {
            int* values = columns + row * 8;
            Transform(values, ConstantBits + PassBits + 3);
            for (int column = 0; column < 8; column++)
                target[row * stride + column] = (byte)Clamp(values[column]);
        }
    }

    private static uint Clamp(int value) => (uint)Math.Clamp(value + 128, 0, 255);

    private static void Transform(int* v, int shift)
    {
        int rounding = 1 << (shift - 1);
        int sum = ((v[0] + v[4]) << ConstantBits) + rounding, difference = ((v[0] - v[4]) << ConstantBits) + rounding;
        int low = C2 * v[2] + C6 * v[6], high = C6 * v[2] + C6Minus * v[6];
        int e0 = sum + low, e3 = sum - low, e1 = difference + high, e2 = difference - high;
        int v1 = v[1], v3 = v[3], v5 = v[5], v7 = v[7];
        int o0 = Odd.O0V1 * v1 + Odd.O0V3 * v3 + Odd.O0V5 * v5 + Odd.O0V7 * v7;
        int o1 = Odd.O1V1 * v1 + Odd.O1V3 * v3 + Odd.O1V5 * v5 + Odd.O1V7 * v7;
        int o2 = Odd.O2V1 * v1 + Odd.O2V3 * v3 + Odd.O2V5 * v5 + Odd.O2V7 * v7;
        int o3 = Odd.O3V1 * v1 + Odd.O3V3 * v3 + Odd.O3V5 * v5 + Odd.O3V7 * v7;
        v[0] = (e0 + o0) >> shift;
        v[7] = (e0 - o0) >> shift;
        v[1] = (e1 + o1) >> shift;
        v[6] = (e1 - o1) >> shift;
        v[2] = (e2 + o2) >> shift;
        v[5] = (e2 - o2) >> shift;
        v[3] = (e3 + o3) >> shift;
        v[4] = (e3 - o3) >> shift;
    }

    /// <summary>
    /// Constants of the odd part: OnVm multiplies input m for the sum that outputs n and 7 − n share. They are the rounded constants
    /// of the published flow graph added up, which differ by one here and there from the rounded cosines.
    /// </summary>
    internal static class Odd
    {
        private const int F298 = 2446, F390 = 3196, F899 = 7373, F1175 = 9633, F1501 = 12299, F1961 = 16069, F2053 = 16819, F2562 = 20995, F3072 = 25172;

        public const int O0V1 = F1501 - F899 - F390 + F1175, O0V3 = F1175, O0V5 = F1175 - F390, O0V7 = F1175 - F899;
        public const int O1V1 = F1175, O1V3 = F3072 - F2562 - F1961 + F1175, O1V5 = F1175 - F2562, O1V7 = F1175 - F1961;
        public const int O2V1 = F1175 - F390, O2V3 = F1175 - F2562, O2V5 = F2053 - F2562 - F390 + F1175, O2V7 = F1175;
        public const int O3V1 = F1175 - F899, O3V3 = F1175 - F1961, O3V5 = F1175, O3V7 = F298 - F899 - F1961 + F1175;
    }
}
