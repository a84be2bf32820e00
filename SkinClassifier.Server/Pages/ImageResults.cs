using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;
using SkinClassifier.Server.Api;

namespace SkinClassifier.Server.Pages;

/// <summary>Predicts images for pages, with what a page shows beside the prediction.</summary>
internal sealed class ImageResults(IPredictionEnginePools models, PredictionLimits limits, TimeProvider clock) : IDisposable
{
    /// <summary>Longer side of a thumbnail, in pixels.</summary>
    public const int ThumbnailSize = 320;

    private readonly SemaphoreSlim _decoding = new(Environment.ProcessorCount);

    /// <summary>The result of an image; what cannot be used has its reason in it.</summary>
    /// <exception cref="PredictionRejectedException">A limit that has nothing to do with the image is exceeded.</exception>
    public async Task<ImageResult> PredictAsync(string model, UploadedImage image, CancellationToken cancellationToken)
    {
        string sha256 = models.Status.First(m => m.Name == model).Sha256 ?? "";
        ImagePrediction? prediction = null;
        string? thumbnail = null, error = null;
        try
        {
            byte[] content = await UploadedBytes.ReadAtMostAsync(image.Content, limits.MaxBytes, cancellationToken)
                ?? throw new InvalidContentException(UploadedBytes.TooLarge(image.Name, limits));
            prediction = await models.PredictAsync(model, content, cancellationToken);
            thumbnail = await ThumbnailAsync(content, cancellationToken);
        }
        catch (Exception fault) when (fault is SkinClassifierException or PredictionRejectedException { RetryAfter: null })
        {
            error = fault.Message;
        }
        return new ImageResult(image.Name, thumbnail, prediction, error, ServedModels.PublicName(model), sha256, clock.GetUtcNow(),
            Json(image.Name, prediction, error));
    }

    /// <inheritdoc/>
    public void Dispose() => _decoding.Dispose();

    /// <summary>As many images as there are processors are decoded at a time, so that memory stays within bounds.</summary>
    private async Task<string> ThumbnailAsync(byte[] content, CancellationToken cancellationToken)
    {
        await _decoding.WaitAsync(cancellationToken);
        try
        {
            RgbImage image = RgbImage.Decode(content, new DecoderOptions { MaxPixels = limits.MaxPixels });
            double scale = Math.Min(1, (double)ThumbnailSize / Math.Max(image.Width, image.Height));
            RgbImage small = scale == 1 ? image
                : image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
            return $"data:image/jpeg;base64,{Convert.ToBase64String(small.EncodeJpeg())}";
        }
        finally
        {
            _decoding.Release();
        }
    }

    private static string Json(string name, ImagePrediction? prediction, string? error)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true }))
            PredictionJson.Write(json, name, prediction, error, int.MaxValue);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
