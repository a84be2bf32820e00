namespace SkinClassifier.Imaging.Formats;

/// <summary>The one rule for transparent pixels, in every format: they are laid over white. Samples of 16 bits are cut to their upper 8 bits before.</summary>
internal static class Transparency
{
    /// <summary>round((sample · alpha + 255 · (255 − alpha)) / 255).</summary>
    public static byte OverWhite(byte sample, byte alpha) => (byte)((sample * alpha + 255 * (255 - alpha) + 127) / 255);

    /// <summary>Writes a pixel laid over white into the three bytes of <paramref name="target"/>.</summary>
    public static void OverWhite(Span<byte> target, byte red, byte green, byte blue, byte alpha) =>
        (target[0], target[1], target[2]) = (OverWhite(red, alpha), OverWhite(green, alpha), OverWhite(blue, alpha));
}
