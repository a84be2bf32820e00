using System.Buffers;
using System.IO.Compression;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>Chunks → inflate → undo the row filters → RGB.</summary>
internal static class PngDecoder
{
    // Deflate stores at best 258 bytes in 2 bits.
    private const long MaxInflation = 1032;

    /// <summary>Decodes a file whose signature has been seen.</summary>
    /// <exception cref="InvalidContentException">The file is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> content, string name, ImageBuffer image)
    {
        PngChunkReader chunks = new(content, name);
        PngHeader header = PngHeader.Read(ref chunks);
        ReadOnlySpan<byte> palette = default, transparency = default;
        byte[] compressed = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            int length = 0;
            for (PngChunk chunk = chunks.Next(); chunk.Type != PngChunk.End; chunk = chunks.Next())
            {
                switch (chunk.Type)
                {
                    case PngChunk.Pixels:
                        chunk.Data.CopyTo(compressed.AsSpan(length));
                        length += chunk.Data.Length;
                        break;
                    case PngChunk.Palette:
                        palette = chunk.Data;
                        break;
                    case PngChunk.Transparency:
                        transparency = chunk.Data;
                        break;
                    default:
                        if (chunk.IsCritical)
                            throw new UnsupportedContentException($"{name}: expected only the chunks of the PNG specification, received the "
                                + $"necessary chunk {chunk.TypeName} at byte {chunk.Offset}. Save the image again as a plain PNG.");
                        break;
                }
            }
            long expected = 0;
            foreach (PngPass pass in PngPass.Of(header.Interlaced))
                if (pass.Width(header.Width) is > 0 and int columns)
                    expected += (header.RowBytes(columns) + 1) * pass.Height(header.Height);
            if (expected > length * MaxInflation)
                throw new InvalidContentException($"{name}: the header says {header.Width}×{header.Height} pixels ({expected} bytes), but {length} "
                    + $"compressed bytes cannot hold them. The file is damaged; copy it again.");
            PngPixels pixels = PngPixels.Create(header, palette, transparency, stackalloc byte[PngPixels.TableLength], name);
            using ZLibStream inflate = new(new MemoryStream(compressed, 0, length, writable: false), CompressionMode.Decompress);
            ReadPasses(inflate, header, pixels, image, name);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidContentException(
                $"{name}: the compressed PNG pixel data breaks the rules of zlib or has a wrong Adler-32 checksum. The file is damaged; copy it again.", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private static void ReadPasses(ZLibStream inflate, in PngHeader header, PngPixels pixels, ImageBuffer image, string name)
    {
        image.Reset(header.Width, header.Height);
        bool straight = pixels.AreStored && !header.Interlaced;
        int rowBytes = checked((int)header.RowBytes(header.Width)), step = Math.Max(1, header.BitsPerPixel / 8);
        // The row as stored, behind its filter byte; then the restored row and the one above it, which is all zero above the first.
        byte[] stored = ArrayPool<byte>.Shared.Rent(rowBytes + 1), rows = ArrayPool<byte>.Shared.Rent(2 * rowBytes);
        try
        {
            foreach (PngPass pass in PngPass.Of(header.Interlaced))
            {
                int columns = pass.Width(header.Width), height = columns > 0 ? pass.Height(header.Height) : 0, bytes = (int)header.RowBytes(columns);
                Span<byte> current = rows.AsSpan(0, bytes), other = rows.AsSpan(rowBytes, bytes);
                other.Clear();
                ReadOnlySpan<byte> above = other;
                for (int j = 0; j < height; j++)
                {
                    int y = pass.Y + j * pass.StepY;
                    if (inflate.ReadAtLeast(stored.AsSpan(0, bytes + 1), bytes + 1, throwOnEndOfStream: false) <= bytes)
                        throw new InvalidContentException($"{name}: the PNG pixel data ends in row {y}. The file is damaged; copy it again.");
                    Span<byte> result = straight ? image.Row(y) : current;
                    PngFilter.Undo(stored[0], stored.AsSpan(1, bytes), above, result, step, name);
                    if (!straight)
                    {
                        pixels.Write(current, columns, image.Row(y)[(pass.X * 3)..], pass.StepX * 3);
                        Span<byte> free = current;
                        current = other;
                        other = free;
                    }
                    above = result;
                }
            }
            // Reading past the last row makes zlib verify the Adler-32 checksum.
            if (inflate.ReadByte() >= 0)
                throw new InvalidContentException(
                    $"{name}: expected the PNG pixel data to end after {header.Height} rows, received more. The file is damaged; copy it again.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
            ArrayPool<byte>.Shared.Return(rows);
        }
    }
}
