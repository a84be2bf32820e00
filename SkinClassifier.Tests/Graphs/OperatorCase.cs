using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>One row of the operator table: an operator, its attributes and input shapes; input values follow from <see cref="Values"/>.</summary>
public sealed record OperatorCase(string Name, string OpType, TensorShape?[] Inputs)
{
    /// <summary>Attributes by ONNX name.</summary>
    public Dictionary<string, object> Attributes { get; init; } = [];

    /// <summary>Constant inputs by ONNX index.</summary>
    public Dictionary<int, object> Constants { get; init; } = [];

    /// <summary>Whether steps run with Training.</summary>
    public bool Training { get; init; }

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Inputs with values above 0.2 only (variances, divisors, arguments of logarithms).</summary>
    public int[] Positive { get; init; } = [];

    /// <summary>Inputs that hold conditions or indices: no gradient.</summary>
    public int[] WithoutGradient { get; init; } = [];

    /// <summary>False for operators whose gradient is zero by definition (rounding, comparison).</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>Input shapes that the operator must refuse.</summary>
    public TensorShape[]? Wrong { get; init; }

    /// <summary>The operator itself.</summary>
    internal Operator Create() => OperatorCatalog.Create(OpType, new OperatorAttributes(Attributes, Constants), Inputs.Length, Outputs);

    /// <summary>Fresh inputs.</summary>
    public Tensor?[] CreateInputs() => [.. Inputs.Select((shape, i) => shape is null ? null : Values(shape.Value, i, Positive.Contains(i)))];

    /// <summary>
    /// Distinct values at least 0.02 from each other and from 0 within ±2 (small tensors), in an order and with a small shift that depend on the input:
    /// no ties and no kinks at 0 for central differences.
    /// </summary>
    public static Tensor Values(TensorShape shape, int input, bool positive = false)
    {
        Tensor tensor = new(shape);
        int count = tensor.Values.Length;
        int[] order = [.. Enumerable.Range(0, count)];
        new SkinClassifier.Common.SeededRandom(77, (ulong)input).Shuffle<int>(order);
        float step = Math.Max(0.04f, 4f / Math.Max(1, count));
        for (int i = 0; i < count; i++)
            tensor.Values[i] = positive ? 0.3f + order[i] * 2f / count : (order[i] - count / 2 + 0.5f + 0.1f * input) * Math.Min(step, 4f / Math.Max(1, count));
        return tensor;
    }

    public override string ToString() => Name;
}
