using SkinClassifier.Imaging.Metadata;
using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>JPEG files: baseline, extended and progressive, 8 bit, Huffman coded.</summary>
internal sealed class JpegFormat : ImageFormat
{
    /// <inheritdoc/>
    public override string Name => "JPEG";

    /// <inheritdoc/>
    public override bool Matches(ReadOnlySpan<byte> content) => content.Length >= 2 && content[0] == 0xFF && content[1] == JpegMarker.StartOfImage;

    /// <inheritdoc/>
    public override ImageHeader Identify(ReadOnlySpan<byte> content, string name) => JpegDecoder.Identify(content, name);

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, ImageBuffer target, int eighths) =>
        JpegDecoder.Decode(content, options, name, target, eighths);

    /// <inheritdoc/>
    public override (int Width, int Height)? DecodeRows(
        ReadOnlySpan<byte> content, DecoderOptions options, string name, RowResize rows, IDecodingScale scale, int eighths) =>
        JpegDecoder.DecodeRows(content, options, name, rows, scale, eighths);

    /// <inheritdoc/>
    public override string? OtherColorSpace(ReadOnlySpan<byte> content) => IccProfile.OtherThanSrgb(JpegProfile.Find(content));

    /// <inheritdoc/>
    public override IReadOnlyList<string> WrittenExtensions => [".jpg", ".jpeg"];

    /// <inheritdoc/>
    public override byte[] Encode(RgbImage image, int quality) => JpegEncoder.Encode(image, quality);
}
