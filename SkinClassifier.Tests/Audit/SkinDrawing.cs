using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Data.Corruptions;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Audit;

/// <summary>Drawn skin with a spot, and what can be wrong with it; each image is named after its problem.</summary>
internal static class SkinDrawing
{
    /// <summary>A spot on grainy skin.</summary>
    public static RgbImage Spot(int number, int width = 120, int height = 96)
    {
        RgbImage image = new(width, height);
        SeededRandom random = new(7, (ulong)number);
        double radius = random.NextDouble(0.15, 0.3) * height, tone = random.NextDouble(0.85, 1.1), slope = random.NextDouble(-25, 25);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                double away = Math.Sqrt(Math.Pow(x - width / 2.0, 2) + Math.Pow(y - height / 2.0, 2)), spot = away < radius ? 0.55 : 1;
                double light = tone * spot * (1 + slope * (x - width / 2.0) / width / 100), grain = random.NextDouble(-16, 16);
                (image.Row(y)[3 * x], image.Row(y)[3 * x + 1], image.Row(y)[3 * x + 2]) =
                    (Sample(205 * light + grain), Sample(150 * light + grain), Sample(130 * light + grain));
            }
        return image;
    }

    /// <summary>The image with a problem.</summary>
    public static RgbImage With(string problem, RgbImage image)
    {
        switch (problem)
        {
            case DatasetQuality.Blurred:
                return Corrupted("blur", image, 5);
            case DatasetQuality.Dark:
                foreach (ref byte sample in image.Pixels)
                    sample /= 5;
                return image;
            case DatasetQuality.Glare:
                for (int y = image.Height / 3; y < 2 * image.Height / 3; y++)
                    image.Row(y).Slice(image.Width, image.Width).Fill(255);
                return image;
            case DatasetQuality.Blank:
                image.Pixels.Fill(140);
                return image;
            case DatasetQuality.Tiny:
                return image.Resize(50, 40);
            case DatasetQuality.Border:
                image.Pixels[..(3 * image.Width * image.Height / 12)].Fill(3);
                return image;
            case DatasetQuality.DarkCorners:
                // Dark beyond the middle of every edge, so that no edge is dark all along.
                Vignette.Change(image, 1.02 * image.Width / image.Height, 0.05, 1);
                return image;
            default:
                return Corrupted("ruler", image, 3);
        }
    }

    /// <summary>Two classes of clean images, and one image of class a for each problem, named after it.</summary>
    public static List<ImageSource> Sources(int perClass = 20)
    {
        List<ImageSource> sources = [.. Enumerable.Range(0, 2 * perClass)
            .Select(i => new ImageSource($"clean {i}.png", i % 2 == 0 ? "a" : "b", Spot(i).EncodePng()))];
        foreach (string problem in DatasetQuality.Problems)
            sources.Add(new ImageSource($"{problem}.png", "a", With(problem, Spot(1000 + problem.Length)).EncodePng()));
        return sources;
    }

    private static RgbImage Corrupted(string name, RgbImage image, int severity) =>
        CorruptionCatalog.All.First(c => c.Name == name).Apply(image, severity, seed: 1, index: 0);

    private static byte Sample(double value) => (byte)Math.Clamp(value, 0, 255);
}
