namespace SkinClassifier.Trainers.Losses;

/// <summary>
/// Multi-class hinge with margin 1: l = Σ_c t_c·w_c·(1/K)·Σ_{j≠c} max(0, 1 − z_c + z_j).
/// For plain labels without weights the same numbers as torch.nn.functional.multi_margin_loss.
/// </summary>
internal sealed class MultiClassHinge : Loss
{
    /// <inheritdoc/>
    protected override double Row(ReadOnlySpan<float> scores, ReadOnlySpan<float> target, ReadOnlySpan<double> weights, Span<double> slope)
    {
        int classes = target.Length;
        double loss = 0;
        for (int c = 0; c < classes; c++)
        {
            double q = weights[c] * target[c] / classes;
            if (q == 0)
                continue;
            for (int j = 0; j < classes; j++)
            {
                double violation = 1.0 - scores[c] + scores[j];
                if (j == c || violation <= 0)
                    continue;
                loss += q * violation;
                slope[j] += q;
                slope[c] -= q;
            }
        }
        return loss;
    }
}
