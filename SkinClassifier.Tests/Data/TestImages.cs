using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data;

/// <summary>Small synthetic images and a temporary folder to put them in.</summary>
internal sealed class TestImages : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("dataset").FullName;

    /// <summary>An image of one color that depends on <paramref name="key"/>, as PNG.</summary>
    public static byte[] Png(int key, int width = 8, int height = 6)
    {
        RgbImage image = new(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(key * 37 + i % 3 * 50);
        image.Pixels[0] = (byte)key;
        image.Pixels[1] = (byte)(key >> 8);
        return image.EncodePng();
    }

    public string Add(string path, byte[] content)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    public string Add(string path, int key) => Add(path, Png(key));

    public string AddText(string path, string text) => Add(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A dataset in memory: class c has <paramref name="counts"/>[c] images in groups of <paramref name="groupSize"/>.</summary>
    public static ImageDataset Memory(int[] counts, int groupSize = 1)
    {
        List<ImageSource> sources = [];
        int key = 0;
        for (int c = 0; c < counts.Length; c++)
            for (int i = 0; i < counts[c]; i++)
                sources.Add(new ImageSource($"{(char)('a' + c)}/{i:0000}.png", ((char)('a' + c)).ToString(), Png(key++))
                {
                    Columns = new Dictionary<string, string> { ["lesion"] = $"{c}-{i / groupSize}" },
                });
        return ImageDataset.FromMemory(sources, new ImageDatasetOptions { CheckImages = false, CheckDuplicates = false });
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
