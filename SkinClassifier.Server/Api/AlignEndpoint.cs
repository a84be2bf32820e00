using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;
using SkinClassifier.Registration;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Api;

/// <summary>What two images of one spot have in common and what not.</summary>
/// <param name="IsAligned">Whether they can be compared place by place.</param>
/// <param name="Correlation">Correlation of their luminance where they overlap, −1 to 1.</param>
/// <param name="Overlap">Share of the first image that the second one shows.</param>
/// <param name="Rotation">Degrees by which the second one is turned, clockwise.</param>
/// <param name="Scale">How much larger the second one shows the spot.</param>
/// <param name="X">Shift to the right, in half longer sides.</param>
/// <param name="Y">Shift downward, in half longer sides.</param>
/// <param name="First">The first image, small, as data address.</param>
/// <param name="Second">The second one laid over it, as data address.</param>
/// <param name="Color">How the colors differ; null where the images are not aligned.</param>
/// <param name="Scores">Probabilities of both for every class.</param>
/// <param name="FirstPredicted">Class of the first image.</param>
/// <param name="SecondPredicted">Class of the second image.</param>
/// <param name="Notice">What this comparison is not.</param>
internal sealed record Alignment(bool IsAligned, double Correlation, double Overlap, double Rotation, double Scale, double X, double Y, string First,
    string Second, ColorDifference? Color, IReadOnlyList<ScorePair> Scores, string? FirstPredicted, string? SecondPredicted, string Notice);

/// <summary>Probabilities of one class.</summary>
internal sealed record ScorePair(string Label, float First, float Second);

/// <summary>POST /v1/align: a form with two images of one spot, the earlier one first. Nothing is stored.</summary>
internal static class AlignEndpoint
{
    /// <summary>Longer side at which images are compared and given back, in pixels.</summary>
    public const int Size = 512;

    /// <summary>The sentence that goes with every comparison.</summary>
    public const string Notice = "This shows change between two images, not disease: light, camera and distance change images, too. " + ModelsEndpoint.Notice;

    /// <summary>Lays the second of two images of one spot over the first, and compares them.</summary>
    public static async Task<IResult> AlignAsync(
        HttpContext context, IPredictionEnginePools models, PredictionRate rate, PredictionLimits limits, string? model)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        if (ServedModels.Find(models, model) is not { Name: var name })
            return Problems.NoModel(model ?? "", models);
        try
        {
            if (!ImageUploads.IsForm(context.Request))
                throw new BadHttpRequestException(
                    "Expected a form with two images, received something else. For example: curl -F a=@before.jpg -F b=@after.jpg");
            List<byte[]> files = [];
            await foreach (UploadedImage image in ImageUploads.ReadFormAsync(context.Request, 2, cancellationToken))
                files.Add(await UploadedBytes.ReadAtMostAsync(image.Content, limits.MaxBytes, cancellationToken)
                    ?? throw new BadHttpRequestException(UploadedBytes.TooLarge(image.Name, limits), StatusCodes.Status413PayloadTooLarge));
            if (files.Count != 2)
                throw new BadHttpRequestException($"Expected a form with two images, received {files.Count}.");
            if (rate.Take(context, 2) is { } refusal)
                return refusal;
            // The predictions come first: they look at sizes before anything is decoded.
            ImagePrediction first = await models.PredictAsync(name, files[0], cancellationToken),
                second = await models.PredictAsync(name, files[1], cancellationToken);
            return Results.Json(await SmallImage.RunAsync(() => Compare(files, first, second, limits, cancellationToken), cancellationToken));
        }
        catch (Exception error) when (Problems.IsExpected(error, cancellationToken))
        {
            return Problems.Of(error, context);
        }
    }

    private static Alignment Compare(
        List<byte[]> files, ImagePrediction first, ImagePrediction second, PredictionLimits limits, CancellationToken cancellationToken)
    {
        RgbImage reference = SmallImage.Decode(files[0], Size, limits), moving = SmallImage.Decode(files[1], Size, limits);
        RegistrationResult result = ImageRegistration.Align(reference, moving, cancellationToken);
        RgbImage aligned =
            ImageRegistration.Warp(moving, result.IsAligned ? result.Transform : SimilarityTransform.Identity, reference.Width, reference.Height);
        Dictionary<string, float> others = second.Scores.ToDictionary(s => s.Label, s => s.Score);
        return new Alignment(result.IsAligned, result.Correlation, result.Overlap, result.Transform.Rotation, result.Transform.Scale, result.Transform.X,
            result.Transform.Y, SmallImage.Address(reference), SmallImage.Address(aligned), result.IsAligned ? ColorDifference.Of(reference, aligned) : null,
            [.. first.Scores.Select(s => new ScorePair(s.Label, s.Score, others[s.Label]))], first.PredictedLabel, second.PredictedLabel, Notice);
    }
}
