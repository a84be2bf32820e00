using System.Numerics.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>The image that stands in the place of pixels that are taken away.</summary>
internal static class FilledImage
{
    private const int Passes = 3, SideParts = 8;

    /// <summary>Makes it for planes [3,H,W].</summary>
    /// <param name="image">The network's input, 0 to 255.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="fill">What it shows.</param>
    public static float[] Of(ReadOnlySpan<float> image, int width, int height, ExplanationFill fill)
    {
        float[] filled = new float[image.Length];
        int plane = width * height;
        for (int start = 0; start < filled.Length; start += plane)
        {
            Span<float> to = filled.AsSpan(start, plane);
            if (fill == ExplanationFill.Mean)
                to.Fill(TensorPrimitives.Sum(image.Slice(start, plane)) / plane);
            else if (fill == ExplanationFill.Blur)
                Blur(image.Slice(start, plane), width, height, to);
        }
        return filled;
    }

    /// <summary>Three means over windows of a quarter of the shorter side, along rows and columns; beyond the border its pixel holds.</summary>
    private static void Blur(ReadOnlySpan<float> from, int width, int height, Span<float> to)
    {
        int radius = Math.Max(1, Math.Min(width, height) / SideParts);
        from.CopyTo(to);
        float[] line = new float[Math.Max(width, height)], mean = new float[line.Length];
        for (int pass = 0; pass < Passes; pass++)
        {
            for (int y = 0; y < height; y++)
            {
                Span<float> row = to.Slice(y * width, width);
                row.CopyTo(line);
                Mean(line.AsSpan(0, width), radius, row);
            }
            for (int x = 0; x < width; x++)
            {
                for (int y = 0; y < height; y++)
                    line[y] = to[y * width + x];
                Mean(line.AsSpan(0, height), radius, mean);
                for (int y = 0; y < height; y++)
                    to[y * width + x] = mean[y];
            }
        }
    }

    private static void Mean(ReadOnlySpan<float> line, int radius, Span<float> mean)
    {
        int last = line.Length - 1;
        double sum = 0;
        for (int i = -radius; i <= radius; i++)
            sum += line[Math.Clamp(i, 0, last)];
        for (int i = 0; i <= last; i++)
        {
            mean[i] = (float)(sum / (2 * radius + 1));
            sum += line[Math.Min(i + radius + 1, last)] - line[Math.Max(i - radius, 0)];
        }
    }
}
