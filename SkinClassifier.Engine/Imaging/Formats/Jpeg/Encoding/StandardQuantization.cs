namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>The example quantization tables of T.81, annex K.1, in natural order.</summary>
internal static class StandardQuantization
{
    private static ReadOnlySpan<byte> Luma =>
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static ReadOnlySpan<byte> Chroma =>
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    /// <summary>Steps for a quality of 1 to 100: times 50 / q below 50, times 2 − q / 50 from 50 on, 1 to 255.</summary>
    public static byte[] Scaled(bool chroma, int quality)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        byte[] steps = new byte[64];
        for (int i = 0; i < 64; i++)
            steps[i] = (byte)Math.Clamp(((chroma ? Chroma : Luma)[i] * percent + 50) / 100, 1, 255);
        return steps;
    }
}
