namespace SkinClassifier.Explanations;

/// <summary>A map with another number of pixels: linear interpolation, with a wider triangle where it shrinks so that no pixel is left out.</summary>
internal static class HeatMapScaling
{
    /// <summary>map [H,W] → [newHeight,newWidth]; no weight is negative and each pixel's sum to 1, so that values stay within those of the map.</summary>
    public static float[] Resize(ReadOnlySpan<float> map, int width, int height, int newWidth, int newHeight)
    {
        if (map.Length != width * height)
            throw new ArgumentException($"HeatMapScaling: expected {height} × {width} values, received {map.Length}.", nameof(map));
        if ((width, height) == (newWidth, newHeight))
            return map.ToArray();
        float[] rows = new float[height * newWidth], result = new float[newHeight * newWidth];
        for (int x = 0; x < newWidth; x++)
        {
            (int first, float[] weights) = Weights(x, width, newWidth);
            for (int y = 0; y < height; y++)
                for (int i = 0; i < weights.Length; i++)
                    rows[y * newWidth + x] += weights[i] * map[y * width + first + i];
        }
        for (int y = 0; y < newHeight; y++)
        {
            (int first, float[] weights) = Weights(y, height, newHeight);
            for (int i = 0; i < weights.Length; i++)
                for (int x = 0; x < newWidth; x++)
                    result[y * newWidth + x] += weights[i] * rows[(first + i) * newWidth + x];
        }
        return result;
    }

    /// <summary>
    /// The map smoothed by the mean of a square, three times (nearly a Gaussian), and scaled so that its highest value is 1. An empty map stays empty. Values
    /// beyond the border count as 0.
    /// </summary>
    public static float[] Smooth(ReadOnlySpan<float> map, int width, int height, int radius)
    {
        float[] result = map.ToArray();
        float[] line = new float[Math.Max(width, height)];
        for (int pass = 0; pass < 3; pass++)
        {
            for (int y = 0; y < height; y++)
                MeanOfLine(result, y * width, 1, width, radius, line);
            for (int x = 0; x < width; x++)
                MeanOfLine(result, x, width, height, radius, line);
        }
        float highest = result.Max();
        if (highest > 0)
            for (int i = 0; i < result.Length; i++)
                result[i] = Math.Max(0, result[i] / highest);
        return result;
    }

    private static void MeanOfLine(float[] map, int start, int step, int count, int radius, float[] line)
    {
        for (int i = 0; i < count; i++)
            line[i] = map[start + i * step];
        double sum = 0;
        for (int i = 0; i < Math.Min(radius, count); i++)
            sum += line[i];
        for (int i = 0; i < count; i++)
        {
            if (i + radius < count)
                sum += line[i + radius];
            if (i - radius - 1 >= 0)
                sum -= line[i - radius - 1];
            map[start + i * step] = (float)(sum / (2 * radius + 1));
        }
    }

    private static (int First, float[] Weights) Weights(int to, int length, int newLength)
    {
        double scale = (double)length / newLength, reach = Math.Max(1, scale), center = Math.Clamp((to + 0.5) * scale - 0.5, 0, length - 1);
        int first = Math.Max(0, (int)Math.Ceiling(center - reach)), last = Math.Min(length - 1, (int)Math.Floor(center + reach));
        double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(i => 1 - Math.Abs(i - center) / reach)];
        double sum = weights.Sum();
        return (first, [.. weights.Select(w => (float)(w / sum))]);
    }
}
