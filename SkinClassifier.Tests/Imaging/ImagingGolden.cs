using System.Globalization;
using System.Security.Cryptography;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Imaging;

/// <summary>One line of assets/golden/imaging/expected.txt: what a file must show, or what a resize must give.</summary>
public sealed record ImagingGolden(string Kind, string Name, int Width, int Height, string Hash)
{
    public static IEnumerable<ImagingGolden> Read(string kind) =>
        File.ReadLines(SharedFiles.Asset("golden", "imaging", "expected.txt")).Select(line => line.Split(' ')).Where(parts => parts[0] == kind)
            .Select(parts => new ImagingGolden(parts[0], parts[1], Number(parts[2]), Number(parts[3]), parts[4]));

    public static byte[] Image(string name) => File.ReadAllBytes(SharedFiles.Asset("golden", "imaging", "images", name));

    public static string HashOf(RgbImage image) => Convert.ToHexStringLower(SHA256.HashData(image.Pixels));

    /// <summary>The image that make.py calls source().</summary>
    public static RgbImage Source(int height = 23, int width = 37)
    {
        RgbImage image = new(width, height);
        for (long i = 0; i < image.Pixels.Length; i++)
            image.Pixels[(int)i] = (byte)((i * 7919 + i * i / 13) % 256);
        RgbImage plain = image.Crop(0, 0, width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < 16; x++)
                plain.Row(y / 4 * 4).Slice(x / 4 * 12, 3).CopyTo(image.Row(y)[(3 * x)..]);
        return image;
    }

    public override string ToString() => $"{Name} {Width}x{Height}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
