using SkinClassifier.Hosting;
using SkinClassifier.Imaging;

namespace SkinClassifier.Server.Api;

/// <summary>Images that are shown or compared, not larger than needed.</summary>
internal static class SmallImage
{
    private static readonly SemaphoreSlim _atOnce = new(Environment.ProcessorCount);

    /// <summary>Does work that holds decoded images: as many at a time as there are processors, so that memory stays within bounds.</summary>
    public static async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _atOnce.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    /// <summary>The encoded image with its longer side at most <paramref name="maxSide"/> pixels.</summary>
    /// <exception cref="Common.SkinClassifierException">It cannot be read.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> content, int maxSide, PredictionLimits limits) => Of(DecodeWhole(content, limits), maxSide);

    /// <summary>The encoded image in its own size.</summary>
    /// <exception cref="Common.SkinClassifierException">It cannot be read.</exception>
    public static RgbImage DecodeWhole(ReadOnlySpan<byte> content, PredictionLimits limits) =>
        RgbImage.Decode(content, new DecoderOptions { MaxPixels = limits.MaxPixels });

    /// <summary>The image with its longer side at most <paramref name="maxSide"/> pixels.</summary>
    public static RgbImage Of(RgbImage image, int maxSide)
    {
        double scale = Math.Min(1, (double)maxSide / Math.Max(image.Width, image.Height));
        return scale == 1 ? image : image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
    }

    /// <summary>As a JPEG in an address that a page can show.</summary>
    public static string Address(RgbImage image) => $"data:image/jpeg;base64,{Convert.ToBase64String(image.EncodeJpeg())}";
}
