using System.Globalization;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Benchmarks.MlNet;

/// <summary>A way from a photograph to the network's pixels.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Fit">Photograph → image of the network's size.</param>
internal sealed record ImageView(string Name, Func<RgbImage, RgbImage> Fit)
{
    /// <summary>
    /// Our reader first, then ML.NET's three kinds on the photograph itself, then the chain's own kind on photographs that were made smaller before.
    /// </summary>
    public static IEnumerable<ImageView> All(ImageClassificationModel model, IReadOnlyList<double> reductions)
    {
        int width = model.Manifest.Width, height = model.Manifest.Height;
        MlNetResizing own = MlNetPixels.Of(model.Manifest.Preprocessing.Resize);
        yield return new ImageView("our reader", model.Preprocessor.Fit);
        foreach (MlNetResizing kind in Enum.GetValues<MlNetResizing>())
            yield return new ImageView($"ML.NET's {kind}{(kind == own ? " (in the chain)" : "")}", photo => MlNetPixels.Resize(photo, width, height, kind));
        foreach (double reduction in reductions)
            yield return new ImageView(string.Create(CultureInfo.InvariantCulture, $"{own}, reduced to {reduction:0.##} times the input size before"),
                photo => MlNetPixels.Resize(Reduce(photo, model, reduction), width, height, own));
        yield return new ImageView($"{own}, reduced to twice the input size, stored as JPEG of quality 90",
            photo => MlNetPixels.Resize(RgbImage.Decode(Reduce(photo, model, 2).EncodeJpeg(90)), width, height, own));
        yield return new ImageView(
            $"{own}, brought to exactly the input size before", photo => MlNetPixels.Resize(model.Preprocessor.Fit(photo), width, height, own));
    }

    /// <summary>
    /// The photograph with the side that counts (crop: the shorter, pad: the longer, stretch: both) as <paramref name="times"/> the input size; never
    /// larger than it was.
    /// </summary>
    private static RgbImage Reduce(RgbImage photo, ImageClassificationModel model, double times)
    {
        double across = times * model.Manifest.Width / photo.Width, down = times * model.Manifest.Height / photo.Height;
        if (model.Manifest.Preprocessing.Resize != "stretch")
            across = down = model.Manifest.Preprocessing.Resize == "pad" ? Math.Min(across, down) : Math.Max(across, down);
        int width = (int)Math.Round(photo.Width * Math.Min(across, 1)), height = (int)Math.Round(photo.Height * Math.Min(down, 1));
        return width == photo.Width && height == photo.Height ? photo : photo.Resize(width, height);
    }
}
