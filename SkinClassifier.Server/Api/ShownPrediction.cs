using SkinClassifier.Explanations;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;

namespace SkinClassifier.Server.Api;

/// <summary>A prediction with what is shown beside it. The image is decoded once, and one model does all, whatever is reloaded meanwhile.</summary>
/// <param name="Prediction">The prediction, that of the whole image.</param>
/// <param name="Small">The image, made smaller: maps need memory for every pixel.</param>
/// <param name="Explanation">The heat map of <paramref name="Small"/>; null where none was asked for, or there is none.</param>
/// <param name="Problem">Why there is no heat map although one was asked for.</param>
internal sealed record ShownPrediction(ImagePrediction Prediction, RgbImage Small, ImageExplanation? Explanation, ArgumentException? Problem)
{
    /// <summary>Predicts an encoded image, makes it smaller and explains it.</summary>
    /// <param name="models">The models.</param>
    /// <param name="model">Registered name of the model.</param>
    /// <param name="content">The file.</param>
    /// <param name="maxSide">Longest side of the small image, in pixels.</param>
    /// <param name="limits">Limits of an image.</param>
    /// <param name="options">How the heat map is computed; null: none. Without a label, that of the predicted class.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="PredictionRejectedException">A limit is exceeded.</exception>
    /// <exception cref="Common.SkinClassifierException">The image cannot be read.</exception>
    public static Task<ShownPrediction> MakeAsync(IPredictionEnginePools models, string model, ReadOnlyMemory<byte> content, int maxSide,
        PredictionLimits limits, ExplanationOptions? options, CancellationToken cancellationToken) =>
        models.UseAsync(model, content, async (engines, token) =>
        {
            RgbImage image = await Task.Run(() => SmallImage.DecodeWhole(content.Span, limits), token);
            // Reduced decoding gives other pixels than the whole image has: such a model reads the file itself.
            ImagePrediction prediction = engines.Model.Preprocessor.ReducedDecoding
                ? await engines.PredictAsync(content, cancellationToken: token) : await engines.PredictAsync(image, token);
            RgbImage small = SmallImage.Of(image, maxSide);
            if (options is null)
                return new ShownPrediction(prediction, small, null, null);
            try
            {
                ImageExplanation explanation =
                    await engines.ExplainAsync(small, options.Label is null ? options with { Label = prediction.PredictedLabel } : options, token);
                return new ShownPrediction(prediction, small, explanation, null);
            }
            catch (ArgumentException problem)
            {
                return new ShownPrediction(prediction, small, null, problem);
            }
        }, cancellationToken);
}
