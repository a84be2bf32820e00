using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

/// <summary>The image that assets/golden/augmentations/make.py calls source().</summary>
internal static class TestImage
{
    public static RgbImage Create(int height, int width)
    {
        RgbImage image = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < 3; c++)
                    image.Row(y)[3 * x + c] =
                        (byte)((x * 11 + y * 7 * (c + 1) + c * 60 + x * y * (5 - c) / 3 + (x * 7919 + y * 104729 + c * 1299709) % 23) % 256);
        return image;
    }

    /// <summary>The result of a list for image <paramref name="index"/> of epoch 0.</summary>
    public static RgbImage Run(string json, RgbImage image, int index = 0) =>
        SkinClassifier.Data.Augmentations.AugmentationPipeline.FromJson(json, "test").Apply(image, 1, 0, index);

    /// <summary>An image of one color.</summary>
    public static RgbImage Flat(int width, int height, byte r, byte g, byte b)
    {
        RgbImage image = new(width, height);
        for (int i = 0; i < image.Pixels.Length; i += 3)
            (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) = (r, g, b);
        return image;
    }
}
