using SkinClassifier.Execution.Training.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// Where a network is cut when several processes share a batch. Up to the cut every process computes its own images, and sums over images go through a
/// <see cref="SumChain"/>. Behind it, where layers are small and may look at the batch as a whole, every process computes all images.
/// </summary>
/// <param name="Body">The part up to the cut.</param>
/// <param name="Head">The part behind it, with the batch at the cut as its input.</param>
internal sealed record BatchSplit(Graph Body, Graph Head)
{
    /// <summary>Cuts a network before its first dense or random layer.</summary>
    /// <exception cref="ArgumentException">There is no such layer, or more than one value leads to it.</exception>
    public static BatchSplit Of(Graph graph, TensorShape input)
    {
        int first = 0;
        while (first < graph.Nodes.Count && graph.Nodes[first].Operator.OpType is not ("Gemm" or "MatMul" or "Dropout"))
            first++;
        HashSet<string> made = [.. graph.Nodes.Take(first).SelectMany(n => n.Outputs)];
        Node[] behind = [.. graph.Nodes.Skip(first)];
        string[] crossing = [.. behind.SelectMany(n => n.Inputs).Concat(graph.Outputs).Where(made.Contains).Distinct()];
        if (first == graph.Nodes.Count || crossing.Length != 1 || behind.Any(n => n.Inputs.Contains(graph.Inputs[0].Name)))
            throw Refusal(graph, "convolutions or other layers on images, and one value that leads from them to dense layers, found "
                + (first < graph.Nodes.Count ? $"{crossing.Length} values before '{graph.Nodes[first].Name}' ({graph.Nodes[first].Operator.OpType})"
                    : "no dense layer"));
        TensorShape shape = graph.InferShapes(input)[crossing[0]];
        int[] axes = [TensorShape.Free, .. Enumerable.Range(1, shape.Rank - 1).Select(i => shape[i])];
        Graph body = new(graph.Name, graph.Inputs, [.. graph.Nodes.Take(first)], crossing, ParametersOf(graph, graph.Nodes.Take(first)));
        Graph head = new(graph.Name, [new GraphInput(crossing[0], new TensorShape(axes))], behind, graph.Outputs, ParametersOf(graph, behind));
        if (body.Parameters.Keys.FirstOrDefault(head.Parameters.ContainsKey) is { } shared)
            throw Refusal(graph, $"no weights that convolutions and dense layers share, found '{shared}'");
        return new BatchSplit(body, head);
    }

    /// <summary>Refuses a body with a layer that does not treat images one by one, or whose gradient is no sum over slices.</summary>
    /// <exception cref="ArgumentException">There is such a layer.</exception>
    public void Check(TrainingNetwork body, TensorShape own)
    {
        IReadOnlyDictionary<string, TensorShape> shapes = Body.InferShapes(own);
        HashSet<string> trainable = [.. body.Parameters.Where(p => p.Trainable).Select(p => p.Name)];
        foreach (NodeTrainingStep step in body.Steps.OfType<NodeTrainingStep>())
            if (step.Node.Inputs.Any(trainable.Contains) || (step.Training && step.Node.Operator.OpType == "BatchNormalization")
                || !step.Node.Operator.KeepsImagesApart(new BatchInputs(step.Node, shapes, Body.Parameters.ContainsKey)))
                throw Refusal(Body, $"layers that treat images one by one, found '{step.Node.Name}' ({step.Node.Operator.OpType})");
    }

    private static ArgumentException Refusal(Graph graph, string text) =>
        new($"Network {graph.Name}: training in several processes: expected {text}. Train it in one process.", nameof(graph));

    private static Dictionary<string, Tensor> ParametersOf(Graph graph, IEnumerable<Node> nodes) =>
        nodes.SelectMany(n => n.Inputs).Where(graph.Parameters.ContainsKey).Distinct().ToDictionary(p => p, p => graph.Parameters[p], StringComparer.Ordinal);
}
