using System.Numerics;

namespace SkinClassifier.Trainers.Optimizers;

/// <summary>
/// RMSprop: g ← g + λ·p; v ← α·v + (1 − α)·g²; u ← μ·u + g/(√v + ε); p ← p − rate·u. Defaults α 0.99, ε 1e−8.
/// </summary>
internal sealed class RmsProp(IReadOnlyList<int> lengths, float momentum = 0, float alpha = 0.99f, float epsilon = 1e-8f) : Optimizer(lengths, 2, momentum)
{
    /// <inheritdoc/>
    protected override void Move(
        ref Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, float rate, float weightDecay)
    {
        Vector<float> g = gradient + value * weightDecay;
        first = first * alpha + g * g * (1 - alpha);
        second = second * Momentum + g / (Vector.SquareRoot(first) + new Vector<float>(epsilon));
        value -= second * rate;
    }
}
