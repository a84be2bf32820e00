namespace SkinClassifier.Trainers.Features;

/// <summary>
/// Shift and scale that give each feature mean 0 and standard deviation 1 over the training images. A constant feature gets scale 0.
/// It helps the head to converge and is folded into the head's first weights afterwards, so the network does not contain it.
/// </summary>
internal sealed class FeatureScaling
{
    private FeatureScaling(float[] mean, float[] scale) => (Mean, Scale) = (mean, scale);

    /// <summary>Mean of each feature [F].</summary>
    public float[] Mean { get; }

    /// <summary>1/standard deviation of each feature [F].</summary>
    public float[] Scale { get; }

    /// <summary>Measures features [N,F].</summary>
    public static FeatureScaling Of(ReadOnlySpan<float> features, int length)
    {
        int count = features.Length / length;
        double[] sum = new double[length], square = new double[length];
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<float> row = features.Slice(n * length, length);
            for (int f = 0; f < row.Length; f++)
                sum[f] += row[f];
        }
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<float> row = features.Slice(n * length, length);
            for (int f = 0; f < row.Length; f++)
            {
                double d = row[f] - sum[f] / count;
                square[f] += d * d;
            }
        }
        float[] mean = new float[length], scale = new float[length];
        for (int f = 0; f < length; f++)
        {
            mean[f] = (float)(sum[f] / count);
            double deviation = Math.Sqrt(square[f] / count);
            scale[f] = deviation > 1e-6 * Math.Max(1, Math.Abs(mean[f])) ? (float)(1 / deviation) : 0;
        }
        return new FeatureScaling(mean, scale);
    }

    /// <summary>Scales features [N,F] in place.</summary>
    public void Apply(Span<float> features)
    {
        for (int n = 0; n < features.Length; n += Mean.Length)
        {
            Span<float> row = features.Slice(n, Mean.Length);
            for (int f = 0; f < row.Length; f++)
                row[f] = (row[f] - Mean[f]) * Scale[f];
        }
    }

    /// <summary>Takes the scaling of features [N,F] back, in place; a constant feature gets its mean.</summary>
    public void Undo(Span<float> features)
    {
        for (int n = 0; n < features.Length; n += Mean.Length)
        {
            Span<float> row = features.Slice(n, Mean.Length);
            for (int f = 0; f < row.Length; f++)
                row[f] = Scale[f] > 0 ? row[f] / Scale[f] + Mean[f] : Mean[f];
        }
    }

    /// <summary>
    /// Changes weights [U,F] and biases [U] that were trained on scaled features into those for plain features: W′ = W·scale, b′ = b − W′·mean.
    /// </summary>
    public void Fold(Span<float> weights, Span<float> biases)
    {
        int length = Mean.Length;
        for (int u = 0; u < biases.Length; u++)
        {
            double shift = 0;
            for (int f = 0; f < length; f++)
            {
                weights[u * length + f] *= Scale[f];
                shift += (double)weights[u * length + f] * Mean[f];
            }
            biases[u] = (float)(biases[u] - shift);
        }
    }
}
