namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Contrast Σp(i−j)², dissimilarity Σp|i−j|, homogeneity Σp/(1+(i−j)²), energy √Σp² and correlation of the gray levels of neighboring pixels,
/// 1 and 3 pixels apart, each the mean over the directions 0°, 45°, 90° and 135°. 16 levels, symmetric, normalized. Haralick, Shanmugam and Dinstein, Textural
/// Features for Image Classification, IEEE SMC-3 (1973). 10 numbers.
/// </summary>
internal sealed class GrayCooccurrence : ISkinFeature
{
    /// <summary>Number of gray levels.</summary>
    public const int Levels = 16;

    private const int Properties = 5;
    private static readonly int[] Distances = [1, 3];

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } =
    [
        .. from distance in Distances
           from property in new[] { "contrast", "dissimilarity", "homogeneity", "energy", "correlation" }
           select $"glcm.{property}.{distance}",
    ];

    /// <inheritdoc/>
    public void Write(SkinImage image, Span<float> destination)
    {
        for (int d = 0; d < Distances.Length; d++)
            Compute(image.Gray, Distances[d], destination.Slice(d * Properties, Properties));
    }

    /// <summary>The five properties at one distance, means over four directions.</summary>
    internal static void Compute(GrayPlane gray, int distance, Span<float> properties)
    {
        Span<double> sums = stackalloc double[Properties], pairs = stackalloc double[Levels * Levels];
        for (int direction = 0; direction < 4; direction++)
        {
            int down = (int)Math.Round(Math.Sin(Math.PI / 4 * direction) * distance), right = (int)Math.Round(Math.Cos(Math.PI / 4 * direction) * distance);
            Count(gray, down, right, pairs);
            Add(pairs, sums);
        }
        for (int p = 0; p < Properties; p++)
            properties[p] = (float)(sums[p] / 4);
    }

    private static void Count(GrayPlane gray, int down, int right, Span<double> pairs)
    {
        pairs.Clear();
        int first = Math.Max(0, -right), last = gray.Width - Math.Max(0, right);
        long count = 0;
        for (int y = 0; y < gray.Height - down; y++)
            for (int x = first; x < last; x++)
            {
                int i = gray.Bytes[y * gray.Width + x] / (256 / Levels), j = gray.Bytes[(y + down) * gray.Width + x + right] / (256 / Levels);
                pairs[i * Levels + j]++;
                pairs[j * Levels + i]++;
                count += 2;
            }
        for (int k = 0; k < pairs.Length; k++)
            pairs[k] /= count;
    }

    private static void Add(ReadOnlySpan<double> pairs, Span<double> sums)
    {
        double contrast = 0, dissimilarity = 0, homogeneity = 0, square = 0, mean = 0, variance = 0, covariance = 0;
        for (int i = 0; i < Levels; i++)
            for (int j = 0; j < Levels; j++)
            {
                double p = pairs[i * Levels + j];
                int d = i - j;
                contrast += p * d * d;
                dissimilarity += p * Math.Abs(d);
                homogeneity += p / (1 + d * d);
                square += p * p;
                mean += p * i;
            }
        for (int i = 0; i < Levels; i++)
            for (int j = 0; j < Levels; j++)
            {
                // The matrix is symmetric, so both margins have one mean and one variance.
                variance += pairs[i * Levels + j] * (i - mean) * (i - mean);
                covariance += pairs[i * Levels + j] * (i - mean) * (j - mean);
            }
        sums[0] += contrast;
        sums[1] += dissimilarity;
        sums[2] += homogeneity;
        sums[3] += Math.Sqrt(square);
        sums[4] += variance < 1e-15 ? 1 : covariance / variance;
    }
}
