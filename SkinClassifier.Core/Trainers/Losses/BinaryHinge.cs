namespace SkinClassifier.Trainers.Losses;

/// <summary>
/// Hinge for two classes on one output z, as in a linear support vector machine: l = w_1·t_1·max(0, 1 − z) + w_0·t_0·max(0, 1 + z).
/// Probabilities come from a temperature fitted afterwards: σ(z/T).
/// </summary>
internal sealed class BinaryHinge : Loss
{
    /// <inheritdoc/>
    public override int OutputCount(int classes) =>
        classes == 2 ? 1 : throw new ArgumentException($"Loss 'binary-hinge': expected 2 classes, received {classes}. Use hinge.", nameof(classes));

    /// <summary>[z] → [0, z].</summary>
    public override void ToLogits(ReadOnlySpan<float> scores, int classes, Span<float> logits)
    {
        for (int n = 0; n < scores.Length; n++)
            (logits[2 * n], logits[2 * n + 1]) = (0, scores[n]);
    }

    /// <inheritdoc/>
    protected override double Row(ReadOnlySpan<float> scores, ReadOnlySpan<float> target, ReadOnlySpan<double> weights, Span<double> slope)
    {
        double z = scores[0], loss = double.IsNaN(z) ? double.NaN : 0;
        for (int c = 0; c < 2; c++)
        {
            double sign = c == 1 ? 1 : -1, q = weights[c] * target[c], violation = 1 - sign * z;
            if (violation <= 0)
                continue;
            loss += q * violation;
            slope[0] -= q * sign;
        }
        return loss;
    }
}
