using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Synthetic;

/// <summary>The word DRAWING in the lower right corner, in a font of 5 × 7 pixels, so that the image is not mistaken for a photograph.</summary>
internal static class SyntheticMark
{
    private const string Word = "DRAWING";
    private const int GlyphWidth = 5, GlyphHeight = 7, Advance = 6;

    // One byte a row, bit 4 is the left pixel.
    private static ReadOnlySpan<byte> Glyphs =>
    [
        0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110, // D
        0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001, // R
        0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001, // A
        0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b11011, 0b10001, // W
        0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110, // I
        0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001, // N
        0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01110, // G
    ];

    /// <summary>Width of the mark with its margin, in pixels, at scale 1: the smallest image that can carry it.</summary>
    public static int Width => Word.Length * Advance + 3;

    /// <summary>Writes the mark: white letters on a darkened field, twice as large from 256 pixels on, and so on.</summary>
    public static void Put(RgbImage image)
    {
        int scale = Math.Max(1, Math.Min(image.Width / 128, image.Width / Width));
        int left = image.Width - Width * scale, top = image.Height - (GlyphHeight + 3) * scale;
        for (int y = top; y < image.Height; y++)
            foreach (ref byte sample in image.Row(y)[(left * 3)..])
                sample = (byte)(sample * 5 / 8);
        for (int letter = 0; letter < Word.Length; letter++)
            for (int y = 0; y < GlyphHeight * scale; y++)
                for (int x = 0; x < GlyphWidth * scale; x++)
                    if (((Glyphs[letter * GlyphHeight + y / scale] >> (GlyphWidth - 1 - x / scale)) & 1) != 0)
                        image.Row(top + 2 * scale + y).Slice((left + (2 + letter * Advance) * scale + x) * 3, 3).Fill(235);
    }
}
