using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>Functions that a kernel computes element by element: an operator, or a product x · Sigmoid(x) or x · HardSigmoid(x).</summary>
internal static class ActivationRewrites
{
    /// <summary>Into the node that makes the input.</summary>
    public static bool Fold(RewrittenGraph graph, Node node)
    {
        if ((FindFunction(graph, node) ?? FindGate(graph, node, ActivationKind.Sigmoid) ?? FindGate(graph, node, ActivationKind.HardSigmoid)) is not { } found
            || graph.Uses(found.Input) != (found.Gate is null ? 1 : 2)
            || graph.Maker<FusedNode>(found.Input) is not { TakesActivation: true, Activation.IsNone: true } maker)
            return false;
        RemoveGate(graph, found);
        maker.Activation = found.Activation;
        return graph.Extend(maker, node.Outputs[0]);
    }

    /// <summary>An operator that is an activation of an image.</summary>
    public static bool Function(RewrittenGraph graph, Node node) => Append(graph, node, FindFunction(graph, node));

    /// <summary>x · Sigmoid(x) is SiLU.</summary>
    public static bool Gate(RewrittenGraph graph, Node node) => Append(graph, node, FindGate(graph, node, ActivationKind.Sigmoid));

    /// <summary>x · HardSigmoid(x) is hard-swish.</summary>
    public static bool HardGate(RewrittenGraph graph, Node node) => Append(graph, node, FindGate(graph, node, ActivationKind.HardSigmoid));

    private static Activation? Of(Operator of) => of switch
    {
        Relu => Activation.Relu,
        Clip clip => new Activation(ActivationKind.Clip, clip.Min, clip.Max),
        Sigmoid => new Activation(ActivationKind.Sigmoid),
        Swish { Alpha: 1 } => new Activation(ActivationKind.Silu),
        HardSigmoid hard => new Activation(ActivationKind.HardSigmoid, hard.Alpha, hard.Beta),
        HardSwish => new Activation(ActivationKind.HardSwish, 1 / 6f, 0.5f),
        LeakyRelu leaky => new Activation(ActivationKind.LeakyRelu, leaky.Alpha),
        Gelu { IsTanh: false } => new Activation(ActivationKind.Gelu),
        _ => null,
    };

    private static Found? FindFunction(RewrittenGraph graph, Node node) =>
        Of(node.Operator) is { } activation && graph.Resolve(node.Inputs[0]) is var input && !graph.IsParameter(input) ? new(input, activation, null) : null;

    private static Found? FindGate(RewrittenGraph graph, Node node, ActivationKind kind)
    {
        if (node.Operator is not Mul)
            return null;
        string a = graph.Resolve(node.Inputs[0]), b = graph.Resolve(node.Inputs[1]);
        foreach ((string x, string factor) in new[] { (a, b), (b, a) })
            if (graph.UsedOnce(factor) && graph.Maker<FusedActivation>(factor) is { } gate && gate.Input == x && gate.Activation.Kind == kind)
                return new(x, gate.Activation with { Kind = kind == ActivationKind.Sigmoid ? ActivationKind.Silu : ActivationKind.HardSwish }, gate);
        return null;
    }

    private static bool Append(RewrittenGraph graph, Node node, Found? found)
    {
        if (found is not { } activation || graph.Shape(activation.Input).Rank != 4)
            return false;
        RemoveGate(graph, activation);
        return graph.Append(new FusedActivation
        {
            Parts = [.. activation.Gate?.Parts ?? [], node],
            Output = node.Outputs[0],
            Input = activation.Input,
            Activation = activation.Activation,
        });
    }

    private static void RemoveGate(RewrittenGraph graph, Found found)
    {
        if (found.Gate is null)
            return;
        graph.Remove(found.Gate);
        graph.DropUses(found.Input, 1);
    }

    private readonly record struct Found(string Input, Activation Activation, FusedActivation? Gate);
}
