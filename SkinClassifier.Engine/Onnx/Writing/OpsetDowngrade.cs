using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Onnx.Writing;

/// <summary>
/// Rewrites nodes from the terms of opset 20 in those of an older one (9 to 19), as their operators say. What cannot be said there is refused.
/// </summary>
internal static class OpsetDowngrade
{
    /// <summary>Hands the node, or what takes its place, to the scope.</summary>
    public static void Run(FileNode node, ExportScope scope)
    {
        int first = scope.Nodes.Count;
        if (OperatorCatalog.Find(node.OpType)?.Downgrade is { } downgrade)
            downgrade(node, scope);
        else
            scope.Emit(node);
        if (scope.Opset < 11 && scope.Nodes.Count == first + 1)
            CountAxesFromFront(scope.Nodes[first], scope);
        foreach (FileNode written in scope.Nodes.Skip(first))
            while (written.Inputs.Count > 0 && written.Inputs[^1].Length == 0)
                written.Inputs.RemoveAt(written.Inputs.Count - 1);
    }

    private static void CountAxesFromFront(FileNode node, ExportScope scope)
    {
        bool counts = OperatorCatalog.Find(node.OpType) is { AxesOfResult: true };
        int rank = counts ? scope.Rank(node.Outputs[0]) : scope.Rank(node.Input(0));
        if (node.Attributes.GetValueOrDefault("axis") is < 0L and long axis)
            node.Attributes["axis"] = axis + rank;
        if (node.Ints("axes") is long[] axes)
            node.Attributes["axes"] = Array.ConvertAll(axes, a => a < 0 ? a + rank : a);
    }
}
