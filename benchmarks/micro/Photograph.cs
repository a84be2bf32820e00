using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Benchmarks.Micro;

/// <summary>Images with the smooth areas and the noise of a photograph.</summary>
internal static class Photograph
{
    public static RgbImage Draw(int width, int height)
    {
        RgbImage image = new(width, height);
        SeededRandom random = new(1);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < 3; c++)
                    image.Row(y)[3 * x + c] = (byte)(128 + 60 * Math.Sin(x * 0.01 + c) * Math.Cos(y * 0.013) + random.NextInt32(9));
        return image;
    }
}
