using SkinClassifier.Common;
using SkinClassifier.Imaging.Formats;
using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Imaging;

/// <summary>
/// An image whose memory the next image uses again: 8 bit R, G, B, interleaved, rows from the top, as in <see cref="RgbImage"/>.
/// Grows to the largest image it has held. One thread at a time.
/// </summary>
internal sealed class ImageBuffer
{
    private readonly RowResize _rows = new();
    private byte[] _pixels = [], _turned = [];

    /// <summary>Columns of the image that is held; 0 before the first.</summary>
    public int Width { get; private set; }

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>The 3 · width · height samples.</summary>
    public Span<byte> Pixels => _pixels.AsSpan(0, 3 * Width * Height);

    /// <summary>The samples of row <paramref name="y"/>.</summary>
    public Span<byte> Row(int y) => _pixels.AsSpan(y * Width * 3, Width * 3);

    /// <summary>Makes room for an image of another size. What is in it then is not defined: every sample must be written.</summary>
    public void Reset(int width, int height)
    {
        int length = checked(3 * width * height);
        if (_pixels.Length < length)
            _pixels = GC.AllocateUninitializedArray<byte>(length);
        (Width, Height) = (width, height);
    }

    /// <summary>
    /// Decodes the content of an image file, found by its first bytes, at as many eighths of its size as <paramref name="scale"/> asks for; formats that
    /// cannot decode less decode the whole image. Default: the whole image. Allocates nothing once the buffer and the decoder have held an image as large.
    /// </summary>
    /// <inheritdoc cref="RgbImage.Decode(ReadOnlySpan{byte}, DecoderOptions?, string)"/>
    public void Decode(ReadOnlySpan<byte> content, DecoderOptions? options, string name, IDecodingScale? scale = null)
    {
        options ??= DecoderOptions.Default;
        (ImageFormat format, int orientation, int eighths) = Open(content, options, name, scale);
        Decode(content, options, name, format, orientation, eighths);
    }

    /// <summary>
    /// Decodes an image and brings it to the size of <paramref name="destination"/> at once where its format gives rows one by one, its orientation is the
    /// usual one and <paramref name="scale"/> knows the window; otherwise the buffer holds the image. The bytes are those of a resize afterwards.
    /// </summary>
    /// <returns>Whether <paramref name="destination"/> is filled, and the size of the decoded image.</returns>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, DecoderOptions?, string, IDecodingScale?)"/>
    public (bool Fitted, int Width, int Height) DecodeFitted(ReadOnlySpan<byte> content, DecoderOptions? options, string name, IDecodingScale scale,
        Span<byte> destination)
    {
        options ??= DecoderOptions.Default;
        (ImageFormat format, int orientation, int eighths) = Open(content, options, name, scale);
        if (orientation == 1 && format.DecodeRows(content, options, name, _rows, scale, eighths) is var (width, height))
        {
            _rows.Finish(destination);
            return (true, width, height);
        }
        Decode(content, options, name, format, orientation, eighths);
        return (false, Width, Height);
    }

    private static (ImageFormat Format, int Orientation, int Eighths) Open(
        ReadOnlySpan<byte> content, DecoderOptions options, string name, IDecodingScale? scale)
    {
        ImageFormat format = ImageFormatCatalog.Find(content, name);
        ImageHeader header = format.Identify(content, name);
        long pixels = (long)header.Width * header.Height;
        if (pixels > options.MaxPixels || pixels * 3 > Array.MaxLength)
            throw new UnsupportedContentException(
                $"{name}: expected at most {Math.Min(options.MaxPixels, Array.MaxLength / 3)} pixels, received {header.Width}×{header.Height} = "
                    + $"{pixels}. Make the image smaller or raise {nameof(DecoderOptions)}.{nameof(DecoderOptions.MaxPixels)}.");
        int orientation = options.ApplyOrientation ? header.Orientation : 1;
        int eighths = scale is null ? 8 : orientation >= 5 ? scale.Eighths(header.Height, header.Width) : scale.Eighths(header.Width, header.Height);
        return (format, orientation, eighths);
    }

    private void Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, ImageFormat format, int orientation, int eighths)
    {
        format.Decode(content, options, name, this, eighths);
        if (orientation != 1)
            Turn(orientation);
    }

    /// <summary>The image as an image of its own. Takes the memory along where it fits exactly; the buffer is empty afterwards.</summary>
    public RgbImage Take()
    {
        RgbImage image = new(Width, Height, _pixels.Length == 3 * Width * Height ? _pixels : Pixels.ToArray());
        (_pixels, Width, Height) = ([], 0, 0);
        return image;
    }

    /// <summary>Forgets the image when it is larger than <paramref name="bytes"/>.</summary>
    public void Trim(int bytes)
    {
        if (_pixels.Length > bytes)
            (_pixels, _turned, Width, Height) = ([], [], 0, 0);
        _rows.Trim(bytes);
    }

    private void Turn(int orientation)
    {
        int length = 3 * Width * Height;
        if (_turned.Length < length)
            _turned = GC.AllocateUninitializedArray<byte>(length);
        Orientation.Apply(Pixels, Width, Height, orientation, _turned.AsSpan(0, length));
        (_pixels, _turned) = (_turned, _pixels);
        if (orientation >= 5)
            (Width, Height) = (Height, Width);
    }
}

/// <summary>Says how much smaller an image may be decoded.</summary>
internal interface IDecodingScale
{
    /// <summary>1, 2, 4 or 8 eighths for an image that is displayed with this size, in pixels.</summary>
    int Eighths(int width, int height);

    /// <summary>What is wanted of a decoded image of this size; null where that is not a part of a resize.</summary>
    ResizeWindow? Window(int width, int height) => null;
}
