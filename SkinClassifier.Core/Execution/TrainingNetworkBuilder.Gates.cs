using SkinClassifier.Execution.Learning;
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
