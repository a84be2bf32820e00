using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>Sums and products of two images, neither of them constant.</summary>
internal static class CombinationRewrites
{
    /// <summary>A sum whose one operand is made by a convolution for nothing else: the convolution that runs later adds the other operand.</summary>
    public static bool Residual(RewrittenGraph graph, Node node)
    {
        if (!IsSum(node) || Operands(graph, node) is not var (a, b) || a == b || graph.Shape(a) != graph.Shape(b))
            return false;
        (string own, string other) = graph.PlaceOf(a) > graph.PlaceOf(b) ? (a, b) : (b, a);
        if (!graph.UsedOnce(own) || graph.Maker<FusedConvolution>(own) is not { Residual: null, Activation.IsNone: true } conv)
            return false;
        conv.Residual = other;
        return graph.Extend(conv, node.Outputs[0]);
    }

    /// <summary>Add, or Mul; a factor may have one number for each image and channel, [N,C,1,1].</summary>
    public static bool Combine(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not (Add or Mul) || Operands(graph, node) is not var (a, b))
            return false;
        TensorShape full = graph.Shape(node.Outputs[0]);
        if (graph.Shape(a) == graph.Shape(b))
            return Append(graph, node, a, b, false);
        if (graph.Shape(a) != full)
            (a, b) = (b, a);
        return node.Operator is Mul && graph.Shape(a) == full && graph.Shape(b) == new TensorShape(full[0], full[1], 1, 1) && Append(graph, node, a, b, true);
    }

    /// <summary>Sum of two images of one shape.</summary>
    public static bool SumOfTwo(RewrittenGraph graph, Node node) =>
        node.Operator is Sum && IsSum(node) && Operands(graph, node) is var (a, b) && graph.Shape(a) == graph.Shape(b) && Append(graph, node, a, b, false);

    private static bool IsSum(Node node) => node.Operator is Add || (node.Operator is Sum && node.Inputs.Count == 2);

    private static (string A, string B)? Operands(RewrittenGraph graph, Node node)
    {
        string a = graph.Resolve(node.Inputs[0]), b = graph.Resolve(node.Inputs[1]);
        return graph.IsParameter(a) || graph.IsParameter(b) || graph.Shape(node.Outputs[0]).Rank != 4 ? null : (a, b);
    }

    private static bool Append(RewrittenGraph graph, Node node, string left, string right, bool perChannel) => graph.Append(new FusedCombination
    {
        Parts = [node],
        Output = node.Outputs[0],
        Left = left,
        Right = right,
        IsProduct = node.Operator is Mul,
        PerChannel = perChannel,
    });
}
