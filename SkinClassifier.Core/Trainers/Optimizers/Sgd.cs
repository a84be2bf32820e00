using System.Numerics;

namespace SkinClassifier.Trainers.Optimizers;

/// <summary>
/// Gradient descent with momentum μ and L2 λ: g ← g + λ·p; v ← μ·v + g (v = g in the first step); p ← p − rate·v, or with Nesterov p ← p − rate·(g + μ·v).
/// </summary>
internal sealed class Sgd(IReadOnlyList<int> lengths, float momentum = 0.9f, bool nesterov = false) : Optimizer(lengths, momentum == 0 ? 0 : 1, momentum)
{
    /// <inheritdoc/>
    protected override void Move(
        ref Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, float rate, float weightDecay)
    {
        Vector<float> g = gradient + value * weightDecay;
        if (StateCount > 0)
        {
            first = first * Momentum + g;
            g = nesterov ? g + first * Momentum : first;
        }
        value -= g * rate;
    }
}
