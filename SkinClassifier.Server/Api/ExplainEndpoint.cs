using System.Text.Json;
using SkinClassifier.Explanations;
using SkinClassifier.Hosting;
using SkinClassifier.Prediction;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Api;

/// <summary>What /v1/explain answers beside the prediction.</summary>
/// <param name="Label">Class whose score is explained.</param>
/// <param name="Method">How the map was computed.</param>
/// <param name="Layer">Feature map that was read; null for methods that read none.</param>
/// <param name="Overlay">The heat map over the image, with legend, PNG, as data address.</param>
/// <param name="Notice">What a heat map is not.</param>
internal sealed record HeatMapAnswer(string Label, string Method, string? Layer, string Overlay, string Notice);

/// <summary>
/// POST /v1/explain: an image as body becomes its prediction with a heat map of the places that raised the score of a class; with <c>Accept: image/png</c> the
/// image alone. The image is made smaller first, because maps need memory for every pixel.
/// </summary>
internal static class ExplainEndpoint
{
    /// <summary>Longest side of an image that is explained, in pixels; larger ones are made smaller.</summary>
    public const int MaxSide = 768;

    /// <summary>The sentence that goes with every map.</summary>
    public const string Notice = "A heat map shows where the network looked, not whether it is right, and it is no diagnosis. " + ModelsEndpoint.Notice;

    /// <summary>Predictions that a map counts as.</summary>
    public static int CostOf(ExplanationMethod method) => method is ExplanationMethod.Occlusion or ExplanationMethod.IntegratedGradients ? 100 : 3;

    /// <summary>Predicts an image and shows which places raised the score of a class.</summary>
    /// <param name="context">The request.</param>
    /// <param name="models">The models.</param>
    /// <param name="rate">The caller's share.</param>
    /// <param name="limits">Limits of an image.</param>
    /// <param name="model">Name of the model; without: the default model or the only one.</param>
    /// <param name="method">gradcam (default), gradcam++, hirescam, layercam, occlusion or integrated-gradients.</param>
    /// <param name="label">Class to explain; without: the predicted one.</param>
    /// <param name="layer">Feature map to read; without: the last one.</param>
    /// <param name="top">Classes of the prediction, most probable first; default 3.</param>
    public static async Task<IResult> ExplainAsync(HttpContext context, IPredictionEnginePools models, PredictionRate rate, PredictionLimits limits,
        string? model, string? method, string? label, string? layer, int top = 3)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        if (ServedModels.Find(models, model) is not { } served)
            return Problems.NoModel(model ?? "", models);
        if (!ExplanationMethodNames.Names.Contains(method ?? "gradcam"))
            return Results.Problem($"method: expected one of {string.Join(", ", ExplanationMethodNames.Names)}, received {method}.",
                title: "The request cannot be read.", statusCode: StatusCodes.Status400BadRequest);
        ExplanationMethod how = ExplanationMethodNames.Of(method ?? "gradcam");
        try
        {
            if (rate.Take(context, CostOf(how)) is { } refusal)
                return refusal;
            byte[] content = await UploadedBytes.ReadAtMostAsync(context.Request.Body, limits.MaxBytes, cancellationToken)
                ?? throw new BadHttpRequestException(UploadedBytes.TooLarge("image", limits), StatusCodes.Status413PayloadTooLarge);
            ShownPrediction shown = await ShownPrediction.MakeAsync(models, served.Name, content, MaxSide, limits,
                new ExplanationOptions { Method = how, Label = label, Layer = layer }, cancellationToken);
            context.Response.Headers[PredictEndpoint.ModelHeader] = shown.Prediction.ModelSha256;
            if (shown.Explanation is not { } explanation)
                return Results.Problem(ErrorSentence.Plain(shown.Problem!.Message), title: "There is no such heat map.",
                    statusCode: StatusCodes.Status400BadRequest);
            byte[] png = HeatMapOverlay.Draw(shown.Small, explanation).EncodePng();
            return context.Request.Headers.Accept.ToString().StartsWith("image/png", StringComparison.OrdinalIgnoreCase)
                ? Results.Bytes(png, "image/png")
                : Json(shown.Prediction, new HeatMapAnswer(explanation.Label, ExplanationMethodNames.NameOf(how), explanation.Layer,
                    $"data:image/png;base64,{Convert.ToBase64String(png)}", Notice), top);
        }
        catch (Exception error) when (Problems.IsExpected(error, cancellationToken))
        {
            return Problems.Of(error, context);
        }
    }

    private static IResult Json(ImagePrediction prediction, HeatMapAnswer heatMap, int top)
    {
        System.Buffers.ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WritePropertyName("prediction");
            PredictionJson.Write(json, "", prediction, null, Math.Max(1, top));
            json.WritePropertyName("heatMap");
            JsonSerializer.Serialize(json, heatMap, JsonSerializerOptions.Web);
            json.WriteEndObject();
        }
        return Results.Bytes(text.WrittenMemory, "application/json");
    }
}
