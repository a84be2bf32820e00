using System.Buffers.Binary;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Gif;

/// <summary>Everything before the pixels of the first frame.</summary>
internal readonly record struct GifFrame(int ScreenWidth, int ScreenHeight, int Left, int Top, int Width, int Height, bool Interlaced,
    int TransparentIndex, int ColorsOffset, int Colors, int DataOffset)
{
    /// <summary>Walks over the blocks to the first image descriptor (GIF89a, sections 17 to 25).</summary>
    /// <exception cref="InvalidContentException">The file is cut, has no frame or no colors.</exception>
    public static GifFrame Read(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length < 13)
            throw Cut(name);
        int width = BinaryPrimitives.ReadUInt16LittleEndian(content[6..]), height = BinaryPrimitives.ReadUInt16LittleEndian(content[8..]);
        int at = 13, colorsOffset = at, colors = TableSize(content[10]), transparent = -1;
        at += colors * 3;
        while (true)
        {
            switch (At(content, at, name))
            {
                case 0x21:
                    // Graphic control: length 4, flags (bit 0: there is a transparent index), delay of two bytes, index.
                    if (At(content, at + 1, name) == 0xF9 && At(content, at + 2, name) >= 4)
                        transparent = (At(content, at + 3, name) & 1) != 0 ? At(content, at + 6, name) : -1;
                    at = SkipBlocks(content, at + 2, name);
                    break;
                case 0x2C:
                    if (content.Length - at < 11)
                        throw Cut(name);
                    ReadOnlySpan<byte> image = content[(at + 1)..];
                    int left = BinaryPrimitives.ReadUInt16LittleEndian(image), top = BinaryPrimitives.ReadUInt16LittleEndian(image[2..]);
                    int frameWidth = BinaryPrimitives.ReadUInt16LittleEndian(image[4..]), frameHeight = BinaryPrimitives.ReadUInt16LittleEndian(image[6..]);
                    if (frameWidth == 0 || frameHeight == 0)
                        throw new InvalidContentException(
                            $"{name}: expected a GIF frame of at least 1×1, received {frameWidth}×{frameHeight}. The file is damaged; copy it again.");
                    at += 10;
                    if (TableSize(image[8]) is > 0 and int own)
                    {
                        (colorsOffset, colors) = (at, own);
                        at += own * 3;
                    }
                    if (colors == 0)
                        throw new InvalidContentException($"{name}: expected a GIF color table, received none. The file is damaged; copy it again.");
                    if (at >= content.Length)
                        throw Cut(name);
                    return new GifFrame(Math.Max(width, left + frameWidth), Math.Max(height, top + frameHeight), left, top, frameWidth, frameHeight,
                        (image[8] & 0x40) != 0, transparent, colorsOffset, colors, at);
                case 0x3B:
                    throw new InvalidContentException($"{name}: expected a GIF frame, received the end mark. The file holds no image; remove it.");
                case int other:
                    throw new InvalidContentException(
                        $"{name}: expected a GIF block mark 21, 2C or 3B at byte {at}, received {other:X2}. The file is damaged; copy it again.");
            }
        }
    }

    /// <summary>The position behind the data blocks that start at <paramref name="at"/>: (length, that many bytes) until length 0.</summary>
    public static int SkipBlocks(ReadOnlySpan<byte> content, int at, string name)
    {
        int length;
        do
        {
            length = At(content, at, name);
            at += length + 1;
        }
        while (length > 0);
        return at;
    }

    /// <summary>The error of a file that ends too early.</summary>
    public static InvalidContentException Cut(string name) => new($"{name}: the GIF file ends before its first frame does. The file is cut; copy it again.");

    private static int At(ReadOnlySpan<byte> content, int at, string name) => at < content.Length ? content[at] : throw Cut(name);

    private static int TableSize(byte flags) => (flags & 0x80) != 0 ? 2 << (flags & 7) : 0;
}
