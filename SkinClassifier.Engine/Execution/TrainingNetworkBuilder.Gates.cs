using SkinClassifier.Execution.Training;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <content>Activations that are more than limits, products, averages and joined values.</content>
internal sealed partial class TrainingNetworkBuilder
{
    /// <summary>Sigmoid values whose only reader multiplies them with their own input.</summary>
    private readonly Dictionary<string, string> _gates = new(StringComparer.Ordinal);

    private void FindGates(IEnumerable<Node> nodes)
    {
        Dictionary<string, string> sigmoids = new(StringComparer.Ordinal);
        foreach (Node node in nodes)
            if (node.Operator is Sigmoid && _readers.GetValueOrDefault(node.Outputs[0]) == 1)
                sigmoids[node.Outputs[0]] = node.Inputs[0];
            else if (node.Operator is Mul)
                foreach ((string x, string gate) in new[] { (node.Inputs[0], node.Inputs[1]), (node.Inputs[1], node.Inputs[0]) })
                    if (sigmoids.TryGetValue(gate, out string? source) && source == x)
                        _gates[gate] = x;
    }

    /// <summary>LayerNormalization between a Transpose to channels last and one back, by the output of the second.</summary>
    private readonly Dictionary<string, (string Input, Node Normalization, string First)> _pixelNormalizations = new(StringComparer.Ordinal);

    /// <summary>Values inside such a chain, which are never made.</summary>
    private readonly HashSet<string> _passed = new(StringComparer.Ordinal);

    private void FindPixelNormalizations(IEnumerable<Node> nodes)
    {
        Dictionary<string, Node> makers = new(StringComparer.Ordinal);
        foreach (Node node in nodes)
        {
            makers[node.Outputs[0]] = node;
            if (node.Operator is Transpose back && Ordered(back, node, [0, 3, 1, 2]) && _readers[node.Inputs[0]] == 1
                && makers.TryGetValue(node.Inputs[0], out Node? norm) && norm.Operator is LayerNormalization { Axis: -1 or 3 }
                && norm.Outputs.Skip(1).All(o => o.Length == 0) && _readers[norm.Inputs[0]] == 1
                && makers.TryGetValue(norm.Inputs[0], out Node? first) && first.Operator is Transpose there && Ordered(there, first, [0, 2, 3, 1]))
                _pixelNormalizations[node.Outputs[0]] = (first.Inputs[0], norm, first.Outputs[0]);
        }

        bool Ordered(Transpose transpose, Node node, int[] order) => _shapes[node.Outputs[0]].Rank == 4 && transpose.Order(4).SequenceEqual(order);
    }

    /// <summary>The first Transpose decides: where its input lies in blocks, the chain becomes one stage.</summary>
    private bool AddPixelNormalization(Node node)
    {
        if (_pixelNormalizations.TryGetValue(node.Outputs[0], out (string Input, Node Normalization, string First) chain))
        {
            if (!_passed.Contains(chain.First))
                return false;
            bool needsGradient = NeedsGradient(chain.Input) || chain.Normalization.Inputs.Skip(1).Any(NeedsGradient);
            Stages.Add(new PixelNormalizationStage(Context, Blocked(chain.Input), MakeBlocked(node.Outputs[0], needsGradient),
                ParameterOf(chain.Normalization, 1)!, ParameterOf(chain.Normalization, 2), ((LayerNormalization)chain.Normalization.Operator).Epsilon));
            return true;
        }
        foreach ((string input, Node normalization, string first) in _pixelNormalizations.Values)
            if (first == node.Outputs[0] && _blocked.ContainsKey(input) && ParameterOf(normalization, 1) is not null
                && (normalization.Inputs.Count < 3 || normalization.Inputs[2].Length == 0 || ParameterOf(normalization, 2) is not null))
            {
                _passed.Add(first);
                _passed.Add(normalization.Outputs[0]);
                return true;
            }
        return false;
    }

    /// <summary>A copy that only one reader sees; null where the value is not in blocks.</summary>
    private BlockedValue? Copy(string name)
    {
        if (!_blocked.TryGetValue(name, out BlockedValue? value))
            return null;
        BlockedValue copy = new(value.Shape, value.NeedsGradient);
        Stages.Add(new CopyStage(Context, value, copy));
        return copy;
    }

    private bool AddActivation(Node node)
    {
        if (!_blocked.ContainsKey(node.Inputs[0]) || ActivationOf(node.Operator) is not { } activation)
            return false;
        if (!_gates.ContainsKey(node.Outputs[0]))
            Activate(node.Inputs[0], node.Outputs[0], activation); // else together with its product
        return true;
    }

    private void Activate(string input, string output, Activation activation)
    {
        BlockedValue x = Blocked(input);
        Stages.Add(new ActivationStage(Context, activation, x, MakeBlocked(output, x.NeedsGradient)));
    }

    private static Activation? ActivationOf(Operator of) => of switch
    {
        Sigmoid => new Activation(ActivationKind.Sigmoid),
        HardSigmoid => new Activation(ActivationKind.HardSigmoid, of.Attributes.Float("alpha", 0.2f), of.Attributes.Float("beta", 0.5f)),
        HardSwish => new Activation(ActivationKind.HardSwish, 1 / 6f, 0.5f),
        Gelu { IsTanh: false } => new Activation(ActivationKind.Gelu),
        Swish when of.Attributes.Float("alpha", 1) == 1 => new Activation(ActivationKind.Silu),
        _ => null,
    };

    private bool AddProduct(Node node)
    {
        TensorShape shape = _shapes[node.Outputs[0]];
        if (shape.Rank == 4 && _blocked.ContainsKey(node.Inputs[0]) && _shapes[node.Inputs[0]] == shape && ParameterOf(node, 1) is { } scale
            && (scale.Shape == new TensorShape(shape[1], 1, 1) || scale.Shape == new TensorShape(1, shape[1], 1, 1)))
        {
            Stages.Add(new ChannelScaleStage(Context, Blocked(node.Inputs[0]), MakeBlocked(node.Outputs[0], node.Inputs.Any(NeedsGradient)), scale));
            return true;
        }
        foreach (string gate in node.Inputs)
            if (_gates.TryGetValue(gate, out string? x) && _blocked.ContainsKey(x) && !_plain.ContainsKey(gate))
            {
                Activate(x, node.Outputs[0], new Activation(ActivationKind.Silu));
                return true;
            }
        if (shape.Rank != 4 || node.Inputs.Any(i => !_blocked.ContainsKey(i)))
            return false;
        (string a, string b) = _shapes[node.Inputs[0]] == shape ? (node.Inputs[0], node.Inputs[1]) : (node.Inputs[1], node.Inputs[0]);
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        if (_shapes[a] == shape && _shapes[b] == shape)
            Stages.Add(new ProductStage(Context, Blocked(a), Blocked(b), MakeBlocked(node.Outputs[0], needsGradient)));
        else if (_shapes[a] == shape && _shapes[b] == new TensorShape(shape[0], shape[1], 1, 1))
            Stages.Add(new ChannelProductStage(Context, Blocked(a), Blocked(b), MakeBlocked(node.Outputs[0], needsGradient)));
        else
            return false;
        return true;
    }

    private bool AddAveragePool(Node node, AveragePool pool)
    {
        TensorShape shape = _shapes[node.Inputs[0]];
        if (shape.Rank != 4 || !_blocked.TryGetValue(node.Inputs[0], out BlockedValue? input))
            return false;
        Stages.Add(new AveragePoolStage(Context, pool.Fit(shape), pool.CountIncludePad, input, MakeBlocked(node.Outputs[0], input.NeedsGradient)));
        return true;
    }

    private bool AddConcat(Node node, Concat concat)
    {
        TensorShape shape = _shapes[node.Outputs[0]];
        if (shape.Rank != 4 || concat.Attributes.Int("axis", 0) is not (1 or -3) || node.Inputs.Any(i => !_blocked.ContainsKey(i)))
            return false;
        BlockedValue[] parts = [.. node.Inputs.Select(Blocked)];
        if (parts.Distinct().Count() < parts.Length)
            return false;
        Stages.Add(new ConcatStage(Context, parts, MakeBlocked(node.Outputs[0], node.Inputs.Any(NeedsGradient))));
        return true;
    }
}
