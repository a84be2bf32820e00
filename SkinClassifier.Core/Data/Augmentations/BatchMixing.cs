using SkinClassifier.Common;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Mixes the images of a training batch with each other, and their labels in the same shares. Image i meets image N − 1 − i;
/// a shuffled batch makes the pairs random. Images x [N, C, H, W], label weights t [N, K], both changed in place; no memory is allocated but the random source.
/// </summary>
internal static class BatchMixing
{
    /// <summary>
    /// MixUp: x′ᵢ = λ xᵢ + (1 − λ) xⱼ and t′ᵢ = λ tᵢ + (1 − λ) tⱼ with one λ from Beta(α, α) for the batch.
    /// </summary>
    /// <param name="images">x, N · C · H · W numbers.</param>
    /// <param name="labels">t, N · K weights.</param>
    /// <param name="count">N, at least 1.</param>
    /// <param name="alpha">α, above 0; 0.2 is usual. Small numbers leave most batches nearly as they are.</param>
    /// <param name="seed">Seed of the training run.</param>
    /// <param name="step">Number of the batch since the start.</param>
    /// <returns>λ.</returns>
    /// <exception cref="ArgumentException">A length is not a multiple of <paramref name="count"/>.</exception>
    /// <remarks>Source: Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2017.</remarks>
    public static float MixUp(Span<float> images, Span<float> labels, int count, double alpha, ulong seed, long step)
    {
        Check(images.Length, labels.Length, count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        float share = (float)DrawBeta(alpha, new SeededRandom(seed, (ulong)step, 1));
        int size = images.Length / count;
        for (int i = 0; i < count / 2; i++)
            MixPair(images.Slice(i * size, size), images.Slice((count - 1 - i) * size, size), share);
        MixLabels(labels, count, share);
        return share;
    }

    /// <summary>
    /// CutMix: a rectangle with a part 1 − λ of the area, λ from Beta(α, α), at one random place for the batch, is exchanged between the images of a pair;
    /// labels are mixed by the area that the rectangle has after it was cut at the edge.
    /// </summary>
    /// <param name="images">x, N · C · H · W numbers.</param>
    /// <param name="labels">t, N · K weights.</param>
    /// <param name="count">N, at least 1.</param>
    /// <param name="height">H, in pixels.</param>
    /// <param name="width">W, in pixels.</param>
    /// <param name="alpha">α, above 0; 1 is usual.</param>
    /// <param name="seed">Seed of the training run.</param>
    /// <param name="step">Number of the batch since the start.</param>
    /// <returns>λ, the part of its own that each image keeps.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit the shape.</exception>
    /// <remarks>Source: Yun et al., "CutMix", 2019.</remarks>
    public static float CutMix(Span<float> images, Span<float> labels, int count, int height, int width, double alpha, ulong seed, long step)
    {
        Check(images.Length, labels.Length, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        int size = images.Length / count, plane = checked(height * width);
        if (size % plane != 0)
            throw new ArgumentException($"CutMix: expected images of whole planes of {height} × {width}, received {size} numbers an image.", nameof(images));
        SeededRandom random = new(seed, (ulong)step, 2);
        double side = Math.Sqrt(1 - DrawBeta(alpha, random));
        int boxHeight = (int)(height * side), boxWidth = (int)(width * side), middleY = random.NextInt32(height), middleX = random.NextInt32(width);
        int top = Math.Max(0, middleY - boxHeight / 2), bottom = Math.Min(height, middleY - boxHeight / 2 + boxHeight);
        int left = Math.Max(0, middleX - boxWidth / 2), right = Math.Min(width, middleX - boxWidth / 2 + boxWidth);
        for (int i = 0; i < count / 2; i++)
            for (int c = 0; c < size / plane; c++)
                for (int y = top; y < bottom; y++)
                {
                    int row = c * plane + y * width + left;
                    Exchange(images.Slice(i * size + row, right - left), images.Slice((count - 1 - i) * size + row, right - left));
                }
        float share = 1 - (float)((double)(bottom - top) * (right - left) / plane);
        MixLabels(labels, count, share);
        return share;
    }

    /// <summary>A number from Beta(α, α): X / (X + Y) with X, Y from Gamma(α) (Marsaglia and Tsang, 2000).</summary>
    internal static double DrawBeta(double alpha, SeededRandom random)
    {
        double x = DrawGamma(alpha, random), y = DrawGamma(alpha, random);
        // For a very small α both can underflow; the limit of the distribution is a coin.
        return x + y > 0 ? x / (x + y) : random.NextInt32(2);
    }

    private static double DrawGamma(double shape, SeededRandom random)
    {
        if (shape < 1)
            return DrawGamma(shape + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = random.NextGaussian(), v = 1 + c * normal;
            v *= v * v;
            if (v > 0 && Math.Log(1 - random.NextDouble()) < 0.5 * normal * normal + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }

    private static void MixLabels(Span<float> labels, int count, float share)
    {
        int classes = labels.Length / count;
        for (int i = 0; i < count / 2; i++)
            MixPair(labels.Slice(i * classes, classes), labels.Slice((count - 1 - i) * classes, classes), share);
    }

    private static void MixPair(Span<float> a, Span<float> b, float share)
    {
        float rest = 1 - share;
        for (int i = 0; i < a.Length; i++)
            (a[i], b[i]) = (share * a[i] + rest * b[i], share * b[i] + rest * a[i]);
    }

    private static void Exchange(Span<float> a, Span<float> b)
    {
        for (int i = 0; i < a.Length; i++)
            (a[i], b[i]) = (b[i], a[i]);
    }

    private static void Check(int images, int labels, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (images % count != 0 || labels % count != 0)
            throw new ArgumentException(
                $"batch mixing: expected multiples of {count} images, received {images} numbers of images and {labels} label weights.", nameof(count));
    }
}
