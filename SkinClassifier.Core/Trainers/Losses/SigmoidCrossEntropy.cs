namespace SkinClassifier.Trainers.Losses;

/// <summary>
/// Sigmoid binary cross-entropy for two classes on one output z, the logit of class 1:
/// l = w_1·q_1·log(1 + e^−z) + w_0·q_0·log(1 + e^z), q smoothed as (1 − ε)·t + ε/2; dl/dz = w_0·q_0·σ(z) − w_1·q_1·(1 − σ(z)).
/// Without smoothing the same numbers as torch.nn.functional.binary_cross_entropy_with_logits.
/// </summary>
internal sealed class SigmoidCrossEntropy(double labelSmoothing = 0) : Loss
{
    /// <inheritdoc/>
    public override int OutputCount(int classes) =>
        classes == 2 ? 1 : throw new ArgumentException($"Loss 'binary': expected 2 classes, received {classes}. Use cross-entropy.", nameof(classes));

    /// <summary>[z] → [0, z]: softmax([0, z]) = [1 − σ(z), σ(z)].</summary>
    public override void ToLogits(ReadOnlySpan<float> scores, int classes, Span<float> logits)
    {
        for (int n = 0; n < scores.Length; n++)
            (logits[2 * n], logits[2 * n + 1]) = (0, scores[n]);
    }

    /// <inheritdoc/>
    protected override double Row(ReadOnlySpan<float> scores, ReadOnlySpan<float> target, ReadOnlySpan<double> weights, Span<double> slope)
    {
        double z = scores[0];
        double negative = weights[0] * ((1 - labelSmoothing) * target[0] + labelSmoothing / 2);
        double positive = weights[1] * ((1 - labelSmoothing) * target[1] + labelSmoothing / 2);
        double tail = Math.Log(1 + Math.Exp(-Math.Abs(z)));
        double sigmoid = z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
        slope[0] = negative * sigmoid - positive * (1 - sigmoid);
        return positive * (Math.Max(-z, 0) + tail) + negative * (Math.Max(z, 0) + tail);
    }
}
