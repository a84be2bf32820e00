using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Reports.Page;

/// <summary>Small images for a page, read by several threads; all of them together stay below a size.</summary>
internal sealed class Thumbnails
{
    private const int Side = 160, Quality = 80, MostCharacters = 2_500_000;

    private readonly Dictionary<string, string> _images = new(StringComparer.Ordinal);

    /// <summary>The image as base 64 of a JPEG file; null where it cannot be read, or the page has no room for it.</summary>
    public string? this[ImageExample example] => _images.GetValueOrDefault(example.Path);

    /// <summary>Reads images; where they are too many for the page, the last ones are left out.</summary>
    /// <param name="wanted">The images, the most important first.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Threads; their number changes nothing.</param>
    /// <param name="progress">Called with (images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    public static Thumbnails Of(IEnumerable<ImageExample> wanted, DecoderOptions? decoder, WorkerPool workers, Action<int, int>? progress,
        CancellationToken cancellationToken)
    {
        ImageExample[] examples = [.. wanted.DistinctBy(e => e.Path, StringComparer.Ordinal)];
        string?[] images = new string?[examples.Length];
        ImagePreprocessor scale = new(Side, Side, ResizeKind.Pad) { ReducedDecoding = true };
        int done = 0;
        workers.Run(examples.Length, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            images[i] = Small(examples[i], decoder, scale);
            progress?.Invoke(Interlocked.Increment(ref done), examples.Length);
        });
        Thumbnails thumbnails = new();
        int characters = 0;
        for (int i = 0; i < images.Length; i++)
            if (images[i] is { } image && (characters += image.Length) <= MostCharacters)
                thumbnails._images.Add(examples[i].Path, image);
        return thumbnails;
    }

    /// <summary>An image as base 64 of a JPEG file, its longer side at most <paramref name="side"/> pixels.</summary>
    public static string Encode(RgbImage image, int side, int quality)
    {
        double scale = Math.Min(1, (double)side / Math.Max(image.Width, image.Height));
        RgbImage small =
            scale < 1 ? image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale))) : image;
        return Convert.ToBase64String(small.EncodeJpeg(quality));
    }

    private static string? Small(ImageExample example, DecoderOptions? decoder, ImagePreprocessor preprocessor)
    {
        try
        {
            return Encode(new ImageReader(preprocessor, decoder).Decode(example), Side, Quality);
        }
        catch (Exception error) when (DatasetBuilder.IsContentError(error))
        {
            return null;
        }
    }
}
