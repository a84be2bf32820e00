using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>Changes that look at each sample alone, done with a table of 256 values, and the luma that several changes need.</summary>
internal static class Tone
{
    /// <summary>v′ = <paramref name="change"/>(v), rounded and limited to 0 … 255, for every sample.</summary>
    public static void Map(RgbImage image, Func<double, double> change)
    {
        Span<byte> table = stackalloc byte[256];
        Fill(table, change);
        foreach (ref byte sample in image.Pixels)
            sample = table[sample];
    }

    /// <summary>As <see cref="Map(RgbImage, Func{double, double})"/> with a change for each color.</summary>
    public static void Map(RgbImage image, Func<double, double> red, Func<double, double> green, Func<double, double> blue)
    {
        Span<byte> r = stackalloc byte[256], g = stackalloc byte[256], b = stackalloc byte[256];
        Fill(r, red);
        Fill(g, green);
        Fill(b, blue);
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (r[pixels[i]], g[pixels[i + 1]], b[pixels[i + 2]]);
    }

    /// <summary>0.299 R + 0.587 G + 0.114 B in 16 bit fixed point, rounded (ITU-R BT.601; the same integers as Pillow's).</summary>
    public static byte Luma(byte r, byte g, byte b) => (byte)((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);

    private static void Fill(Span<byte> table, Func<double, double> change)
    {
        for (int i = 0; i < 256; i++)
            table[i] = (byte)Math.Clamp(change(i) + 0.5, 0, 255);
    }
}
