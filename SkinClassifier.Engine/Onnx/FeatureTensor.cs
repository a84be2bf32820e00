using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx;

/// <summary>
/// Finds the value of a network that a new head should read. If the output is already pooled or flattened with no Gemm, MatMul or
/// Conv after the pooling, it is that output; otherwise the input of the last Gemm, MatMul or 1×1 Conv that gives the class scores.
/// An output that ends in Softmax, LogSoftmax or Sigmoid gives class scores, however it was pooled.
/// </summary>
internal static class FeatureTensor
{
    /// <summary>Name of the feature tensor: shape [N,F], or [N,F,H,W] when the class scores are made by a 1×1 Conv before the pooling.</summary>
    /// <exception cref="UnsupportedContentException">The graph ends in neither way. Name the tensor.</exception>
    public static string Find(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return TryFind(graph)
            ?? throw new UnsupportedContentException($"Graph {graph.Name}: expected an output that is pooled or flattened, or class scores made by "
                + $"Gemm, MatMul or a 1×1 Conv, received neither. Name the feature tensor (--feature-output); the last values are "
                + $"{string.Join(", ", graph.Nodes.TakeLast(5).Select(n => n.Outputs[0]))}.");
    }

    /// <summary>As <see cref="Find"/>; null when the graph ends in neither way.</summary>
    internal static string? TryFind(Graph graph)
    {
        string output = graph.Outputs[0];
        List<Node> path = Ancestors(graph, output);
        IReadOnlyDictionary<string, TensorShape>? shapes = Shapes(graph);
        if (!EndsInScores(path, output))
        {
            int pooling = path.FindLastIndex(n => IsPooling(n, shapes));
            if (pooling < 0)
                pooling = path.FindLastIndex(n => IsFlattening(n, shapes));
            if (pooling >= 0 && !Users(path, path[pooling]).Any(IsWeighted))
                return output;
        }
        for (int i = path.Count - 1; i >= 0; i--)
            if ((path[i].Operator is Gemm or MatMul || IsPointConvolution(path[i], graph))
                && path[i].Inputs.FirstOrDefault(input => !graph.Parameters.ContainsKey(input)) is string feature)
                return feature;
        return null;
    }

    private static List<Node> Ancestors(Graph graph, string output)
    {
        HashSet<string> needed = new(StringComparer.Ordinal) { output };
        List<Node> path = [];
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
            if (graph.Nodes[i].Outputs.Any(needed.Contains))
            {
                path.Add(graph.Nodes[i]);
                needed.UnionWith(graph.Nodes[i].Inputs);
            }
        path.Reverse();
        return path;
    }

    private static IEnumerable<Node> Users(List<Node> path, Node first)
    {
        HashSet<string> made = new(first.Outputs, StringComparer.Ordinal);
        foreach (Node node in path)
            if (node.Inputs.Any(i => i.Length > 0 && made.Contains(i)))
            {
                made.UnionWith(node.Outputs);
                yield return node;
            }
    }

    private static bool EndsInScores(List<Node> path, string output)
    {
        Dictionary<string, Node> makers = new(StringComparer.Ordinal);
        foreach (Node node in path)
            foreach (string value in node.Outputs)
                makers[value] = node;
        while (makers.TryGetValue(output, out Node? node))
        {
            if (node.Operator is Softmax or LogSoftmax or Sigmoid)
                return true;
            if (node.Operator is not (Identity or Flatten or Reshape or Squeeze or Dropout))
                return false;
            output = node.Inputs[0];
        }
        return false;
    }

    private static bool IsWeighted(Node node) => node.Operator is Gemm or MatMul or Conv;

    private static bool IsPointConvolution(Node node, Graph graph) =>
        node.Operator is Conv && graph.Parameters.TryGetValue(node.Inputs[1], out Tensor? weight) && weight.Shape.Rank > 2
            && weight.Shape.Lengths[2..].IndexOfAnyExcept(1) < 0;

    /// <summary>Whether a node leaves one number per channel of an image.</summary>
    private static bool IsPooling(Node node, IReadOnlyDictionary<string, TensorShape>? shapes)
    {
        if (node.Operator is GlobalAveragePool or GlobalMaxPool)
            return true;
        if (node.Operator is not (ReduceMean or ReduceMax or AveragePool or MaxPool) || shapes is null)
            return false;
        TensorShape from = shapes[node.Inputs[0]], to = shapes[node.Outputs[0]];
        if (from.Rank != 4)
            return false;
        if (from[2] * from[3] > 1 && to.Rank >= 2 && to[1] == from[1] && to.Lengths[2..].IndexOfAnyExcept(1) < 0)
            return true;
        return from[1] * from[2] > 1 && to.ElementCount == from[0] * from[3] && to[to.Rank - 1] == from[3]; // channels last
    }

    private static bool IsFlattening(Node node, IReadOnlyDictionary<string, TensorShape>? shapes) =>
        node.Operator is Flatten or Reshape && (shapes is null || shapes[node.Inputs[0]].Rank > 2 && shapes[node.Outputs[0]].Rank == 2);

    private static IReadOnlyDictionary<string, TensorShape>? Shapes(Graph graph)
    {
        TensorShape shape = graph.Inputs[0].Shape;
        for (int axis = 0; axis < shape.Rank; axis++)
            if (shape[axis] == TensorShape.Free)
                shape = shape.With(axis, axis == 0 ? 2 : 224);
        // Without shapes an image of another size is wanted; then the operators alone decide.
        return graph.TryInferShapes(shape, out _);
    }
}
