using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Synthetic;

/// <summary>The word DRAWING in the lower right corner, so that the image is not mistaken for a photograph.</summary>
internal static class SyntheticMark
{
    private const string Word = "DRAWING";

    /// <summary>Width of the mark with its margin, in pixels, at scale 1: the smallest image that can carry it.</summary>
    public static int Width => Word.Length * PixelFont.Advance + 3;

    /// <summary>Writes the mark: white letters on a darkened field, twice as large from 256 pixels on, and so on.</summary>
    public static void Put(RgbImage image)
    {
        int scale = Math.Max(1, Math.Min(image.Width / 128, image.Width / Width));
        int left = image.Width - Width * scale, top = image.Height - (PixelFont.Height + 3) * scale;
        for (int y = top; y < image.Height; y++)
            foreach (ref byte sample in image.Row(y)[(left * 3)..])
                sample = (byte)(sample * 5 / 8);
        PixelFont.Write(image, left + 2 * scale, top + 2 * scale, Word, scale, (235, 235, 235));
    }
}
