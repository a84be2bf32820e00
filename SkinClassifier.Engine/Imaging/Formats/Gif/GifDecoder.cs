using System.Buffers;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Gif;

/// <summary>Data blocks → LZW → color table → image.</summary>
internal static class GifDecoder
{
    // A code of 12 bits stands for at most 4096 pixels; shorter codes stand for fewer per bit.
    private const long MaxPixelsPerByte = 4096 * 8 / 12 + 1;

    // Screens up to this many pixels are accepted around a frame of any size.
    private const long SmallScreen = 4_000_000;

    /// <summary>Decodes the first frame.</summary>
    /// <exception cref="InvalidContentException">The frame's data is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> content, GifFrame frame, string name, ImageBuffer image)
    {
        int codeSize = content[frame.DataOffset];
        if (codeSize is < 1 or > 11)
            throw new InvalidContentException($"{name}: expected a GIF code size from 1 to 11, received {codeSize}. The file is damaged; copy it again.");
        byte[] codes = ArrayPool<byte>.Shared.Rent(content.Length);
        byte[]? indexes = null;
        try
        {
            int length = Join(content, frame.DataOffset + 1, codes, name);
            // The screen may be larger than the frame, but a huge one around a tiny frame is a damaged size.
            long area = (long)frame.Width * frame.Height, screen = (long)frame.ScreenWidth * frame.ScreenHeight, room = length * MaxPixelsPerByte;
            if (area > room || screen > Math.Max(16 * room, SmallScreen))
                throw new InvalidContentException($"{name}: the header says a frame of {frame.Width}×{frame.Height} on a screen of "
                    + $"{frame.ScreenWidth}×{frame.ScreenHeight} pixels, but {length} compressed GIF bytes cannot hold them. The file is damaged; "
                    + $"copy it again.");
            int pixels = checked((int)area);
            indexes = ArrayPool<byte>.Shared.Rent(pixels);
            int decoded = GifLzw.Decode(codes.AsSpan(0, length), codeSize, indexes.AsSpan(0, pixels), name);
            if (decoded < pixels)
                throw new InvalidContentException($"{name}: expected {pixels} GIF pixels, received {decoded}. The file is damaged; copy it again.");
            Paint(content, frame, indexes, image, name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(codes);
            if (indexes is not null)
                ArrayPool<byte>.Shared.Return(indexes);
        }
    }

    private static int Join(ReadOnlySpan<byte> content, int at, Span<byte> codes, string name)
    {
        int length = 0;
        while (at < content.Length && content[at] > 0)
        {
            int size = content[at];
            if (size > content.Length - at - 1)
                throw GifFrame.Cut(name);
            content.Slice(at + 1, size).CopyTo(codes[length..]);
            length += size;
            at += size + 1;
        }
        return at < content.Length ? length : throw GifFrame.Cut(name);
    }

    private static void Paint(ReadOnlySpan<byte> content, GifFrame frame, byte[] indexes, ImageBuffer image, string name)
    {
        image.Reset(frame.ScreenWidth, frame.ScreenHeight);
        image.Pixels.Fill(255);
        ReadOnlySpan<byte> colors = content.Slice(frame.ColorsOffset, frame.Colors * 3);
        for (int stored = 0; stored < frame.Height; stored++)
        {
            int y = frame.Interlaced ? InterlacedRow(stored, frame.Height) : stored;
            Span<byte> row = image.Row(frame.Top + y).Slice(frame.Left * 3, frame.Width * 3);
            ReadOnlySpan<byte> from = indexes.AsSpan(stored * frame.Width, frame.Width);
            for (int x = 0; x < from.Length; x++)
            {
                int index = from[x];
                if (index == frame.TransparentIndex)
                    continue;
                if (index >= frame.Colors)
                    throw new InvalidContentException(
                        $"{name}: expected GIF colors 0 to {frame.Colors - 1}, received {index}. The file is damaged; copy it again.");
                colors.Slice(index * 3, 3).CopyTo(row[(x * 3)..]);
            }
        }
    }

    // Stored first: every 8th row from 0, every 8th from 4, every 4th from 2, every 2nd from 1.
    private static int InterlacedRow(int stored, int height)
    {
        foreach ((int first, int step) in (ReadOnlySpan<(int, int)>)[(0, 8), (4, 8), (2, 4), (1, 2)])
        {
            int rows = (height - first + step - 1) / step;
            if (stored < rows)
                return first + stored * step;
            stored -= rows;
        }
        return height - 1;
    }
}
