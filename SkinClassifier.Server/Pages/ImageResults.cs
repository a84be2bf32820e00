using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Explanations;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;
using SkinClassifier.Server.Api;

namespace SkinClassifier.Server.Pages;

/// <summary>Predicts images for pages, with what a page shows beside the prediction.</summary>
internal sealed class ImageResults(IPredictionEnginePools models, PredictionLimits limits, TimeProvider clock)
{
    /// <summary>Longer side of a thumbnail, in pixels.</summary>
    public const int ThumbnailSize = 320;

    /// <summary>The result of an image; what cannot be used has its reason in it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">The image as it arrives.</param>
    /// <param name="method">How its heat map is computed; null: none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="PredictionRejectedException">A limit that has nothing to do with the image is exceeded.</exception>
    public async Task<ImageResult> PredictAsync(ModelStatus model, UploadedImage image, ExplanationMethod? method, CancellationToken cancellationToken)
    {
        ShownPrediction? shown = null;
        string? error = null;
        try
        {
            byte[] content = await UploadedBytes.ReadAtMostAsync(image.Content, limits.MaxBytes, cancellationToken)
                ?? throw new InvalidContentException(UploadedBytes.TooLarge(image.Name, limits));
            shown = await ShownPrediction.MakeAsync(models, model.Name, content, ThumbnailSize, limits,
                method is { } how ? new ExplanationOptions { Method = how } : null, cancellationToken);
        }
        catch (Exception problem) when (problem is SkinClassifierException or PredictionRejectedException { RetryAfter: null })
        {
            error = problem.Message;
        }
        ImagePrediction? prediction = shown?.Prediction;
        return new ImageResult(image.Name, shown is null ? null : SmallImage.Address(shown.Small), prediction, error, ServedModels.PublicName(model.Name),
            prediction?.ModelSha256 ?? model.Sha256 ?? "", clock.GetUtcNow(),
            Encoding.UTF8.GetString(PredictionJson.ToUtf8(image.Name, prediction, error, int.MaxValue, indented: true).Span))
        {
            HeatMap = shown is { Explanation: { } map } ? HeatMap(shown.Small, map) : null,
            NoHeatMap = shown?.Problem is { } none ? ErrorSentence.Plain(none.Message) : null,
            Method = method is { } used ? ExplanationMethodNames.TitleOf(used) : "",
        };
    }

    /// <summary>The heat map alone, to be laid over the thumbnail.</summary>
    private static string HeatMap(RgbImage small, ImageExplanation explanation) => SmallImage.Address(HeatMapOverlay.Draw(small, explanation,
        new HeatMapOverlayOptions { Opacity = 1, ShowImage = false, Legend = false, MaxSide = ThumbnailSize }));
}
