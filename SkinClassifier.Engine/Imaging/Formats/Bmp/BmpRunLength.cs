using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Bmp;

/// <summary>
/// RLE8 and RLE4 (Windows GDI, "Bitmap compression"): pairs (count, value) repeat a byte or two alternating half bytes; (0, 0) ends the row,
/// (0, 1) the image, (0, 2) is followed by how far to move right and up, (0, n ≥ 3) by n pixels as they are, filled up to an even number of bytes.
/// </summary>
internal static class BmpRunLength
{
    // The strongest code moves 255 columns and rows with 4 bytes.
    private const long MaxPixelsPerByte = 255 * 255 / 4 + 1;

    /// <summary>Decodes the pixels behind <paramref name="header"/>.</summary>
    /// <exception cref="InvalidContentException">The codes end early, leave the image, or name a color that the palette does not have.</exception>
    public static void Decode(ReadOnlySpan<byte> content, in BmpHeader header, string name, ImageBuffer image)
    {
        ReadOnlySpan<byte> data = content[header.PixelOffset..];
        int width = header.Width, height = header.Height;
        if ((long)width * height > data.Length * MaxPixelsPerByte)
            throw new InvalidContentException($"{name}: the header says {width}×{height} pixels, but {data.Length} run-length coded bytes cannot "
                + $"hold them. The file is damaged; copy it again.");
        ReadOnlySpan<byte> palette = header.ReadPalette(content, stackalloc byte[BmpHeader.PaletteRoom]);
        image.Reset(width, height);
        image.Pixels.Clear();
        if (palette.Length >= 3 && (palette[0] | palette[1] | palette[2]) != 0)
            for (int i = 0; i < image.Pixels.Length; i += 3)
                palette.Slice(0, 3).CopyTo(image.Pixels[i..]);
        bool half = header.Compression == BmpCompression.Rle4;
        int at = 0, x = 0, y = 0;
        while (y < height)
        {
            int count = Next(data, ref at, name), value = Next(data, ref at, name);
            if (count > 0)
            {
                Check(count, x, width, name);
                for (int k = 0; k < count; k++, x++)
                    Put(image, palette, x, y, half ? (k % 2 == 0 ? value >> 4 : value & 15) : value, name);
            }
            else if (value == 0)
                (x, y) = (0, y + 1);
            else if (value == 1)
                break;
            else if (value == 2)
            {
                int right = Next(data, ref at, name), up = Next(data, ref at, name);
                Check(right, x, width, name);
                (x, y) = (x + right, y + up);
            }
            else
            {
                Check(value, x, width, name);
                int bytes = half ? (value + 1) / 2 : value;
                if (bytes > data.Length - at)
                    throw Ended(name);
                for (int k = 0; k < value; k++, x++)
                    Put(image, palette, x, y, !half ? data[at + k] : k % 2 == 0 ? data[at + k / 2] >> 4 : data[at + k / 2] & 15, name);
                at += bytes + (bytes & 1);
            }
        }
    }

    private static int Next(ReadOnlySpan<byte> data, ref int at, string name) => at < data.Length ? data[at++] : throw Ended(name);

    private static void Check(int count, int x, int width, string name)
    {
        if (count > width - x)
            throw new InvalidContentException(
                $"{name}: expected at most {width - x} more pixels in a run-length coded BMP row, received {count}. The file is damaged; copy it again.");
    }

    private static void Put(ImageBuffer image, ReadOnlySpan<byte> palette, int x, int y, int index, string name)
    {
        if (index * 3 >= palette.Length)
            throw new InvalidContentException(
                $"{name}: expected BMP palette entries 0 to {palette.Length / 3 - 1}, received {index}. The file is damaged; copy it again.");
        palette.Slice(index * 3, 3).CopyTo(image.Row(image.Height - 1 - y)[(3 * x)..]);
    }

    private static InvalidContentException Ended(string name) =>
        new($"{name}: expected an end mark after the run-length coded BMP pixels, received the end of the file. The file is cut; copy it again.");
}
