using Microsoft.ML.Data;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.Images;

/// <summary>
/// Between ML.NET's images (four samples per pixel, colors multiplied by alpha) and ours (R, G, B). Transparent pixels are laid over white, as they
/// are when we read the file: white · (1 − alpha) is added to the multiplied color.
/// </summary>
internal static class MLImagePixels
{
    /// <summary>Our image of ML.NET's.</summary>
    /// <exception cref="InvalidContentException">There is no image.</exception>
    public static RgbImage ToRgb(MLImage? image) => image is null
        ? throw new InvalidContentException("The row has no image. Look at the step that made the column, or filter the row.")
        : ToRgb(image.Pixels, image.Width, image.Height, image.PixelFormat == MLPixelFormat.Bgra32 ? (2, 1, 0, 3) : (0, 1, 2, 3));

    /// <summary>Our image of samples of four per pixel.</summary>
    /// <param name="samples">The samples, row by row.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="at">Where red, green, blue and alpha stand in a pixel.</param>
    public static RgbImage ToRgb(ReadOnlySpan<byte> samples, int width, int height, (int Red, int Green, int Blue, int Alpha) at)
    {
        byte[] pixels = new byte[checked(width * height * 3)];
        for (int from = 0, to = 0; to < pixels.Length; from += 4, to += 3)
        {
            int white = 255 - samples[from + at.Alpha];
            pixels[to] = (byte)Math.Min(255, samples[from + at.Red] + white);
            pixels[to + 1] = (byte)Math.Min(255, samples[from + at.Green] + white);
            pixels[to + 2] = (byte)Math.Min(255, samples[from + at.Blue] + white);
        }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>ML.NET's image of ours.</summary>
    public static MLImage ToMLImage(RgbImage image)
    {
        ReadOnlySpan<byte> from = image.Pixels;
        byte[] samples = new byte[checked(image.Width * image.Height * 4)];
        for (int i = 0, j = 0; j < from.Length; i += 4, j += 3)
            (samples[i], samples[i + 1], samples[i + 2], samples[i + 3]) = (from[j], from[j + 1], from[j + 2], 255);
        MLImage? made = null;
        NativeLibrary.Run(() => made = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, samples));
        return made!;
    }
}
