using System.Text.Json;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

/// <summary>What Pillow, SciPy and colorsys make of the same image: assets/golden/augmentations.</summary>
public sealed class AugmentationReferenceTests
{
    public sealed record Golden(string Name, double[] Arguments, int Width, int Height, byte[] Pixels)
    {
        public override string ToString() => $"{Name}({string.Join(", ", Arguments)})";
    }

    private static IEnumerable<Golden> Cases()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Asset("golden", "augmentations", "expected.json")));
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
            yield return new Golden(
                entry.GetProperty("name").GetString()!, [.. entry.GetProperty("arguments").EnumerateArray().Select(number => number.GetDouble())],
                entry.GetProperty("width").GetInt32(), entry.GetProperty("height").GetInt32(), entry.GetProperty("pixels").GetBytesFromBase64());
    }

    [TestCaseSource(nameof(Cases))]
    public void Change_equals_the_reference_to_one_of_255(Golden golden)
    {
        RgbImage image = golden.Name is "posterize" or "solarize" or "stretch" or "equalize" ? Big() : TestImage.Create(14, 19);
        double a = golden.Arguments.Length > 0 ? golden.Arguments[0] : 0;
        switch (golden.Name)
        {
            case "brightness": Brightness.Change(image, a); break;
            case "contrast": Contrast.Change(image, a); break;
            case "sharpness": image = Sharpness.Change(image, a); break;
            case "gray": Gray.Change(image); break;
            case "saturation": Saturation.Change(image, a); break;
            case "hue": Hue.Change(image, a); break;
            case "gaussian_blur": GaussianBlur.Change(image, a); break;
            case "shades_of_gray": image = image.ShadesOfGray(a); break;
            case "posterize": Histogram.Posterize(image, (int)a); break;
            case "solarize": Histogram.Solarize(image, a); break;
            case "stretch": Histogram.Stretch(image); break;
            case "equalize": Histogram.Equalize(image); break;
            default:
                FillMode mode = Enum.Parse<FillMode>(golden.Name["affine_".Length..], ignoreCase: true);
                double[] m = golden.Arguments;
                image =
                    AffineResampler.Warp(image, new AffineMap(m[0], m[1], m[2], m[3], m[4], m[5]), golden.Width, golden.Height, new Fill(mode, 200, 100, 50));
                break;
        }
        Assert.That((image.Width, image.Height), Is.EqualTo((golden.Width, golden.Height)));
        int allowed = golden.Name is "gray" or "posterize" or "solarize" or "stretch" or "equalize" ? 0 : 1;
        for (int i = 0; i < golden.Pixels.Length; i++)
            Assert.That((int)image.Pixels[i], Is.EqualTo((int)golden.Pixels[i]).Within(allowed), $"sample {i}");
    }

    private static RgbImage Big()
    {
        RgbImage image = TestImage.Create(40, 41);
        foreach (ref byte sample in image.Pixels)
            sample = (byte)(sample / 2 + 30);
        return image;
    }
}
