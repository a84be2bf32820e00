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
    /// <param name="model">Registered name of the model.</param>
    /// <param name="image">The image as it arrives.</param>
    /// <param name="method">How its heat map is computed; null: none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="PredictionRejectedException">A limit that has nothing to do with the image is exceeded.</exception>
    public async Task<ImageResult> PredictAsync(string model, UploadedImage image, ExplanationMethod? method, CancellationToken cancellationToken)
    {
        string sha256 = models.Status.First(m => m.Name == model).Sha256 ?? "";
        ImagePrediction? prediction = null;
        string? thumbnail = null, error = null, map = null, noMap = null;
        try
        {
            byte[] content = await UploadedBytes.ReadAtMostAsync(image.Content, limits.MaxBytes, cancellationToken)
                ?? throw new InvalidContentException(UploadedBytes.TooLarge(image.Name, limits));
            prediction = await models.PredictAsync(model, content, cancellationToken);
            RgbImage small = SmallImage.Decode(content, ThumbnailSize, limits);
            thumbnail = SmallImage.Address(small);
            if (method is { } how)
                (map, noMap) = await HeatMapAsync(model, small, prediction.PredictedLabel, how, cancellationToken);
        }
        catch (Exception problem) when (problem is SkinClassifierException or PredictionRejectedException { RetryAfter: null })
        {
            error = problem.Message;
        }
        return new ImageResult(image.Name, thumbnail, prediction, error, ServedModels.PublicName(model), sha256, clock.GetUtcNow(),
            Encoding.UTF8.GetString(PredictionJson.ToUtf8(image.Name, prediction, error, int.MaxValue, indented: true).Span))
        {
            HeatMap = map,
            NoHeatMap = noMap,
            Method = method is { } used ? ExplanationMethodNames.TitleOf(used) : "",
        };
    }

    /// <summary>The heat map alone, to be laid over the thumbnail; null where the network has none for the method.</summary>
    private async Task<(string? Map, string? Problem)> HeatMapAsync(string model, RgbImage small, string? label, ExplanationMethod method,
        CancellationToken cancellationToken)
    {
        try
        {
            ImageExplanation explanation =
                await models.ExplainAsync(model, small, new ExplanationOptions { Method = method, Label = label }, cancellationToken);
            return (SmallImage.Address(HeatMapOverlay.Draw(small, explanation,
                new HeatMapOverlayOptions { Opacity = 1, ShowImage = false, Legend = false, MaxSide = ThumbnailSize })), null);
        }
        catch (ArgumentException error)
        {
            return (null, ErrorSentence.Plain(error.Message));
        }
    }
}
