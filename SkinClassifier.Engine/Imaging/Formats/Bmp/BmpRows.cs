using System.Buffers.Binary;
using System.Numerics;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Bmp;

/// <summary>Rows that are not compressed.</summary>
internal static class BmpRows
{
    /// <summary>Decodes the pixels behind <paramref name="header"/>.</summary>
    /// <exception cref="InvalidContentException">The file is shorter than its size says, or a pixel names a color that the palette does not have.</exception>
    public static void Decode(ReadOnlySpan<byte> content, in BmpHeader header, string name, ImageBuffer image)
    {
        ReadOnlySpan<byte> data = content[header.PixelOffset..];
        int rowBytes = (int)Math.Min(((long)header.Width * header.BitsPerPixel + 7) / 8, int.MaxValue);
        // The padding behind the last row may be missing.
        if (header.Stride * (header.Height - 1) + rowBytes > data.Length)
            throw new InvalidContentException($"{name}: expected {header.Stride * header.Height} bytes of BMP pixels for "
                + $"{header.Width}×{header.Height}, received {data.Length}. The file is cut; copy it again.");
        image.Reset(header.Width, header.Height);
        ReadOnlySpan<byte> palette = header.ReadPalette(content, stackalloc byte[BmpHeader.PaletteRoom]);
        Field red = new(header.Masks.Red), green = new(header.Masks.Green), blue = new(header.Masks.Blue), alpha = new(header.Masks.Alpha);
        bool transparent = IsTransparent(data, header, rowBytes);
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> from = data.Slice((int)(y * header.Stride), rowBytes);
            Span<byte> to = image.Row(header.TopDown ? y : header.Height - 1 - y);
            switch (header.BitsPerPixel)
            {
                case 24:
                    for (int i = 0; i + 2 < to.Length; i += 3)
                        (to[i], to[i + 1], to[i + 2]) = (from[i + 2], from[i + 1], from[i]);
                    break;
                case 32 when header.HasByteSamples:
                    Bytes(from, to, transparent);
                    break;
                case 16 or 32:
                    int size = header.BitsPerPixel / 8;
                    for (int x = 0; x < header.Width; x++)
                    {
                        uint pixel =
                            size == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(from[(x * 2)..]) : BinaryPrimitives.ReadUInt32LittleEndian(from[(x * 4)..]);
                        (to[3 * x], to[3 * x + 1], to[3 * x + 2]) = (red.Of(pixel), green.Of(pixel), blue.Of(pixel));
                        if (transparent && alpha.Of(pixel) is < 255 and byte a)
                            Transparency.OverWhite(to.Slice(3 * x, 3), to[3 * x], to[3 * x + 1], to[3 * x + 2], a);
                    }
                    break;
                default:
                    Indexed(from, header.BitsPerPixel, palette, to, name);
                    break;
            }
        }
    }

    // Blue, green, red, alpha, a byte each.
    private static void Bytes(ReadOnlySpan<byte> from, Span<byte> to, bool transparent)
    {
        for (int x = 0, at = 0; at + 2 < to.Length && x + 3 < from.Length; x += 4, at += 3)
        {
            (to[at], to[at + 1], to[at + 2]) = (from[x + 2], from[x + 1], from[x]);
            if (transparent && from[x + 3] != 255)
                Transparency.OverWhite(to.Slice(at, 3), from[x + 2], from[x + 1], from[x], from[x + 3]);
        }
    }

    // Whether the alpha bits say anything: they are 0 in every pixel where the writer did not use them.
    private static bool IsTransparent(ReadOnlySpan<byte> data, in BmpHeader header, int rowBytes)
    {
        uint mask = header.Masks.Alpha;
        for (int y = 0; mask != 0 && y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = data.Slice((int)(y * header.Stride), rowBytes);
            for (int at = 0; at < rowBytes; at += header.BitsPerPixel / 8)
                if (((header.BitsPerPixel == 16 ? BinaryPrimitives.ReadUInt16LittleEndian(row[at..])
                    : BinaryPrimitives.ReadUInt32LittleEndian(row[at..])) & mask) != 0)
                    return true;
        }
        return false;
    }

    private static void Indexed(ReadOnlySpan<byte> from, int bits, ReadOnlySpan<byte> palette, Span<byte> to, string name)
    {
        int perByte = 8 / bits, mask = (1 << bits) - 1;
        for (int x = 0; x < to.Length / 3; x++)
        {
            int index = (from[x / perByte] >> (8 - bits * (x % perByte + 1))) & mask;
            if (index * 3 >= palette.Length)
                throw new InvalidContentException(
                    $"{name}: expected BMP palette entries 0 to {palette.Length / 3 - 1}, received {index}. The file is damaged; copy it again.");
            palette.Slice(index * 3, 3).CopyTo(to[(3 * x)..]);
        }
    }

    private readonly struct Field(uint mask)
    {
        private readonly int _shift = mask == 0 ? 0 : BitOperations.TrailingZeroCount(mask);
        private readonly ulong _max = mask == 0 ? 1 : mask >> BitOperations.TrailingZeroCount(mask);

        public byte Of(uint pixel) => (byte)(((pixel & mask) >> _shift) * 255UL / _max);
    }
}
