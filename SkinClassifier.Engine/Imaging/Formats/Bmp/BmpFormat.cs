namespace SkinClassifier.Imaging.Formats.Bmp;

/// <summary>
/// Windows and OS/2 bitmaps: 1, 4, 8, 16, 24 and 32 bit, bit fields, RLE4 and RLE8, bottom-up and top-down, headers from OS/2 1.x to version 5.
/// The fourth sample of 32 bit pixels and color profiles are not used. Samples of n bits become ⌊value · 255 / (2ⁿ − 1)⌋, as in Pillow.
/// Pixels that run-length coding skips get palette entry 0.
/// </summary>
internal sealed class BmpFormat : ImageFormat
{
    /// <inheritdoc/>
    public override string Name => "BMP";

    /// <inheritdoc/>
    public override bool Matches(ReadOnlySpan<byte> content) => content.StartsWith("BM"u8);

    /// <inheritdoc/>
    public override ImageHeader Identify(ReadOnlySpan<byte> content, string name)
    {
        BmpHeader header = BmpHeader.Read(content, name);
        return new ImageHeader(header.Width, header.Height, 1);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, ImageBuffer target, int eighths)
    {
        BmpHeader header = BmpHeader.Read(content, name);
        if (header.Compression is BmpCompression.Rle8 or BmpCompression.Rle4)
            BmpRunLength.Decode(content, header, name, target);
        else
            BmpRows.Decode(content, header, name, target);
    }
}
