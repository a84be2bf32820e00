using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Inference;

/// <summary>
/// How a batch is cut into passes, where every node treats images independently of each other; otherwise the whole batch at once.
/// The first layers of a pass, up to the last one with activations above <see cref="LargeActivation"/> floats an image, take only <see cref="Early"/>
/// images at a time, so that their activations stay in the cache; the later ones take all, so that their weights are read seldom.
/// </summary>
internal sealed record MicroBatchSizes(int Full, int Rest, int Early, long LargeActivation, IReadOnlyDictionary<string, TensorShape> FullShapes,
    IReadOnlyDictionary<string, TensorShape> RestShapes, bool IsBatched)
{
    /// <summary>Floats of the largest activation that still leave room for others in a second-level cache of 2 MiB.</summary>
    private const long CacheFloats = 1 << 20;

    /// <summary>Floats that a layer of a heavy network may read and write for each image without counting as large.</summary>
    private const long LargeBesideHeavy = 512 * 1024;

    /// <summary>The same for other networks.</summary>
    private const long LargeBesideLight = 128 * 1024;

    /// <summary>Networks with more parameters read their weights for eight images at a time, others for four.</summary>
    private const long HeavyNetwork = 8_000_000;

    /// <summary>Cuts a batch of shape <paramref name="input"/>; <paramref name="wanted"/> images a pass, 0 for the default.</summary>
    public static MicroBatchSizes Of(Graph graph, TensorShape input, int wanted = 0)
    {
        IReadOnlyDictionary<string, TensorShape> whole = graph.InferShapes(input);
        int batch = input.Rank > 0 ? input[0] : 0;
        bool batched = input.Rank > 1 && !graph.Parameters.ContainsKey(graph.Outputs[0]) && LeadWith(graph, whole, batch);
        long largest = Largest(graph, whole, batch);
        bool heavy = graph.Parameters.Values.Sum(p => (long)p.Shape.ElementCount) > HeavyNetwork;
        int early = wanted > 0 ? Math.Max(1, wanted / 2) : (int)Math.Clamp(CacheFloats / largest, 1, 16);
        int full = wanted > 0 ? wanted : Math.Max(early, heavy ? 8 : 4);
        long large = wanted > 0 ? largest : heavy ? LargeBesideHeavy : LargeBesideLight;
        MicroBatchSizes single = new(batch, batch, Math.Min(early, Math.Max(batch, 1)), large, whole, whole, batched);
        if (!batched || full >= batch || !graph.Nodes.All(n => n.Operator.KeepsImagesApart(new BatchInputs(n, whole, graph.Parameters.ContainsKey))))
            return single;
        int rest = batch % full == 0 ? full : batch % full;
        // Without shapes for another batch size: a Reshape with a fixed batch.
        if (graph.TryInferShapes(input.With(0, full), out _) is not { } fullShapes
            || (rest == full ? fullShapes : graph.TryInferShapes(input.With(0, rest), out _)) is not { } restShapes
            || !LeadWith(graph, fullShapes, full) || !LeadWith(graph, restShapes, rest))
            return single;
        return new MicroBatchSizes(full, rest, early, large, fullShapes, restShapes, true);
    }

    private static long Largest(Graph graph, IReadOnlyDictionary<string, TensorShape> shapes, int batch)
    {
        long largest = 1;
        foreach (string value in graph.Nodes.SelectMany(n => n.Outputs))
            if (value.Length > 0)
                largest = Math.Max(largest, shapes[value].ElementCount / Math.Max(batch, 1));
        return largest;
    }

    private static bool LeadWith(Graph graph, IReadOnlyDictionary<string, TensorShape> shapes, int batch) =>
        batch > 0 && graph.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0)
            .All(o => shapes[o].Rank > 0 && shapes[o][0] == batch && shapes[o].ElementCount > 0);
}
