using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>Transpose to channels last, LayerNormalization over them, Transpose back: one normalization of every pixel.</summary>
internal static class PixelNormalizationRewrite
{
    public static bool Rewrite(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not Transpose back || graph.Shape(node.Outputs[0]).Rank != 4 || !back.Order(4).SequenceEqual([0, 3, 1, 2])
            || Before(graph, graph.Resolve(node.Inputs[0])) is not { Node.Operator: LayerNormalization { Axis: -1 or 3 } layer } norm
            || norm.Node.Outputs.Skip(1).Any(o => o.Length > 0)
            || Before(graph, norm.Node.Inputs[0]) is not { Node.Operator: Transpose there } first || !there.Order(4).SequenceEqual([0, 2, 3, 1])
            || graph.IsParameter(first.Node.Inputs[0]))
            return false;
        string[] parameters = [.. norm.Node.Inputs.Skip(1).Where(i => i.Length > 0)];
        if (!parameters.All(graph.IsParameter))
            return false;
        graph.Remove(norm);
        graph.Remove(first);
        return graph.Append(new FusedPixelNormalization
        {
            Parts = [first.Node, norm.Node, node],
            Output = node.Outputs[0],
            Input = first.Node.Inputs[0],
            Scale = parameters[0],
            Shift = parameters.ElementAtOrDefault(1),
            Epsilon = layer.Epsilon,
        });
    }

    /// <summary>The node that makes a value that nothing else uses.</summary>
    private static SingleNode? Before(RewrittenGraph graph, string value) => graph.UsedOnce(value) ? graph.Maker<SingleNode>(value) : null;
}
