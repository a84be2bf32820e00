namespace SkinClassifier.Imaging;

/// <summary>How images are read.</summary>
public sealed record DecoderOptions
{
    /// <summary>
    /// The largest width · height that is decoded, in pixels; checked before anything is allocated. Default 250 million, above what phones take (200
    /// million); at least 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaxPixels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxPixels));
            field = value;
        }
    } = 250_000_000;

    /// <summary>
    /// Whether the image is turned as its orientation (EXIF, or XMP where EXIF has none) says, so that it looks as in a viewer. Default true.
    /// </summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>The defaults of every property.</summary>
    public static DecoderOptions Default { get; } = new();
}
