using System.Buffers;

namespace SkinClassifier.Imaging.Transforms;

/// <summary>
/// Resizes interleaved RGB rows as Pillow does: first along the rows, then along the columns, each with 22 bit fixed-point weights,
/// rounded to 8 bit in between. Only the asked window of the result is computed.
/// </summary>
internal static class Resampler
{
    /// <summary>
    /// Writes the window (<paramref name="left"/>, <paramref name="top"/>, <paramref name="width"/>, <paramref name="height"/>) of the image
    /// resized to <paramref name="fullWidth"/> × <paramref name="fullHeight"/> into <paramref name="destination"/> (3 · width · height bytes).
    /// </summary>
    public static void Resize(ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, int fullWidth, int fullHeight, ResizeFilter filter,
        Span<byte> destination, int left, int top, int width, int height)
    {
        if (filter == ResizeFilter.Nearest)
        {
            Nearest(source, sourceWidth, sourceHeight, fullWidth, fullHeight, destination, left, top, width, height);
            return;
        }
        int sourceStride = sourceWidth * 3, stride = width * 3;
        if (fullHeight == sourceHeight)
        {
            Rows(source[(top * sourceStride)..], sourceWidth, fullWidth, filter, destination, left, width, height);
            return;
        }
        using ResampleWeights vertical = new(sourceHeight, fullHeight, top, height, filter);
        (int firstRow, int endRow) = vertical.Range;
        int rows = endRow - firstRow;
        ReadOnlySpan<byte> middle = source[(firstRow * sourceStride)..];
        byte[]? rented = null;
        if (fullWidth != sourceWidth || left != 0 || width != sourceWidth)
        {
            rented = ArrayPool<byte>.Shared.Rent(checked(rows * stride));
            Rows(middle, sourceWidth, fullWidth, filter, rented, left, width, rows);
            middle = rented;
        }
        Columns(middle, stride, vertical, destination[..(height * stride)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The second pass: rows of the result from the rows of <paramref name="middle"/>, which begin with the first that is needed.</summary>
    internal static void Columns(ReadOnlySpan<byte> middle, int stride, in ResampleWeights vertical, Span<byte> destination)
    {
        int firstRow = vertical.Range.First;
        for (int y = 0; y < destination.Length / stride; y++)
            ResampleKernels.Column(
                middle[((vertical.Start(y) - firstRow) * stride)..], stride, vertical.Of(y)[..vertical.Count(y)], destination.Slice(y * stride, stride));
    }

    private static void Rows(
        ReadOnlySpan<byte> source, int sourceWidth, int fullWidth, ResizeFilter filter, Span<byte> destination, int left, int width, int rows)
    {
        int sourceStride = sourceWidth * 3, stride = width * 3;
        if (fullWidth == sourceWidth)
        {
            for (int y = 0; y < rows; y++)
                source.Slice(y * sourceStride + left * 3, stride).CopyTo(destination[(y * stride)..]);
            return;
        }
        using ResampleWeights horizontal = new(sourceWidth, fullWidth, left, width, filter, WideResampleRows.IsSupported);
        for (int y = 0; y < rows; y++)
            ResampleKernels.Row(source[(y * sourceStride)..], horizontal, destination.Slice(y * stride, stride));
    }

    private static void Nearest(ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, int fullWidth, int fullHeight,
        Span<byte> destination, int left, int top, int width, int height)
    {
        double stepX = (double)sourceWidth / fullWidth, stepY = (double)sourceHeight / fullHeight;
        int[] columns = ArrayPool<int>.Shared.Rent(width);
        // Positions are added up step by step, as Pillow does: the rounding decides between neighbors.
        double position = stepX * 0.5;
        for (int x = 0; x < left + width; x++, position += stepX)
            if (x >= left)
                columns[x - left] = Math.Min((int)position, sourceWidth - 1) * 3;
        position = stepY * 0.5;
        for (int y = 0; y < top + height; y++, position += stepY)
        {
            if (y < top)
                continue;
            ReadOnlySpan<byte> row = source.Slice(Math.Min((int)position, sourceHeight - 1) * sourceWidth * 3, sourceWidth * 3);
            Span<byte> target = destination.Slice((y - top) * width * 3, width * 3);
            for (int x = 0; x < width; x++)
            {
                int from = columns[x];
                target[3 * x] = row[from];
                target[3 * x + 1] = row[from + 1];
                target[3 * x + 2] = row[from + 2];
            }
        }
        ArrayPool<int>.Shared.Return(columns);
    }
}
