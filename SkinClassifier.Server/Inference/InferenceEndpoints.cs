using System.Globalization;
using System.Reflection;
using System.Text.Json;
using SkinClassifier.Hosting;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Server.Api;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Inference;

/// <summary>
/// The Open Inference Protocol v2 with its binary extension, so that clients of KServe and Triton work unchanged. The version of a model is "1": the file that
/// predicts now is the only one.
/// </summary>
internal static class InferenceEndpoints
{
    /// <summary>Header that tells how long the JSON is where binary tensors follow it.</summary>
    public const string LengthHeader = "Inference-Header-Content-Length";

    private const string Version = "1", Json = "application/json", Bytes = "application/octet-stream";

    /// <summary>Adds the protocol's addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder v2 = routes.MapGroup("/v2").WithTags("Open Inference Protocol v2");
        v2.MapGet("/health/live", () => Results.Json(new InferenceLive(true))).AllowAnonymous().Produces<InferenceLive>(200, Json);
        v2.MapGet("/health/ready", (IPredictionEnginePools models) => Ready(models.Status.All(m => m.Loaded))).AllowAnonymous()
            .Produces<InferenceReady>(200, Json).Produces<InferenceReady>(503, Json);
        v2.MapGet("/", Server).Produces<InferenceServer>(200, Json).WithProblems(401);
        foreach (string prefix in new[] { "/models/{model}", "/models/{model}/versions/{version}" })
        {
            v2.MapGet(prefix, Describe).Produces<InferenceModel>(200, Json).Produces<InferenceError>(404, Json).WithProblems(401);
            v2.MapGet(prefix + "/ready", (IPredictionEnginePools models, string model, string? version) => Find(models, model, version) is { } served
                ? Ready(served.Loaded) : NoModel(model, version))
                .Produces<InferenceReady>(200, Json).Produces<InferenceReady>(503, Json).Produces<InferenceError>(404, Json).WithProblems(401);
            RouteHandlerBuilder infer = v2.MapPost(prefix + "/infer", InferAsync).WithBody(Json, Bytes).Produces<InferenceAnswer>(200, Json).WithAnswer(Bytes)
                .WithProblems(401, 403);
            foreach (int status in new[] { 400, 404, 408, 413, 429, 503 })
                infer.Produces<InferenceError>(status, Json);
        }
    }

    private static IResult Ready(bool isReady) => Results.Json(new InferenceReady(isReady),
        statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static IResult Server() => Results.Json(new InferenceServer("skinclassifier",
        typeof(InferenceEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
        ["binary_tensor_data"]));

    private static IResult Describe(IPredictionEnginePools models, string model, string? version)
    {
        if (Find(models, model, version) is not { Name: var name })
            return NoModel(model, version);
        ImageClassificationModel served = models.GetModel(name);
        return Results.Json(new InferenceModel(ServedModels.PublicName(name), [Version], "skinclassifier",
            [new(InferenceInput.Name, "BYTES", [-1]), new(InferenceInput.Name, "FP32", [-1, 3, served.Manifest.Height, served.Manifest.Width])],
            InferenceResponse.Outputs(served.Labels.Count)));
    }

    private static async Task<IResult> InferAsync(HttpContext context, IPredictionEnginePools models, PredictionRate rate, string model, string? version)
    {
        if (Find(models, model, version) is not { Name: var name })
            return NoModel(model, version);
        CancellationToken cancellationToken = context.RequestAborted;
        try
        {
            ImageClassificationModel served = models.GetModel(name);
            (InferenceRequest request, ReadOnlyMemory<byte> binary) = await ReadAsync(context.Request, cancellationToken);
            InferenceInput input = InferenceInput.Read(request, binary, served.Manifest.Height, served.Manifest.Width);
            if (rate.Take(context, input.Count) is not null)
                return Error("Expected no more predictions in a minute than the server allows one caller, received more. Try again later.",
                    StatusCodes.Status429TooManyRequests);
            List<ImagePrediction> predictions = [];
            foreach (ReadOnlyMemory<byte> file in input.Files)
                predictions.Add(await models.PredictAsync(name, file, cancellationToken));
            foreach (ReadOnlyMemory<float> pixels in input.Pixels)
                predictions.Add(await models.PredictPixelsAsync(name, pixels, cancellationToken));
            if (predictions.Any(p => p.ModelSha256 != predictions[0].ModelSha256))
            {
                context.Response.Headers.RetryAfter = "1";
                return Error("Expected one model for all images of a request, but another file took over meanwhile. Send the request again.",
                    StatusCodes.Status503ServiceUnavailable);
            }
            ReadOnlyMemory<byte> answer = InferenceResponse.Write(request, ServedModels.PublicName(name), Version, predictions, out int? headerLength);
            if (headerLength is { } length)
                context.Response.Headers[LengthHeader] = length.ToString(CultureInfo.InvariantCulture);
            return Results.Bytes(answer, headerLength is null ? Json : Bytes);
        }
        catch (Exception error) when (error is InferenceException or JsonException or ArgumentException)
        {
            return Error(error is ArgumentException ? ErrorSentence.Plain(error.Message) : error.Message, StatusCodes.Status400BadRequest);
        }
        catch (Exception error) when (Problems.IsExpected(error, cancellationToken))
        {
            return Error(error.Message, Problems.StatusOf(error, context));
        }
    }

    /// <summary>The JSON of a request and what follows it.</summary>
    private static async Task<(InferenceRequest Request, ReadOnlyMemory<byte> Binary)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, cancellationToken);
        ReadOnlyMemory<byte> content = body.GetBuffer().AsMemory(0, (int)body.Length);
        int length = content.Length;
        if (request.Headers[LengthHeader].ToString() is { Length: > 0 } given
            && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out length)
            || length > content.Length))
            throw new InferenceException($"{LengthHeader}: expected at most the {content.Length} bytes of the body, received {given}.");
        return (JsonSerializer.Deserialize<InferenceRequest>(content.Span[..length])
            ?? throw new InferenceException("Expected a JSON object with inputs, received null."), content[length..]);
    }

    private static ModelStatus? Find(IPredictionEnginePools models, string model, string? version) =>
        version is null or Version ? ServedModels.Find(models, model) : null;

    private static IResult NoModel(string model, string? version) => Error(
        $"Expected the name of a model of the server, received {model}{(version is null ? "" : $", version {version}; the only version is {Version}")}.",
        StatusCodes.Status404NotFound);

    private static IResult Error(string message, int status) => Results.Json(new InferenceError(message), statusCode: status);
}
