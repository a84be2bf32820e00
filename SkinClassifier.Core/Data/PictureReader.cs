using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>
/// The whole way from a picture file to the network's input, in memory that the next picture uses again: decode as the preprocessing asks for, orientation, resize, planes.
/// One thread at a time.
/// </summary>
internal sealed class PictureReader(ImagePreprocessor preprocessor, DecoderOptions? decoder)
{
    // Pictures of more than 32 million pixels are rare; their memory is not kept.
    private const int KeptBytes = 96 << 20;

    private readonly PictureBuffer _picture = new();
    private byte[] _content = [];

    /// <summary>Writes the planes of an encoded picture, as <see cref="ImagePreprocessor.Apply(RgbImage, Span{float})"/> does. Allocates nothing once warm.</summary>
    /// <inheritdoc cref="RgbImage.Decode(ReadOnlySpan{byte}, DecoderOptions?, string)"/>
    public void Read(ReadOnlySpan<byte> content, string name, Span<float> destination)
    {
        _picture.Decode(content, decoder, name, preprocessor);
        preprocessor.Apply(_picture.Pixels, _picture.Width, _picture.Height, destination);
        _picture.Trim(KeptBytes);
    }

    /// <summary>Writes the planes of the picture in a file.</summary>
    /// <inheritdoc cref="RgbImage.Load(string, DecoderOptions?)"/>
    public void Read(string path, Span<float> destination)
    {
        int length = FileContent.Read(path, ref _content);
        Read(_content.AsSpan(0, length), path, destination);
    }

    /// <summary>Writes the planes of the picture that is the rest of a stream.</summary>
    /// <inheritdoc cref="RgbImage.Load(Stream, DecoderOptions?)"/>
    public void Read(Stream stream, Span<float> destination)
    {
        string name = (stream as FileStream)?.Name ?? "picture";
        int length = FileContent.Read(stream, name, ref _content);
        Read(_content.AsSpan(0, length), name, destination);
    }

    /// <summary>Writes the planes of an example's picture.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string, Span{float})"/>
    public void Read(ImageExample example, Span<float> destination)
    {
        int length = example.ReadContent(ref _content);
        Read(_content.AsSpan(0, length), example.Path, destination);
    }

    /// <summary>The decoded picture of an example, of the size that the preprocessing asks for, as an image of its own.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string, Span{float})"/>
    public RgbImage Decode(ImageExample example)
    {
        int length = example.ReadContent(ref _content);
        _picture.Decode(_content.AsSpan(0, length), decoder, example.Path, preprocessor);
        return _picture.Take();
    }
}
