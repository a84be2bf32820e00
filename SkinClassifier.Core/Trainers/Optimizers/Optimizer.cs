using System.Numerics;

namespace SkinClassifier.Trainers.Optimizers;

/// <summary>
/// Turns gradients into parameter changes, one float at a time (no sums over elements, so any vector width gives the same bits).
/// Same arithmetic order as torch.optim. State: <see cref="StateCount"/> floats per parameter element, and the step count.
/// </summary>
internal abstract class Optimizer
{
    private readonly float[][] _state;

    /// <summary>Creates an optimizer for tensors with the given element counts.</summary>
    protected Optimizer(IReadOnlyList<int> lengths, int stateCount, float momentum)
    {
        (StateCount, Momentum) = (stateCount, momentum);
        _state = new float[lengths.Count * stateCount][];
        for (int i = 0; i < lengths.Count; i++)
            for (int s = 0; s < stateCount; s++)
                _state[i * stateCount + s] = new float[lengths[i]];
    }

    /// <summary>Steps begun so far.</summary>
    public long Step { get; set; }

    /// <summary>Share of what was that goes into the next step (β₁ of Adam); a schedule may change it between steps.</summary>
    public float Momentum { get; set; }

    /// <summary>State arrays per tensor.</summary>
    public int StateCount { get; }

    /// <summary>All state arrays: tensor by tensor, for checkpoints.</summary>
    public IReadOnlyList<float[]> State => _state;

    /// <summary>Begins the next step; then <see cref="Update"/> is called once per tensor.</summary>
    public virtual void BeginStep() => Step++;

    /// <summary>Moves one tensor. <paramref name="tensor"/> is its index in the list given to the constructor.</summary>
    public void Update(int tensor, Span<float> value, ReadOnlySpan<float> gradient, float rate, float weightDecay)
    {
        float[] first = StateCount > 0 ? _state[tensor * StateCount] : [], second = StateCount > 1 ? _state[tensor * StateCount + 1] : [];
        int i = 0, width = Vector<float>.Count;
        for (; i <= value.Length - width; i += width)
        {
            Vector<float> p = new(value[i..]), a = StateCount > 0 ? new(first, i) : default, b = StateCount > 1 ? new(second, i) : default;
            Move(ref p, new(gradient[i..]), ref a, ref b, rate, weightDecay);
            p.CopyTo(value[i..]);
            if (StateCount > 0)
                a.CopyTo(first, i);
            if (StateCount > 1)
                b.CopyTo(second, i);
        }
        for (; i < value.Length; i++)
        {
            // The tail goes through lane 0 of the same arithmetic.
            Vector<float> p = new(value[i]), a = new(StateCount > 0 ? first[i] : 0), b = new(StateCount > 1 ? second[i] : 0);
            Move(ref p, new(gradient[i]), ref a, ref b, rate, weightDecay);
            value[i] = p[0];
            if (StateCount > 0)
                first[i] = a[0];
            if (StateCount > 1)
                second[i] = b[0];
        }
    }

    /// <summary>The rule for a vector of independent elements: value, gradient, and up to two state values.</summary>
    protected abstract void Move(
        ref Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, float rate, float weightDecay);

    /// <summary>Creates the optimizer of the given kind.</summary>
    public static Optimizer Create(OptimizerKind kind, IReadOnlyList<int> lengths, float momentum = 0.9f, bool nesterov = false, float beta2 = 0.999f) =>
        kind switch
        {
            OptimizerKind.Sgd => new Sgd(lengths, momentum, nesterov),
            OptimizerKind.Adam => new Adam(lengths, decoupled: false, beta2: beta2),
            OptimizerKind.AdamW => new Adam(lengths, decoupled: true, beta2: beta2),
            OptimizerKind.RmsProp => new RmsProp(lengths, momentum),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown optimizer."),
        };
}
