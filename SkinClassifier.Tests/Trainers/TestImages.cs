using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Trainers;

/// <summary>Small synthetic images that a small network can tell apart: a disc, a ring or a square of varying place, size and color on noise.</summary>
internal static class TestImages
{
    public static readonly string[] Labels = ["disc", "ring", "square"];

    /// <summary>
    /// A dataset in memory with <paramref name="perClass"/> images of each class; <paramref name="broken"/> names images whose content is cut off.
    /// </summary>
    public static ImageDataset Dataset(int perClass, int classes = 3, int side = 24, ulong seed = 5, Func<string, bool>? broken = null, int[]? counts = null)
    {
        List<ImageSource> images = [];
        for (int c = 0; c < classes; c++)
            for (int i = 0; i < (counts?[c] ?? perClass); i++)
            {
                string name = $"{Labels[c]}/{i:000}.png";
                byte[] content = Draw(c, side, new SeededRandom(seed, (ulong)c, (ulong)i)).EncodePng();
                images.Add(new ImageSource(name, Labels[c], broken?.Invoke(name) == true ? content[..(content.Length / 2)] : content));
            }
        return ImageDataset.FromMemory(images, new ImageDatasetOptions { CheckDuplicates = false });
    }

    private static RgbImage Draw(int kind, int side, SeededRandom random)
    {
        RgbImage image = new(side, side);
        double x0 = random.NextDouble(0.4, 0.6) * side, y0 = random.NextDouble(0.4, 0.6) * side, size = random.NextDouble(0.25, 0.35) * side;
        int tone = 90 + random.NextInt32(60);
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++)
            {
                double dx = Math.Abs(x - x0), dy = Math.Abs(y - y0), distance = Math.Sqrt(dx * dx + dy * dy);
                bool inside = kind switch
                {
                    0 => distance < size,
                    1 => distance < size && distance > size * 0.6,
                    _ => Math.Max(dx, dy) < size,
                };
                int noise = random.NextInt32(30);
                Span<byte> pixel = image.Row(y).Slice(3 * x, 3);
                pixel[0] = (byte)((inside ? tone : 200) + noise);
                pixel[1] = (byte)((inside ? tone - 30 : 170) + noise);
                pixel[2] = (byte)((inside ? 40 : 150) + noise);
            }
        return image;
    }
}
