using System.Buffers.Binary;
using SkinClassifier.Imaging.Metadata;

namespace SkinClassifier.Imaging.Formats.Bmp;

/// <summary>
/// Windows and OS/2 bitmaps: 1, 2, 4, 8, 16, 24 and 32 bit, bit fields, RLE4 and RLE8, bottom-up and top-down, headers from OS/2 1.x to version 5.
/// Samples of n bits become ⌊value · 255 / (2ⁿ − 1)⌋, as in Pillow. Transparency is laid over white; it is the fourth sample of plain 32 bit pixels,
/// or what the fourth bit field says. A file whose pixels are all wholly transparent is opaque: its writer left the sample empty. Color profiles are
/// not applied. Pixels that run-length coding skips get palette entry 0.
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
    public override string? OtherColorSpace(ReadOnlySpan<byte> content)
    {
        // Version 5 header: color space "MBED", then position from the start of the header and length of an embedded profile.
        if (content.Length < 14 + 124 || BinaryPrimitives.ReadUInt32LittleEndian(content[14..]) != 124
            || BinaryPrimitives.ReadUInt32LittleEndian(content[70..]) != 0x4D424544)
            return null;
        long start = 14L + BinaryPrimitives.ReadUInt32LittleEndian(content[126..]), length = BinaryPrimitives.ReadUInt32LittleEndian(content[130..]);
        return start + length <= content.Length ? IccProfile.OtherThanSrgb(content.Slice((int)start, (int)length)) : null;
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
