using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>Changes of the distribution of samples, in place. Same bytes as Pillow's ImageOps of the same meaning.</summary>
internal static class Histogram
{
    /// <summary>Keeps the upper <paramref name="bits"/> (1 to 8) bits of every sample.</summary>
    public static void Posterize(RgbImage image, int bits)
    {
        byte mask = (byte)(0xFF00 >> bits);
        foreach (ref byte sample in image.Pixels)
            sample &= mask;
    }

    /// <summary>Inverts the samples from <paramref name="threshold"/> on.</summary>
    public static void Solarize(RgbImage image, double threshold) => Tone.Map(image, value => value < threshold ? value : 255 - value);

    /// <summary>Stretches each color so that its smallest sample becomes 0 and its largest 255 (Pillow: autocontrast).</summary>
    public static void Stretch(RgbImage image)
    {
        Span<int> counts = stackalloc int[256];
        Span<byte> table = stackalloc byte[256];
        for (int c = 0; c < 3; c++)
        {
            Count(image, c, counts);
            int low = counts.IndexOfAnyExcept(0), high = counts.LastIndexOfAnyExcept(0);
            if (high <= low)
                continue;
            double scale = 255.0 / (high - low), offset = -low * scale;
            for (int i = 0; i < 256; i++)
                table[i] = (byte)Math.Clamp((int)(i * scale + offset), 0, 255);
            Apply(image, c, table);
        }
    }

    /// <summary>Makes each color's samples about equally frequent (Pillow: equalize).</summary>
    public static void Equalize(RgbImage image)
    {
        Span<int> counts = stackalloc int[256];
        Span<byte> table = stackalloc byte[256];
        for (int c = 0; c < 3; c++)
        {
            Count(image, c, counts);
            int last = counts.LastIndexOfAnyExcept(0), step = (image.Pixels.Length / 3 - counts[last]) / 255;
            if (step == 0)
                continue;
            long sum = step / 2;
            for (int i = 0; i < 256; i++)
            {
                table[i] = (byte)Math.Min(sum / step, 255);
                sum += counts[i];
            }
            Apply(image, c, table);
        }
    }

    private static void Count(RgbImage image, int channel, Span<int> counts)
    {
        counts.Clear();
        for (int i = channel; i < image.Pixels.Length; i += 3)
            counts[image.Pixels[i]]++;
    }

    private static void Apply(RgbImage image, int channel, ReadOnlySpan<byte> table)
    {
        Span<byte> pixels = image.Pixels;
        for (int i = channel; i < pixels.Length; i += 3)
            pixels[i] = table[pixels[i]];
    }
}
