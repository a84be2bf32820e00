using SkinClassifier.Hosting;
using SkinClassifier.Imaging;

namespace SkinClassifier.Server.Api;

/// <summary>
/// Decodes images that are shown or compared, not larger than needed. As many at a time as there are processors, so that memory stays within bounds.
/// </summary>
internal static class SmallImage
{
    private static readonly SemaphoreSlim _atOnce = new(Environment.ProcessorCount);

    /// <summary>The image with its longer side at most <paramref name="maxSide"/> pixels.</summary>
    /// <exception cref="Common.SkinClassifierException">It cannot be read.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> content, int maxSide, PredictionLimits limits)
    {
        _atOnce.Wait();
        try
        {
            RgbImage image = RgbImage.Decode(content, new DecoderOptions { MaxPixels = limits.MaxPixels });
            double scale = Math.Min(1, (double)maxSide / Math.Max(image.Width, image.Height));
            return scale == 1 ? image : image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
        }
        finally
        {
            _atOnce.Release();
        }
    }

    /// <summary>As a JPEG in an address that a page can show.</summary>
    public static string Address(RgbImage image) => $"data:image/jpeg;base64,{Convert.ToBase64String(image.EncodeJpeg())}";
}
