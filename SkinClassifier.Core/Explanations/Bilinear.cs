using System.Buffers;
using System.Numerics.Tensors;
using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Explanations;

/// <summary>
/// Maps at another size, by linear interpolation between pixel centers; beyond the outer centers the outer values hold (what OpenCV's resize does with
/// INTER_LINEAR).
/// </summary>
internal static class Bilinear
{
    private const int MaxStackLength = 1024;

    /// <summary>Writes a map for an image whose pixels lie in the map as <paramref name="placement"/> says; 0 for pixels outside of it.</summary>
    /// <param name="from">[fromHeight,fromWidth].</param>
    /// <param name="fromWidth">Columns of the map.</param>
    /// <param name="fromHeight">Rows of the map.</param>
    /// <param name="to">Receives [height,width].</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="placement">Where the pixels of the image lie in the map.</param>
    /// <param name="workers">Threads; null: the caller's alone.</param>
    /// <param name="averages">
    /// Whether a pixel of a smaller image is the weighted mean of all values that it covers (a wider triangle), so that none is left out. Default: it is the
    /// value at its center.
    /// </param>
    public static void Resample(float[] from, int fromWidth, int fromHeight, float[] to, int width, int height, ImagePlacement placement,
        WorkerPool? workers = null, bool averages = false)
    {
        Sample[] columns = [.. Enumerable.Range(0, width).Select(x => Sample.At(placement.Column(x), fromWidth, averages ? placement.ScaleX : 1))];
        void Row(int y)
        {
            Sample row = Sample.At(placement.Row(y), fromHeight, averages ? placement.ScaleY : 1);
            Span<float> result = to.AsSpan(y * width, width);
            result.Clear();
            if (row.First < 0)
                return;
            float[]? rented = fromWidth > MaxStackLength ? ArrayPool<float>.Shared.Rent(fromWidth) : null;
            Span<float> line = (rented ?? stackalloc float[MaxStackLength])[..fromWidth];
            line.Clear();
            for (int i = 0; i < row.Weights.Length; i++)
                TensorPrimitives.MultiplyAdd(from.AsSpan((row.First + i) * fromWidth, fromWidth), row.Weights[i], line, line);
            for (int x = 0; x < result.Length; x++)
                if (columns[x] is { First: >= 0 and int first, Weights: var weights })
                    for (int i = 0; i < weights.Length; i++)
                        result[x] += weights[i] * line[first + i];
            if (rented is not null)
                ArrayPool<float>.Shared.Return(rented);
        }
        if (workers is null)
            for (int y = 0; y < height; y++)
                Row(y);
        else
            workers.Run(height, Row);
    }

    /// <summary>
    /// map [height,width] → [newHeight,newWidth]; no weight is negative and each pixel's sum to 1, so that values stay within those of the map. Shrinking
    /// leaves no value out.
    /// </summary>
    public static float[] Resize(ReadOnlySpan<float> map, int width, int height, int newWidth, int newHeight)
    {
        if (map.Length != width * height)
            throw new ArgumentException($"Bilinear: expected {height} × {width} values, received {map.Length}.", nameof(map));
        float[] from = map.ToArray();
        if ((width, height) == (newWidth, newHeight))
            return from;
        float[] to = new float[newHeight * newWidth];
        Resample(from, width, height, to, newWidth, newHeight, new ImagePlacement((double)width / newWidth, (double)height / newHeight, 0, 0), averages: true);
        return to;
    }

    /// <summary>The pixels of an image that lie in the map.</summary>
    public static ImageArea Seen(int fromWidth, int fromHeight, int width, int height, ImagePlacement placement)
    {
        (int left, int columns) = Range(width, x => Sample.Contains(placement.Column(x), fromWidth));
        (int top, int rows) = Range(height, y => Sample.Contains(placement.Row(y), fromHeight));
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

    /// <summary>Neighbors with their weights, which sum to 1; First is −1 outside.</summary>
    private readonly record struct Sample(int First, float[] Weights)
    {
        /// <summary>Rounding of a border that lies exactly between two pixels.</summary>
        private const double Slack = 1e-9;

        public static bool Contains(double place, int length) => place >= -0.5 - Slack && place <= length - 0.5 + Slack;

        public static Sample At(double place, int length, double reach)
        {
            if (!Contains(place, length))
                return new Sample(-1, []);
            double inside = Math.Clamp(place, 0, length - 1);
            if (reach <= 1)
            {
                int before = (int)inside;
                float share = (float)(inside - before);
                return new Sample(before, share == 0 ? [1] : [1 - share, share]);
            }
            int first = Math.Max(0, (int)Math.Ceiling(inside - reach)), last = Math.Min(length - 1, (int)Math.Floor(inside + reach));
            double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(i => 1 - Math.Abs(i - inside) / reach)];
            double sum = weights.Sum();
            return new Sample(first, [.. weights.Select(w => (float)(w / sum))]);
        }
    }
}
