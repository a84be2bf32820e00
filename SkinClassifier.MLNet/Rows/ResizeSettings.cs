using System.Globalization;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.Rows;

/// <summary>The way from an image file to pixels, as a saved model holds it.</summary>
internal static class ResizeSettings
{
    private const string Width = "width", Height = "height", Resize = "resize", Filter = "filter", Reduced = "reducedDecoding";

    /// <summary>Settings by name.</summary>
    public static Dictionary<string, string> Of(ImagePreprocessor preprocessor) => new()
    {
        [Width] = preprocessor.Width.ToString(CultureInfo.InvariantCulture),
        [Height] = preprocessor.Height.ToString(CultureInfo.InvariantCulture),
        [Resize] = preprocessor.Resize.ToString(),
        [Filter] = preprocessor.Filter.ToString(),
        [Reduced] = preprocessor.ReducedDecoding.ToString(),
    };

    /// <summary>The preprocessing of settings.</summary>
    public static ImagePreprocessor Read(IReadOnlyDictionary<string, string> settings) =>
        new(int.Parse(settings[Width], CultureInfo.InvariantCulture), int.Parse(settings[Height], CultureInfo.InvariantCulture),
            Enum.Parse<ResizeKind>(settings[Resize]), Enum.Parse<ResizeFilter>(settings[Filter]))
        { ReducedDecoding = bool.Parse(settings[Reduced]) };
}
