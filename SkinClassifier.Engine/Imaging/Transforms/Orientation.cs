namespace SkinClassifier.Imaging.Transforms;

/// <summary>The eight ways to put a stored image upright, numbered as in EXIF.</summary>
internal static class Orientation
{
    /// <summary>
    /// A new image. With (x, y) in the stored image of W × H, the shown image reads: 1 (x, y); 2 (W−1−x, y); 3 (W−1−x, H−1−y); 4 (x, H−1−y);
    /// 5 (y, x); 6 (y, H−1−x); 7 (W−1−y, H−1−x); 8 (W−1−y, x), where 5 to 8 have exchanged sides.
    /// </summary>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        RgbImage result = orientation >= 5 ? new RgbImage(image.Height, image.Width) : new RgbImage(image.Width, image.Height);
        Apply(image.Pixels, image.Width, image.Height, orientation, result.Pixels);
        return result;
    }

    /// <summary>As above, from the pixels of an image of <paramref name="width"/> × <paramref name="height"/> into as many others.</summary>
    public static void Apply(ReadOnlySpan<byte> source, int width, int height, int orientation, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(orientation, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orientation, 8);
        // Source offset in bytes = origin + x · stepX + y · stepY for the shown pixel (x, y).
        int right = 3, down = 3 * width, lastColumn = 3 * (width - 1), lastRow = down * (height - 1);
        (int origin, int stepX, int stepY) = orientation switch
        {
            2 => (lastColumn, -right, down),
            3 => (lastColumn + lastRow, -right, -down),
            4 => (lastRow, right, -down),
            5 => (0, down, right),
            6 => (lastRow, -down, right),
            7 => (lastColumn + lastRow, -down, -right),
            8 => (lastColumn, down, -right),
            _ => (0, right, down),
        };
        (int shownWidth, int shownHeight) = orientation >= 5 ? (height, width) : (width, height);
        for (int y = 0; y < shownHeight; y++)
        {
            Span<byte> row = destination.Slice(y * shownWidth * 3, shownWidth * 3);
            int from = origin + y * stepY;
            if (stepX == right)
            {
                source.Slice(from, row.Length).CopyTo(row);
                continue;
            }
            for (int to = 0; to < row.Length; to += 3, from += stepX)
            {
                row[to] = source[from];
                row[to + 1] = source[from + 1];
                row[to + 2] = source[from + 2];
            }
        }
    }
}
