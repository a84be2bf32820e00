using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Explanations;

/// <summary>
/// Maps at another size, by linear interpolation between pixel centers; beyond the outer centers the outer values hold (what OpenCV's resize does with
/// INTER_LINEAR).
/// </summary>
internal static class Bilinear
{
    /// <summary>Writes a map for an image whose pixels lie in the map as <paramref name="placement"/> says; 0 for pixels outside of it.</summary>
    /// <param name="from">[fromHeight,fromWidth].</param>
    /// <param name="fromWidth">Columns of the map.</param>
    /// <param name="fromHeight">Rows of the map.</param>
    /// <param name="to">Receives [height,width].</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="placement">Where the pixels of the image lie in the map.</param>
    /// <param name="workers">Threads; null: the caller's alone.</param>
    public static void Resample(
        float[] from, int fromWidth, int fromHeight, float[] to, int width, int height, ImagePlacement placement, WorkerPool? workers = null)
    {
        Sample[] columns = [.. Enumerable.Range(0, width).Select(x => Sample.At(placement.Column(x), fromWidth))];
        void Row(int y)
        {
            Sample row = Sample.At(placement.Row(y), fromHeight);
            Span<float> result = to.AsSpan(y * width, width);
            if (row.First < 0)
            {
                result.Clear();
                return;
            }
            ReadOnlySpan<float> above = from.AsSpan(row.First * fromWidth, fromWidth), below = from.AsSpan(row.Second * fromWidth, fromWidth);
            for (int x = 0; x < result.Length; x++)
            {
                Sample column = columns[x];
                if (column.First < 0)
                {
                    result[x] = 0;
                    continue;
                }
                float top = above[column.First] + (above[column.Second] - above[column.First]) * column.Share;
                float bottom = below[column.First] + (below[column.Second] - below[column.First]) * column.Share;
                result[x] = top + (bottom - top) * row.Share;
            }
        }
        if (workers is null)
            for (int y = 0; y < height; y++)
                Row(y);
        else
            workers.Run(height, Row);
    }

    /// <summary>The pixels of an image that lie in the map.</summary>
    public static ImageArea Seen(int fromWidth, int fromHeight, int width, int height, ImagePlacement placement)
    {
        (int left, int columns) = Range(width, x => Sample.At(placement.Column(x), fromWidth).First >= 0);
        (int top, int rows) = Range(height, y => Sample.At(placement.Row(y), fromHeight).First >= 0);
        return new ImageArea(left, top, columns, rows);
    }

    private static (int First, int Count) Range(int length, Func<int, bool> isInside)
    {
        int first = 0, end = length;
        while (first < end && !isInside(first))
            first++;
        while (end > first && !isInside(end - 1))
            end--;
        return (first, end - first);
    }

    /// <summary>Two neighbors and the share of the second; First is −1 outside.</summary>
    private readonly record struct Sample(int First, int Second, float Share)
    {
        /// <summary>Rounding of a border that lies exactly between two pixels.</summary>
        private const double Slack = 1e-9;

        public static Sample At(double place, int length)
        {
            if (place < -0.5 - Slack || place > length - 0.5 + Slack)
                return new Sample(-1, -1, 0);
            double inside = Math.Clamp(place, 0, length - 1);
            int first = (int)inside;
            return new Sample(first, Math.Min(first + 1, length - 1), (float)(inside - first));
        }
    }
}
