using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>Nodes that compute nothing when predicting, Concat of images, Softmax of rows.</summary>
internal static class ShapeRewrites
{
    /// <summary>Identity and Dropout vanish.</summary>
    public static bool Remove(RewrittenGraph graph, Node node) => node.Operator is Identity or Dropout && graph.Bypass(node);

    public static bool Concatenation(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not Concat || graph.Shape(node.Outputs[0]).Rank != 4 || node.Operator.Attributes.Int("axis", 0) is not (1 or -3))
            return false;
        string[] joined = [.. node.Inputs.Select(graph.Resolve)];
        return !joined.Any(graph.IsParameter) && graph.Append(new FusedConcat { Parts = [node], Output = node.Outputs[0], Joined = joined });
    }

    public static bool Reshaping(RewrittenGraph graph, Node node)
    {
        return node.Operator.OpType is "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" && node.Inputs.Count == 1
            && graph.Resolve(node.Inputs[0]) is var input && !graph.IsParameter(input)
            && graph.Append(new FusedReshape { Output = node.Outputs[0], Input = input });
    }

    public static bool SoftmaxOfRows(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not Softmax softmax)
            return false;
        string input = graph.Resolve(node.Inputs[0]);
        int rank = graph.Shape(input).Rank;
        return rank > 0 && !graph.IsParameter(input) && (softmax.Axis < 0 ? softmax.Axis + rank : softmax.Axis) == rank - 1
            && graph.Append(new FusedSoftmax { Output = node.Outputs[0], Input = input });
    }
}
