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

    private static (int First, float[] Weights) Weights(int to, int length, int newLength)
    {
        double scale = (double)length / newLength, reach = Math.Max(1, scale), center = Math.Clamp((to + 0.5) * scale - 0.5, 0, length - 1);
        int first = Math.Max(0, (int)Math.Ceiling(center - reach)), last = Math.Min(length - 1, (int)Math.Floor(center + reach));
        double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(i => 1 - Math.Abs(i - center) / reach)];
        double sum = weights.Sum();
        return (first, [.. weights.Select(w => (float)(w / sum))]);
    }
}
