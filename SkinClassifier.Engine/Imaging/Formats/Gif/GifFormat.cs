namespace SkinClassifier.Imaging.Formats.Gif;

/// <summary>
/// GIF (CompuServe GIF89a): the first frame, plain or interlaced, on a white screen of the size that the file states
/// (wider or higher when the frame does not fit). Transparent pixels are white; further frames are not read.
/// </summary>
internal sealed class GifFormat : ImageFormat
{
    /// <inheritdoc/>
    public override string Name => "GIF";

    /// <inheritdoc/>
    public override bool Matches(ReadOnlySpan<byte> content) => content.StartsWith("GIF87a"u8) || content.StartsWith("GIF89a"u8);

    /// <inheritdoc/>
    public override ImageHeader Identify(ReadOnlySpan<byte> content, string name)
    {
        GifFrame frame = GifFrame.Read(content, name);
        return new ImageHeader(frame.ScreenWidth, frame.ScreenHeight, 1);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, ImageBuffer target, int eighths) =>
        GifDecoder.Decode(content, GifFrame.Read(content, name), name, target);
}
