namespace SkinClassifier.Trainers.Losses;

/// <summary>
/// Softmax focal loss: l = −Σ_c w_c·t_c·(1 − p_c)^γ·log p_c with p = softmax(z). γ = 0 is cross-entropy; default 2.
/// Lin et al., Focal Loss for Dense Object Detection, 2017.
/// </summary>
internal sealed class FocalLoss(double gamma = 2) : Loss
{
    /// <inheritdoc/>
    protected override double Row(ReadOnlySpan<float> scores, ReadOnlySpan<float> target, ReadOnlySpan<double> weights, Span<double> slope)
    {
        int classes = target.Length;
        Span<double> logP = classes <= 256 ? stackalloc double[classes] : new double[classes];
        LogSoftmax(scores, logP);
        double loss = 0;
        for (int c = 0; c < classes; c++)
        {
            double q = weights[c] * target[c];
            if (q == 0)
                continue;
            double p = Math.Exp(logP[c]), rest = Math.Max(1 - p, 0), damp = Math.Pow(rest, gamma);
            loss -= q * damp * logP[c];
            // d l / d log p_c = −q·((1−p)^γ − γ·p·(1−p)^(γ−1)·log p); d log p_c / d z_j = δ_cj − p_j
            double inner = gamma == 0 || rest == 0 ? 0 : gamma * p * Math.Pow(rest, gamma - 1) * logP[c];
            double push = -q * (damp - inner);
            for (int j = 0; j < classes; j++)
                slope[j] += push * ((j == c ? 1 : 0) - Math.Exp(logP[j]));
        }
        return double.IsNaN(logP[0]) ? double.NaN : loss;
    }
}
