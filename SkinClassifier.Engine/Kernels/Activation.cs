namespace SkinClassifier.Kernels;

/// <summary>Functions that a kernel can apply to what it has just computed.</summary>
internal enum ActivationKind
{
    /// <summary>y = x.</summary>
    None,

    /// <summary>y = min(max(x, A), B); NaN stays NaN.</summary>
    Clip,

    /// <summary>y = 1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary>y = x / (1 + e^−x).</summary>
    Silu,

    /// <summary>y = min(max(A·x + B, 0), 1).</summary>
    HardSigmoid,

    /// <summary>y = x · min(max(A·x + B, 0), 1).</summary>
    HardSwish,

    /// <summary>y = x for x ≥ 0, else A·x.</summary>
    LeakyRelu,

    /// <summary>y = x · Φ(x) with the normal distribution Φ.</summary>
    Gelu,
}

/// <summary>An activation with its two numbers.</summary>
internal readonly record struct Activation(ActivationKind Kind, float A = 0, float B = 0)
{
    /// <summary>max(x, 0).</summary>
    public static Activation Relu { get; } = new(ActivationKind.Clip, 0, float.PositiveInfinity);

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsNone => Kind == ActivationKind.None;
}
