using System.Numerics;

namespace SkinClassifier.Trainers.Optimizers;

/// <summary>
/// Adam: m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; p ← p − rate/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// Weight decay λ: added to the gradient (Adam), or p ← p·(1 − rate·λ) before the step (AdamW, <c>decoupled</c>).
/// Defaults β₁ 0.9, β₂ 0.999, ε 1e−8.
/// </summary>
internal sealed class Adam(IReadOnlyList<int> lengths, bool decoupled, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f)
    : Optimizer(lengths, 2, beta1)
{
    private float _correction1 = 1, _correction2 = 1;

    /// <inheritdoc/>
    public override void BeginStep()
    {
        base.BeginStep();
        _correction1 = (float)(1 - Math.Pow(Momentum, Step));
        _correction2 = (float)Math.Sqrt(1 - Math.Pow(beta2, Step));
    }

    /// <inheritdoc/>
    protected override void Move(
        ref Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, float rate, float weightDecay)
    {
        if (decoupled)
            value *= 1 - rate * weightDecay;
        else
            gradient += value * weightDecay;
        first = first * Momentum + gradient * (1 - Momentum);
        second = second * beta2 + gradient * gradient * (1 - beta2);
        Vector<float> denominator = Vector.SquareRoot(second) / new Vector<float>(_correction2) + new Vector<float>(epsilon);
        value -= first / denominator * (rate / _correction1);
    }
}
