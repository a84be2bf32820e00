using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>Means and largest values of images, under a window or of whole planes.</summary>
internal static class PoolingRewrites
{
    public static bool UnderWindow(RewrittenGraph graph, Node node) =>
        node.Operator is PoolOperator pool && Image(graph, node) is { } input && graph.Append(new FusedPooling
        {
            Parts = [node],
            Output = node.Outputs[0],
            Input = input,
            Window = pool.Fit(graph.Shape(input)),
            IsMax = pool is MaxPool,
            CountIncludePad = pool is AveragePool { CountIncludePad: true },
        });

    public static bool OfPlanes(RewrittenGraph graph, Node node) =>
        node.Operator is GlobalAveragePool or GlobalMaxPool && Image(graph, node) is { } input && graph.Append(new FusedGlobalPooling
        {
            Parts = [node],
            Output = node.Outputs[0],
            Input = input,
            IsMax = node.Operator is GlobalMaxPool,
        });

    /// <summary>ReduceMean over rows and columns. Without keepdims the [N,C,1,1] result gets a name of its own and is reshaped.</summary>
    public static bool Mean(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not ReduceMean || node.Inputs.Count != 1 || Image(graph, node) is not { } input)
            return false;
        OperatorAttributes attributes = node.Operator.Attributes;
        long[]? axes = attributes.ConstantInts(1) ?? attributes.Ints("axes");
        if (axes?.Length != 2 || !axes.Select(x => x < 0 ? x + 4 : x).Order().SequenceEqual([2L, 3L]))
            return false;
        string output = node.Outputs[0];
        if (graph.Shape(output).Rank == 4)
            return graph.Append(new FusedGlobalPooling { Output = output, Input = input, IsMax = false });
        string kept = output + "\n[N,C,1,1]"; // no value of a graph is named so
        TensorShape shape = graph.Shape(input);
        graph.AddValue(kept, new TensorShape(shape[0], shape[1], 1, 1));
        graph.Append(new FusedGlobalPooling { Output = kept, Input = input, IsMax = false });
        return graph.Append(new FusedReshape { Output = output, Input = kept });
    }

    private static string? Image(RewrittenGraph graph, Node node)
    {
        string input = graph.Resolve(node.Inputs[0]);
        return graph.Shape(input).Rank == 4 && !graph.IsParameter(input) ? input : null;
    }
}
