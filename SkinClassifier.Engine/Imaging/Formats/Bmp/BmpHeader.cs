using System.Buffers.Binary;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Bmp;

/// <summary>How pixels are stored; the values are those of the file.</summary>
internal enum BmpCompression : uint { None = 0, Rle8 = 1, Rle4 = 2, BitFields = 3, Jpeg = 4, Png = 5, AlphaBitFields = 6 }

/// <summary>File header and bitmap header (BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER to BITMAPV5HEADER).</summary>
internal readonly record struct BmpHeader
{
    private const int FileHeaderSize = 14;

    /// <summary>Columns.</summary>
    public required int Width { get; init; }

    /// <summary>Rows.</summary>
    public required int Height { get; init; }

    /// <summary>Whether the first stored row is the upper one.</summary>
    public required bool TopDown { get; init; }

    /// <summary>1, 2, 4, 8, 16, 24 or 32.</summary>
    public required int BitsPerPixel { get; init; }

    /// <summary>How pixels are stored.</summary>
    public required BmpCompression Compression { get; init; }

    /// <summary>Position of the first pixel byte in the file.</summary>
    public required int PixelOffset { get; init; }

    /// <summary>Position of the palette.</summary>
    public required int PaletteOffset { get; init; }

    /// <summary>Palette entries that are there.</summary>
    public required int PaletteEntries { get; init; }

    /// <summary>Bytes of a palette entry (blue, green, red, maybe one unused): 3 or 4.</summary>
    public required int PaletteEntrySize { get; init; }

    /// <summary>Which bits of a 16 or 32 bit pixel are red, green, blue and alpha; no alpha bits: every pixel is opaque.</summary>
    public required (uint Red, uint Green, uint Blue, uint Alpha) Masks { get; init; }

    /// <summary>Whether a 32 bit pixel is the bytes blue, green, red and alpha, or one that is not used.</summary>
    public bool HasByteSamples => Masks is (0xFF0000u, 0xFF00u, 0xFFu, 0xFF000000u or 0u);

    /// <summary>Bytes of an uncompressed row, a multiple of 4.</summary>
    public long Stride => ((long)Width * BitsPerPixel + 31) / 32 * 4;

    /// <summary>Reads and checks the headers.</summary>
    /// <exception cref="InvalidContentException">The file is cut or a value breaks the rules.</exception>
    /// <exception cref="UnsupportedContentException">The pixels are stored as JPEG, PNG or in another rare way.</exception>
    public static BmpHeader Read(ReadOnlySpan<byte> content, string name)
    {
        int headerSize = content.Length >= FileHeaderSize + 4 ? BinaryPrimitives.ReadInt32LittleEndian(content[FileHeaderSize..]) : 0;
        if (headerSize is not (12 or 16 or 40 or 52 or 56 or 64 or 108 or 124) || content.Length < FileHeaderSize + headerSize)
            throw new InvalidContentException($"{name}: expected a BMP header of 12, 16, 40, 52, 56, 64, 108 or 124 bytes, received {headerSize} in "
                + $"a file of {content.Length} bytes. The file is damaged; copy it again.");
        ReadOnlySpan<byte> header = content.Slice(FileHeaderSize, headerSize);
        bool old = headerSize == 12;
        int width = old ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        int height = old ? BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) : BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(header[(old ? 10 : 14)..]);
        if (width < 1 || height is 0 or int.MinValue)
            throw new InvalidContentException($"{name}: expected a BMP size of at least 1×1, received {width}×{height}. The file is damaged; copy it again.");
        BmpCompression compression = headerSize >= 40 ? (BmpCompression)BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) : BmpCompression.None;
        uint colorsUsed = headerSize >= 40 ? BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) : 0;
        CheckCoding(bits, compression, headerSize, topDown: height < 0, name);

        bool masked = compression is BmpCompression.BitFields or BmpCompression.AlphaBitFields;
        int masksAfter = masked && headerSize == 40 ? (compression == BmpCompression.AlphaBitFields ? 16 : 12) : 0;
        int paletteOffset = FileHeaderSize + headerSize + masksAfter;
        uint pixelOffset = BinaryPrimitives.ReadUInt32LittleEndian(content[10..]);
        if (pixelOffset < paletteOffset || pixelOffset > content.Length)
            throw new InvalidContentException($"{name}: expected BMP pixels between byte {paletteOffset} and the end at {content.Length}, received "
                + $"{pixelOffset}. The file is damaged; copy it again.");
        int entrySize = old ? 3 : 4;
        long entries = bits > 8 ? 0 : colorsUsed is > 0 and <= 256 ? colorsUsed : 1 << bits;
        entries = Math.Min(entries, (pixelOffset - paletteOffset) / entrySize);
        return new BmpHeader
        {
            Width = width,
            Height = Math.Abs(height),
            TopDown = height < 0,
            BitsPerPixel = bits,
            Compression = compression,
            PixelOffset = (int)pixelOffset,
            PaletteOffset = paletteOffset,
            PaletteEntries = (int)Math.Min(entries, 1 << Math.Min(bits, 8)),
            PaletteEntrySize = entrySize,
            Masks = masked ? ReadMasks(content[(FileHeaderSize + 40)..], headerSize >= 56 || compression == BmpCompression.AlphaBitFields, name)
                : bits == 16 ? (0x7C00u, 0x3E0u, 0x1Fu, 0u) : (0xFF0000u, 0xFF00u, 0xFFu, bits == 32 && headerSize is not (12 or 16 or 64) ? 0xFF000000u : 0u),
        };
    }

    /// <summary>Bytes of the largest palette.</summary>
    public const int PaletteRoom = 768;

    /// <summary>The palette as R, G, B bytes, written into <paramref name="room"/> of <see cref="PaletteRoom"/> bytes.</summary>
    public ReadOnlySpan<byte> ReadPalette(ReadOnlySpan<byte> content, Span<byte> room)
    {
        Span<byte> palette = room[..(PaletteEntries * 3)];
        for (int i = 0; i < PaletteEntries; i++)
        {
            ReadOnlySpan<byte> entry = content.Slice(PaletteOffset + i * PaletteEntrySize, 3);
            (palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]) = (entry[2], entry[1], entry[0]);
        }
        return palette;
    }

    private static void CheckCoding(int bits, BmpCompression compression, int headerSize, bool topDown, string name)
    {
        if (compression is BmpCompression.Jpeg or BmpCompression.Png)
            throw new UnsupportedContentException($"{name}: expected a BMP file with plain, bit field or run-length coded pixels, received one that "
                + $"wraps a {compression.ToString().ToUpperInvariant()} image for printers. Save it as PNG or JPEG.");
        if (compression > BmpCompression.AlphaBitFields || (headerSize == 64 && compression >= BmpCompression.BitFields))
            throw new UnsupportedContentException($"{name}: expected a BMP file with plain, bit field or run-length coded pixels, received "
                + $"compression {(uint)compression}. Save it as PNG or JPEG.");
        if (compression == BmpCompression.None && bits == 64)
            throw new UnsupportedContentException($"{name}: expected BMP pixels of 1 to 32 bits, received 64. Save it as PNG or JPEG.");
        bool fits = compression switch
        {
            BmpCompression.None => bits is 1 or 2 or 4 or 8 or 16 or 24 or 32,
            BmpCompression.Rle8 => bits == 8 && !topDown,
            BmpCompression.Rle4 => bits == 4 && !topDown,
            _ => bits is 16 or 32,
        };
        if (!fits)
            throw new InvalidContentException($"{name}: BMP compression {(uint)compression} does not go with {bits} bit "
                + $"pixels{(topDown ? " stored top-down" : "")}. The file is damaged; copy it again.");
    }

    private static (uint Red, uint Green, uint Blue, uint Alpha) ReadMasks(ReadOnlySpan<byte> at, bool withAlpha, string name)
    {
        if (at.Length < (withAlpha ? 16 : 12))
            throw new InvalidContentException(
                $"{name}: expected {(withAlpha ? "four" : "three")} BMP color masks, received the end of the file. The file is cut; copy it again.");
        Span<uint> masks = [0, 0, 0, 0];
        for (int i = 0; i < (withAlpha ? 4 : 3); i++)
            masks[i] = BinaryPrimitives.ReadUInt32LittleEndian(at[(4 * i)..]);
        foreach (uint mask in masks)
        {
            uint low = mask == 0 ? 0 : mask >> System.Numerics.BitOperations.TrailingZeroCount(mask);
            if ((low & (low + 1)) != 0)
                throw new InvalidContentException(
                    $"{name}: expected BMP color masks of neighboring bits, received {mask:X8}. The file is damaged; copy it again.");
        }
        return (masks[0], masks[1], masks[2], masks[3]);
    }
}
