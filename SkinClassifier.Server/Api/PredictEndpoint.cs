using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Hosting;
using SkinClassifier.Prediction;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Api;

/// <summary>
/// POST /v1/predict: an image as body becomes one object, a form with files an array with one for each, in the words of `skinclassifier predict --format
/// json`. An image of a form that cannot be used has its reason in its own object.
/// </summary>
internal static class PredictEndpoint
{
    /// <summary>Most images of one form.</summary>
    public const int MaxImages = 100;

    /// <summary>Header that tells which file has predicted.</summary>
    public const string ModelHeader = "SkinClassifier-Model-Sha256";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Predicts an image, or the images of a form.</summary>
    /// <param name="context">The request.</param>
    /// <param name="models">The models.</param>
    /// <param name="rate">The caller's share.</param>
    /// <param name="model">Name of the model; without: the default model or the only one.</param>
    /// <param name="top">Classes of an answer, most probable first; default 3.</param>
    public static async Task<IResult> PredictAsync(HttpContext context, IPredictionEnginePools models, PredictionRate rate, string? model, int top = 3)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        if (ServedModels.Find(models, model) is not { } name)
            return Problems.NoModel(model ?? "", models);
        if (top < 1)
            return Results.Problem($"top: expected at least 1, received {top}.", title: "The request cannot be read.",
                statusCode: StatusCodes.Status400BadRequest);
        try
        {
            context.Response.Headers[ModelHeader] = models.Status.First(m => m.Name == name).Sha256;
            if (!ImageUploads.IsForm(context.Request))
                return rate.Take(context, 1) ?? One(await models.PredictAsync(name, context.Request.Body, cancellationToken), top);
            ArrayBufferWriter<byte> text = new();
            await using Utf8JsonWriter json = new(text, Json);
            json.WriteStartArray();
            await foreach (UploadedImage image in ImageUploads.ReadFormAsync(context.Request, MaxImages, cancellationToken))
            {
                if (rate.Take(context, 1) is { } refusal)
                    return refusal;
                await WriteAsync(json, image, name, models, top, cancellationToken);
            }
            json.WriteEndArray();
            await json.FlushAsync(cancellationToken);
            return Results.Bytes(text.WrittenMemory, "application/json");
        }
        catch (Exception error) when (Problems.IsExpected(error, cancellationToken))
        {
            return Problems.Of(error, context);
        }
    }

    /// <summary>Predicts an image of several, and writes its object, with the reason where it cannot be used.</summary>
    public static async Task WriteAsync(Utf8JsonWriter json, UploadedImage image, string model, IPredictionEnginePools models, int top,
        CancellationToken cancellationToken)
    {
        try
        {
            PredictionJson.Write(json, image.Name, await models.PredictAsync(model, image.Content, cancellationToken), null, top);
        }
        catch (Exception error) when (error is Common.SkinClassifierException or PredictionRejectedException { RetryAfter: null })
        {
            PredictionJson.Write(json, image.Name, null, error.Message, top);
        }
    }

    private static IResult One(ImagePrediction prediction, int top) =>
        Results.Bytes(PredictionJson.ToUtf8("", prediction, null, top), "application/json");
}
