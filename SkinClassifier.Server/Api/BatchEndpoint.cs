using System.IO.Compression;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Prediction;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Api;

/// <summary>
/// POST /v1/batch: a zip of images, or a form with many files, becomes JSON lines in the order of the images, each sent as soon as it is there. A bad image has
/// its reason in its own line; where the answer has begun, a problem of the whole request is the last line, without a path.
/// </summary>
internal static class BatchEndpoint
{
    /// <summary>Most images of one request.</summary>
    public const int MaxImages = 10_000;

    /// <summary>Most bytes of a zip, which is kept in memory.</summary>
    public const int MaxZipBytes = 256 << 20;

    /// <summary>Most bytes of an entry for each byte that it takes in the zip; images hardly get smaller.</summary>
    public const int MaxRatio = 100;

    /// <summary>Predicts the images of a zip or of a form, as JSON lines.</summary>
    /// <param name="context">The request.</param>
    /// <param name="models">The models.</param>
    /// <param name="rate">The caller's share.</param>
    /// <param name="limits">Limits of a single image.</param>
    /// <param name="model">Name of the model; without: the default model or the only one.</param>
    /// <param name="top">Classes of a line, most probable first; default 3.</param>
    public static async Task<IResult> PredictAsync(HttpContext context, IPredictionEnginePools models, PredictionRate rate, PredictionLimits limits,
        string? model, int top = 3)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        if (ServedModels.Find(models, model) is not { } served)
            return Problems.NoModel(model ?? "", models);
        try
        {
            IAsyncEnumerable<(string Name, byte[]? Content, string? Error)> images = ImageUploads.IsForm(context.Request)
                ? FilesAsync(context.Request, limits, cancellationToken)
                : EntriesAsync(await ReadZipAsync(context.Request, cancellationToken), limits);
            context.Response.Headers[PredictEndpoint.ModelHeader] = served.Sha256;
            await WriteAsync(context, images, served.Name, models, rate, Math.Max(1, top), cancellationToken);
            return Results.Empty;
        }
        catch (Exception error) when (Problems.IsExpected(error, cancellationToken))
        {
            if (!context.Response.HasStarted)
                return Problems.Of(error, context);
            await WriteLineAsync(context.Response, "", null, error.Message, 1, cancellationToken);
            return Results.Empty;
        }
    }

    private static async Task WriteAsync(HttpContext context, IAsyncEnumerable<(string Name, byte[]? Content, string? Error)> images, string model,
        IPredictionEnginePools models, PredictionRate rate, int top, CancellationToken cancellationToken)
    {
        // As many at a time as there are engines; the answers keep the order of the images.
        Queue<(string Name, Task<ImagePrediction> Prediction)> running = new();
        await foreach ((string name, byte[]? content, string? problem) in images)
        {
            if (!context.Response.HasStarted)
                context.Response.ContentType = "application/jsonl";
            Task<ImagePrediction> prediction = problem is not null ? Task.FromException<ImagePrediction>(new InvalidContentException(problem))
                : rate.Take(context, 1) is null ? PatientlyAsync(models, model, content!, cancellationToken)
                : Task.FromException<ImagePrediction>(new InvalidContentException("Not predicted: the caller has used up the predictions of this minute."));
            running.Enqueue((name, prediction));
            if (running.Count >= Environment.ProcessorCount)
                await FinishAsync();
        }
        while (running.Count > 0)
            await FinishAsync();

        async Task FinishAsync()
        {
            (string name, Task<ImagePrediction> prediction) = running.Dequeue();
            try
            {
                await WriteLineAsync(context.Response, name, await prediction, null, top, cancellationToken);
            }
            catch (Exception error) when (error is SkinClassifierException or PredictionRejectedException)
            {
                await WriteLineAsync(context.Response, name, null, error.Message, top, cancellationToken);
            }
        }
    }

    /// <summary>Predicts an image; where the queue is full, a batch waits, because no caller waits for its single images.</summary>
    private static async Task<ImagePrediction> PatientlyAsync(IPredictionEnginePools models, string model, byte[] content, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await models.PredictAsync(model, content, cancellationToken);
            }
            catch (PredictionRejectedException error) when (error is { Reason: PredictionRejection.QueueFull, RetryAfter: { } wait })
            {
                await Task.Delay(wait + TimeSpan.FromMilliseconds(10), cancellationToken);
            }
        }
    }

    private static async Task WriteLineAsync(HttpResponse response, string path, ImagePrediction? prediction, string? error, int top,
        CancellationToken cancellationToken)
    {
        byte[] line = [.. PredictionJson.ToUtf8(path, prediction, error, top).Span, (byte)'\n'];
        await response.Body.WriteAsync(line, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static async IAsyncEnumerable<(string Name, byte[]? Content, string? Error)> FilesAsync(HttpRequest request, PredictionLimits limits,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (UploadedImage image in ImageUploads.ReadFormAsync(request, MaxImages, cancellationToken))
        {
            byte[]? content = await UploadedBytes.ReadAtMostAsync(image.Content, limits.MaxBytes, cancellationToken);
            yield return (image.Name, content, content is null ? UploadedBytes.TooLarge(image.Name, limits) : null);
        }
    }

    private static async IAsyncEnumerable<(string Name, byte[]? Content, string? Error)> EntriesAsync(Stream stream, PredictionLimits limits)
    {
        await using ZipArchive zip = new(stream, ZipArchiveMode.Read);
        ZipArchiveEntry[] files = [.. zip.Entries.Where(e => e.Name.Length > 0)];
        if (files.Length > MaxImages)
            throw new BadHttpRequestException($"Expected at most {MaxImages} files in a zip, received {files.Length}. Use several requests.",
                StatusCodes.Status413PayloadTooLarge);
        foreach (ZipArchiveEntry entry in files)
        {
            string? problem = entry.IsEncrypted ? $"{entry.FullName}: expected a file without a password, received an encrypted one."
                : entry.Length > limits.MaxBytes ? UploadedBytes.TooLarge(entry.FullName, limits)
                : entry.Length > MaxRatio * (entry.CompressedLength + 1024) ? $"{entry.FullName}: expected an image, received a file that unpacks to "
                    + $"more than {MaxRatio} times its size." : null;
            byte[]? content = null;
            if (problem is null)
            {
                // What the zip declares may be wrong: reading stops at the limit all the same.
                try
                {
                    await using Stream data = await entry.OpenAsync();
                    content = await UploadedBytes.ReadAtMostAsync(data, Math.Min(limits.MaxBytes, entry.Length), CancellationToken.None);
                    problem = content is null ? $"{entry.FullName}: expected {entry.Length} bytes, as the zip says, received more. The zip is damaged." : null;
                }
                catch (InvalidDataException error)
                {
                    problem = $"{entry.FullName}: the zip is damaged: {error.Message}";
                }
            }
            yield return (entry.FullName, content, problem);
        }
    }

    private static async Task<MemoryStream> ReadZipAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        byte[] content = await UploadedBytes.ReadAtMostAsync(request.Body, MaxZipBytes, cancellationToken)
            ?? throw new BadHttpRequestException($"Expected a zip of at most {MaxZipBytes} bytes, received more. Use several requests.",
                StatusCodes.Status413PayloadTooLarge);
        return content.AsSpan().StartsWith("PK"u8) ? new MemoryStream(content, writable: false) : throw new BadHttpRequestException(
            "Expected a zip, or a form with files, received something else. For example: curl --data-binary @images.zip -H 'Content-Type: application/zip'.");
    }
}
