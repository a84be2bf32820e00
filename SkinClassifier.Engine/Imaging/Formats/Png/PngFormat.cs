using SkinClassifier.Imaging.Metadata;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>
/// PNG (W3C recommendation, third edition; ISO/IEC 15948): every color type, 1 to 16 bit, both interlacings, checksums verified where pixels depend on them.
/// Of 16 bit samples the upper 8 bits are kept, as libpng's png_set_strip_16 does. Transparency is laid over white:
/// shown = round((sample · alpha + 255 · (255 − alpha)) / 255). Gamma and color profiles are not applied.
/// The orientation comes from the eXIf chunk, else from an EXIF profile in text (<see cref="PngRawProfile"/>), else from an XMP packet (iTXt).
/// </summary>
internal sealed class PngFormat : ImageFormat
{
    /// <summary>The eight bytes that every PNG file starts with.</summary>
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <inheritdoc/>
    public override string Name => "PNG";

    /// <inheritdoc/>
    public override IReadOnlyList<string> WrittenExtensions => [".png"];

    /// <inheritdoc/>
    public override bool Matches(ReadOnlySpan<byte> content) => content.StartsWith(Signature);

    /// <inheritdoc/>
    public override ImageHeader Identify(ReadOnlySpan<byte> content, string name)
    {
        PngChunkReader chunks = new(content, name);
        PngHeader header = PngHeader.Read(ref chunks);
        return new ImageHeader(header.Width, header.Height, FindOrientation(chunks) ?? 1);
    }

    /// <inheritdoc/>
    public override ImageHeader? IdentifyStart(ReadOnlySpan<byte> start, string name)
    {
        PngChunkReader chunks = new(start, name);
        PngHeader header = PngHeader.Read(ref chunks);
        return FindOrientation(chunks) is { } orientation ? new ImageHeader(header.Width, header.Height, orientation) : null;
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, ImageBuffer target, int eighths) =>
        PngDecoder.Decode(content, name, target);

    /// <inheritdoc/>
    public override byte[] Encode(RgbImage image, int quality) => PngEncoder.Encode(image);

    /// <inheritdoc/>
    public override string? OtherColorSpace(ReadOnlySpan<byte> content)
    {
        PngChunkReader chunks = new(content, "");
        string? found = null;
        while (chunks.TryPeek(out PngChunk chunk) && chunk.Type is not (PngChunk.Pixels or PngChunk.End))
        {
            // Coding points come before a profile where a file has both (section 4.3 of the third edition).
            if (chunk.Type == PngChunk.CodingPoints && chunk.HasRightChecksum && chunk.Data.Length >= 4)
                return CodingPoints.OtherThanSrgb(chunk.Data[0], chunk.Data[1]);
            if (chunk.Type == PngChunk.Profile && chunk.HasRightChecksum && chunk.Data.IndexOf((byte)0) is >= 0 and int end && end + 2 < chunk.Data.Length)
                found = IccProfile.OtherThanSrgb(PngText.Inflate(chunk.Data[(end + 2)..]));
            chunks.Skip(chunk);
        }
        return found;
    }

    // Metadata never stops Identify: a damaged rest of the file is reported by Decode. Null when the content ends before the end mark.
    private static int? FindOrientation(PngChunkReader chunks)
    {
        int? fromXmp = null, fromProfile = null;
        while (chunks.TryPeek(out PngChunk chunk))
        {
            if (chunk.Type == PngChunk.End)
                return fromProfile ?? fromXmp ?? 1;
            if (chunk.Type == PngChunk.Exif && chunk.HasRightChecksum && ExifOrientation.Find(chunk.Data) is { } orientation)
                return orientation;
            if (chunk.Type == PngChunk.Text && fromXmp is null && chunk.Data.StartsWith(PngText.XmpKeyword) && chunk.HasRightChecksum)
                fromXmp = XmpOrientation.Find(PngText.Of(chunk.Data));
            if (chunk.Type is PngChunk.PlainText or PngChunk.CompressedText && fromProfile is null && chunk.HasRightChecksum)
                fromProfile = ExifOrientation.Find(PngRawProfile.Of(chunk.Data, chunk.Type == PngChunk.CompressedText));
            chunks.Skip(chunk);
        }
        return null;
    }
}
