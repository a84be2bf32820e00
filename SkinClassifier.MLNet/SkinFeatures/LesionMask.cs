namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// The lesion as a mask: the luminance blurred (σ = 2 pixels), a threshold between dark and light, the dark region that lies most in the middle, its
/// holes filled. Otsu, A Threshold Selection Method from Gray-Level Histograms, IEEE SMC-9 (1979). Simple on purpose: no hair removal, no second try.
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Inside">Whether a pixel belongs to the lesion; false everywhere in an image of one gray level.</param>
/// <param name="Blurred">The luminance that was divided.</param>
internal sealed record LesionMask(int Width, int Height, bool[] Inside, GrayPlane Blurred)
{
    private const double Sigma = 2;

    /// <summary>Finds the lesion.</summary>
    public static LesionMask Find(GrayPlane gray)
    {
        GrayPlane blurred = gray.Blur(Sigma);
        bool[] inside = new bool[blurred.Bytes.Length];
        if (OtsuThreshold(blurred.Bytes) is { } threshold)
        {
            for (int i = 0; i < inside.Length; i++)
                inside[i] = blurred.Bytes[i] <= threshold;
            inside = FillHoles(Central(inside, gray.Width, gray.Height), gray.Width, gray.Height);
        }
        return new LesionMask(gray.Width, gray.Height, inside, blurred);
    }

    /// <summary>The gray level that divides best: the largest variance between the levels up to it and those above; null when there is one level.</summary>
    internal static int? OtsuThreshold(ReadOnlySpan<byte> gray)
    {
        long[] counts = new long[256];
        foreach (byte level in gray)
            counts[level]++;
        long total = gray.Length, below = 0;
        double sum = 0, sumBelow = 0, best = 0;
        for (int level = 0; level < 256; level++)
            sum += (double)level * counts[level];
        int? threshold = null;
        for (int level = 0; level < 255; level++)
        {
            below += counts[level];
            sumBelow += (double)level * counts[level];
            if (counts[level] == 0 || below == total)
                continue;
            double difference = sumBelow / below - (sum - sumBelow) / (total - below);
            double between = (double)below * (total - below) * difference * difference;
            if (between > best)
                (best, threshold) = (between, level);
        }
        return threshold;
    }

    /// <summary>The region (8 neighbors) with the largest sum of 1 − distance from the middle / half of the diagonal.</summary>
    private static bool[] Central(bool[] mask, int width, int height)
    {
        int[] region = new int[mask.Length];
        int regions = 0, best = 0;
        double bestSum = double.NegativeInfinity, half = Math.Sqrt((double)width * width + (double)height * height) / 2;
        Stack<int> open = new();
        for (int start = 0; start < mask.Length; start++)
        {
            if (!mask[start] || region[start] > 0)
                continue;
            double sum = 0;
            region[start] = ++regions;
            open.Push(start);
            while (open.TryPop(out int at))
            {
                int x = at % width, y = at / width;
                double right = x - (width - 1) / 2.0, down = y - (height - 1) / 2.0;
                sum += 1 - Math.Sqrt(right * right + down * down) / half;
                for (int v = Math.Max(0, y - 1); v <= Math.Min(height - 1, y + 1); v++)
                    for (int u = Math.Max(0, x - 1); u <= Math.Min(width - 1, x + 1); u++)
                        if (mask[v * width + u] && region[v * width + u] == 0)
                        {
                            region[v * width + u] = regions;
                            open.Push(v * width + u);
                        }
            }
            if (sum > bestSum)
                (bestSum, best) = (sum, regions);
        }
        return [.. region.Select(r => r == best && best > 0)];
    }

    /// <summary>The mask with everything that the border of the image cannot reach (4 neighbors) outside of it.</summary>
    private static bool[] FillHoles(bool[] mask, int width, int height)
    {
        bool[] outside = new bool[mask.Length];
        Stack<int> open = new();
        void Visit(int x, int y)
        {
            if (x < 0 || y < 0 || x >= width || y >= height || mask[y * width + x] || outside[y * width + x])
                return;
            outside[y * width + x] = true;
            open.Push(y * width + x);
        }
        for (int x = 0; x < width; x++)
        {
            Visit(x, 0);
            Visit(x, height - 1);
        }
        for (int y = 0; y < height; y++)
        {
            Visit(0, y);
            Visit(width - 1, y);
        }
        while (open.TryPop(out int at))
        {
            Visit(at % width - 1, at / width);
            Visit(at % width + 1, at / width);
            Visit(at % width, at / width - 1);
            Visit(at % width, at / width + 1);
        }
        return [.. outside.Select(o => !o)];
    }
}
