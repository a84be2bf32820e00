using SkinClassifier.Execution.Training.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
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
    /// <summary>
    /// Cuts a network behind its last layers on images, where one value leads on: usually the pooled features. Dense and random layers are behind the cut.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such place.</exception>
    public static BatchSplit Of(Graph graph, TensorShape input)
    {
        IReadOnlyDictionary<string, TensorShape> shapes = graph.InferShapes(input);
        int last = -1, limit = 0;
        for (int i = 0; i < graph.Nodes.Count; i++)
            if (shapes[graph.Nodes[i].Outputs[0]] is { Rank: 4 } shape && shape[2] * shape[3] > 1)
                last = i;
        while (limit < graph.Nodes.Count && graph.Nodes[limit].Operator is not (Gemm or MatMul or Dropout))
            limit++;
        if (last < 0 || limit <= last)
            throw Refusal(graph, "convolutions or other layers on images, and only behind them dense or random ones, found "
                + (last < 0 ? "none on images" : $"'{graph.Nodes[limit].Name}' ({graph.Nodes[limit].Operator.OpType}) between them"));
        int cut = last + 2;
        while (cut <= limit && Crossing(graph, cut).Length != 1)
            cut++;
        if (cut > limit && Crossing(graph, cut = last + 1).Length != 1)
            throw Refusal(graph, "one value that leads from the layers on images to those behind them, found several");
        string value = Crossing(graph, cut)[0];
        int[] axes = [TensorShape.Free, .. Enumerable.Range(1, shapes[value].Rank - 1).Select(i => shapes[value][i])];
        Node[] before = [.. graph.Nodes.Take(cut)], behind = [.. graph.Nodes.Skip(cut)];
        Graph body = new(graph.Name, graph.Inputs, before, [value], ParametersOf(graph, before));
        Graph head = new(graph.Name, [new GraphInput(value, new TensorShape(axes))], behind, graph.Outputs, ParametersOf(graph, behind));
        if (body.Parameters.Keys.FirstOrDefault(head.Parameters.ContainsKey) is { } shared)
            throw Refusal(graph, $"no weights that layers on images share with others, found '{shared}'");
        return new BatchSplit(body, head);
    }

    /// <summary>The values that nodes from number <paramref name="cut"/> on read from before it.</summary>
    private static string[] Crossing(Graph graph, int cut)
    {
        HashSet<string> made = [graph.Inputs[0].Name, .. graph.Nodes.Take(cut).SelectMany(n => n.Outputs)];
        return [.. graph.Nodes.Skip(cut).SelectMany(n => n.Inputs).Concat(graph.Outputs).Where(i => i.Length > 0 && made.Contains(i)).Distinct()];
    }

    /// <summary>Refuses a body with a layer that does not treat images one by one, or whose gradient is no sum over slices.</summary>
    /// <exception cref="ArgumentException">There is such a layer.</exception>
    public void Check(TrainingNetwork body, TensorShape own)
    {
        IReadOnlyDictionary<string, TensorShape> shapes = Body.InferShapes(own);
        HashSet<string> trainable = [.. body.Parameters.Where(p => p.Trainable).Select(p => p.Name)];
        foreach (NodeTrainingStep step in body.Steps.OfType<NodeTrainingStep>())
            if (step.Node.Inputs.Any(trainable.Contains) || (step.Training && step.Node.Operator is BatchNormalization)
                || !step.Node.Operator.KeepsImagesApart(new BatchInputs(step.Node, shapes, Body.Parameters.ContainsKey)))
                throw Refusal(Body, $"layers that treat images one by one, found '{step.Node.Name}' ({step.Node.Operator.OpType})");
    }

    private static ArgumentException Refusal(Graph graph, string text) =>
        new($"Network {graph.Name}: training in several processes: expected {text}. Train it in one process.", nameof(graph));

    private static Dictionary<string, Tensor> ParametersOf(Graph graph, IEnumerable<Node> nodes) =>
        nodes.SelectMany(n => n.Inputs).Where(graph.Parameters.ContainsKey).Distinct().ToDictionary(p => p, p => graph.Parameters[p], StringComparer.Ordinal);
}
