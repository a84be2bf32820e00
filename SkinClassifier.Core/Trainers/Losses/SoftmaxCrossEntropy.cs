namespace SkinClassifier.Trainers.Losses;

/// <summary>
/// Softmax cross-entropy with label smoothing ε: q = (1 − ε)·t + ε/K, l = −Σ_c w_c·q_c·log softmax(z)_c,
/// dl/dz_j = softmax(z)_j·Σ_c w_c·q_c − w_j·q_j. Same numbers as torch.nn.functional.cross_entropy.
/// </summary>
internal sealed class SoftmaxCrossEntropy(double labelSmoothing = 0) : Loss
{
    /// <inheritdoc/>
    protected override double Row(ReadOnlySpan<float> scores, ReadOnlySpan<float> target, ReadOnlySpan<double> weights, Span<double> slope)
    {
        LogSoftmax(scores, slope);
        int classes = target.Length;
        double loss = 0, mass = 0;
        for (int c = 0; c < classes; c++)
        {
            double q = weights[c] * ((1 - labelSmoothing) * target[c] + labelSmoothing / classes);
            mass += q;
            if (q != 0)
                loss -= q * slope[c];
        }
        for (int c = 0; c < classes; c++)
            slope[c] = Math.Exp(slope[c]) * mass - weights[c] * ((1 - labelSmoothing) * target[c] + labelSmoothing / classes);
        return loss;
    }
}
