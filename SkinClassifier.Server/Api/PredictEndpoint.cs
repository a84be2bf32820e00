using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using SkinClassifier.Dermatology.Fhir;
using SkinClassifier.Hosting;
using SkinClassifier.Prediction;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Api;

/// <summary>An image of a request.</summary>
/// <param name="Name">Name that the request gives it; "" for a body without one.</param>
/// <param name="Prediction">The prediction; null where there is none.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record PredictedImage(string Name, ImagePrediction? Prediction, string? Error);

/// <summary>
/// POST /v1/predict: an image as body becomes one object, a form with files an array with one for each, in the words of `skinclassifier predict --format
/// json`. An image of a form that cannot be used has its reason in its own object. With <c>Accept: application/fhir+json</c> all become one FHIR bundle.
/// </summary>
internal static class PredictEndpoint
{
    /// <summary>Most images of one form.</summary>
    public const int MaxImages = 100;

    /// <summary>Header that tells which file has predicted; several where another file took over between the images of a form.</summary>
    public const string ModelHeader = "SkinClassifier-Model-Sha256";

    private static readonly JsonWriterOptions Words = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Predicts an image, or the images of a form.</summary>
    /// <param name="context">The request.</param>
    /// <param name="models">The models.</param>
    /// <param name="rate">The caller's share.</param>
    /// <param name="exchange">Which formats there are.</param>
    /// <param name="clock">The time of the answer.</param>
    /// <param name="model">Name of the model; without: the default model or the only one.</param>
    /// <param name="top">Classes of an answer, most probable first; default 3.</param>
    public static async Task<IResult> PredictAsync(HttpContext context, IPredictionEnginePools models, PredictionRate rate, ClinicalExchange exchange,
        TimeProvider clock, string? model, int top = 3)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        context.Response.Headers.Vary = HeaderNames.Accept;
        if (exchange.FormatOf(context.Request) is not { } format)
            return exchange.NotAcceptable();
        if (ServedModels.Find(models, model) is not { Name: var name })
            return Problems.NoModel(model ?? "", models);
        if (top < 1)
            return Results.Problem($"top: expected at least 1, received {top}.", title: "The request cannot be read.",
                statusCode: StatusCodes.Status400BadRequest);
        try
        {
            bool isForm = ImageUploads.IsForm(context.Request);
            List<PredictedImage> images = [];
            if (!isForm)
            {
                if (rate.Take(context, 1) is { } refusal)
                    return refusal;
                images.Add(new PredictedImage("", await models.PredictAsync(name, context.Request.Body, cancellationToken), null));
            }
            else
                await foreach (UploadedImage image in ImageUploads.ReadFormAsync(context.Request, MaxImages, cancellationToken))
                {
                    if (rate.Take(context, 1) is { } refusal)
                        return refusal;
                    images.Add(await PredictAsync(image, name, models, cancellationToken));
                }
            context.Response.Headers[ModelHeader] = string.Join(", ", images.Select(i => i.Prediction?.ModelSha256).OfType<string>().Distinct());
            return format == AnswerFormat.Fhir
                ? Results.Bytes(Fhir(images, ServedModels.PublicName(name), clock.GetUtcNow()), FhirReport.MediaType)
                : Results.Bytes(Json(images, isForm, top), "application/json");
        }
        catch (Exception error) when (Problems.IsExpected(error, cancellationToken))
        {
            return Problems.Of(error, context);
        }
    }

    /// <summary>Predicts an image of several; where it cannot be used, the reason stands in its place.</summary>
    private static async Task<PredictedImage> PredictAsync(
        UploadedImage image, string model, IPredictionEnginePools models, CancellationToken cancellationToken)
    {
        try
        {
            return new PredictedImage(image.Name, await models.PredictAsync(model, image.Content, cancellationToken), null);
        }
        catch (Exception error) when (error is Common.SkinClassifierException or PredictionRejectedException { RetryAfter: null })
        {
            return new PredictedImage(image.Name, null, error.Message);
        }
    }

    private static byte[] Fhir(List<PredictedImage> images, string model, DateTimeOffset now) => FhirReport.ToJson(
        [.. images.Select(i => i.Prediction is { } prediction ? new ReportedImage(prediction, new ReportedModel(model, prediction.ModelSha256))
            : new ReportedImage(i.Error!, new ReportedModel(model, null)))], now);

    private static ReadOnlyMemory<byte> Json(List<PredictedImage> images, bool isForm, int top)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, Words))
        {
            if (isForm)
                json.WriteStartArray();
            foreach (PredictedImage image in images)
                PredictionJson.Write(json, image.Name, image.Prediction, image.Error, top);
            if (isForm)
                json.WriteEndArray();
        }
        return text.WrittenMemory;
    }
}
