namespace SkinClassifier.Explanations;

/// <summary>A map of single points made a map of areas.</summary>
internal static class HeatMapSmoothing
{
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
}
