using System.Buffers;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>Chunks → inflate → undo the row filters → RGB.</summary>
internal static class PngDecoder
{
    // Deflate stores at best 258 bytes in 2 bits.
    private const long MaxInflation = 1032;

    [ThreadStatic]
    private static Inflater? s_inflater;

    /// <summary>Decodes a file whose signature has been seen.</summary>
    /// <exception cref="InvalidContentException">The file is damaged.</exception>
    public static unsafe void Decode(ReadOnlySpan<byte> content, string name, ImageBuffer image)
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
            Inflater inflate = s_inflater ??= new Inflater();
            fixed (byte* start = compressed)
            {
                inflate.Start(start, length, name);
                ReadPasses(inflate, header, pixels, image, name);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private static void ReadPasses(Inflater inflate, in PngHeader header, PngPixels pixels, ImageBuffer image, string name)
    {
        image.Reset(header.Width, header.Height);
        int rowBytes = checked((int)header.RowBytes(header.Width));
        int step = Math.Max(1, header.BitsPerPixel / 8);
        // Each row buffer starts with the filter byte; the row above the first is all zero.
        byte[] current = ArrayPool<byte>.Shared.Rent(rowBytes + 1), above = ArrayPool<byte>.Shared.Rent(rowBytes + 1);
        try
        {
            foreach (PngPass pass in PngPass.Of(header.Interlaced))
            {
                int columns = pass.Width(header.Width), rows = columns > 0 ? pass.Height(header.Height) : 0;
                int bytes = (int)header.RowBytes(columns);
                above.AsSpan(0, bytes + 1).Clear();
                for (int j = 0; j < rows; j++)
                {
                    if (inflate.Read(current.AsSpan(0, bytes + 1)) <= bytes)
                        throw new InvalidContentException(
                            $"{name}: the PNG pixel data ends in row {pass.Y + j * pass.StepY}. The file is damaged; copy it again.");
                    PngFilter.Undo(current[0], current.AsSpan(1, bytes), above.AsSpan(1, bytes), step, name);
                    pixels.Write(current.AsSpan(1, bytes), columns, image.Row(pass.Y + j * pass.StepY)[(pass.X * 3)..], pass.StepX * 3);
                    (current, above) = (above, current);
                }
            }
            // Reading past the last row makes the inflater verify the Adler-32 checksum.
            if (inflate.Read(current.AsSpan(0, 1)) != 0)
                throw new InvalidContentException(
                    $"{name}: expected the PNG pixel data to end after {header.Height} rows, received more. The file is damaged; copy it again.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(above);
        }
    }
}
