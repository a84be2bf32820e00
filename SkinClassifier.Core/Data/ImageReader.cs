using System.Buffers;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>
/// The whole way from an image file to the network's input, in memory that the next image uses again: decode as the preprocessing asks for,
/// orientation, resize, planes. One thread at a time.
/// </summary>
internal sealed class ImageReader(ImagePreprocessor preprocessor, DecoderOptions? decoder)
{
    // Images of more than 32 million pixels are rare; their memory is not kept.
    private const int KeptBytes = 96 << 20;

    private readonly ImageBuffer _image = new();
    private byte[] _content = [];

    /// <summary>
    /// Columns and rows of the image last read, as it was decoded: in the file's size, or a reduced one that is still larger than the result.
    /// </summary>
    public (int Width, int Height) Size { get; private set; }

    /// <summary>
    /// Writes the planes of an encoded image, as <see cref="ImagePreprocessor.Apply(RgbImage, Span{float})"/> does. Allocates nothing once warm.
    /// </summary>
    /// <inheritdoc cref="RgbImage.Decode(ReadOnlySpan{byte}, DecoderOptions?, string)"/>
    public void Read(ReadOnlySpan<byte> content, string name, Span<float> destination)
    {
        preprocessor.CheckLength(destination);
        byte[] fitted = ArrayPool<byte>.Shared.Rent(preprocessor.ValueCount);
        (bool isFitted, int width, int height) = _image.DecodeFitted(content, decoder, name, preprocessor, fitted.AsSpan(0, preprocessor.ValueCount));
        Size = (width, height);
        if (isFitted)
            PlanarPixels.Write(fitted.AsSpan(0, preprocessor.ValueCount), destination);
        else
            preprocessor.Apply(_image.Pixels, width, height, destination);
        ArrayPool<byte>.Shared.Return(fitted);
        _image.Trim(KeptBytes);
    }

    /// <summary>Writes the planes of the image in a file.</summary>
    /// <inheritdoc cref="RgbImage.Load(string, DecoderOptions?)"/>
    public void Read(string path, Span<float> destination)
    {
        int length = FileContent.Read(path, ref _content);
        Read(_content.AsSpan(0, length), path, destination);
    }

    /// <summary>Writes the planes of the image that is the rest of a stream.</summary>
    /// <inheritdoc cref="RgbImage.Load(Stream, DecoderOptions?)"/>
    public void Read(Stream stream, Span<float> destination)
    {
        string name = (stream as FileStream)?.Name ?? "image";
        int length = FileContent.Read(stream, name, ref _content);
        Read(_content.AsSpan(0, length), name, destination);
    }

    /// <summary>Writes the planes of an example's image.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string, Span{float})"/>
    public void Read(ImageExample example, Span<float> destination)
    {
        int length = example.ReadContent(ref _content);
        Read(_content.AsSpan(0, length), example.Path, destination);
    }

    /// <summary>Notes that an image comes from a cache: <see cref="Size"/> is its size there.</summary>
    public void Note(RgbImage cached) => Size = (cached.Width, cached.Height);

    /// <summary>The decoded image of an example, of the size that the preprocessing asks for, as an image of its own.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string, Span{float})"/>
    public RgbImage Decode(ImageExample example)
    {
        int length = example.ReadContent(ref _content);
        _image.Decode(_content.AsSpan(0, length), decoder, example.Path, preprocessor);
        Size = (_image.Width, _image.Height);
        return _image.Take();
    }
}
