using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
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

    private static readonly HashSet<string> _independent = new(StringComparer.Ordinal)
    {
        "Abs", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Clip", "Conv", "DepthToSpace", "Dropout", "Elu", "Erf", "Exp", "Flatten",
        "Floor", "Gelu", "GlobalAveragePool", "GlobalMaxPool",
        "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "LRN", "LeakyRelu", "Log", "MaxPool", "Mish", "Neg", "Reciprocal", "Relu",
        "Reshape", "Selu", "Sigmoid", "Softplus", "SpaceToDepth",
        "Sqrt", "Squeeze",
        "Swish", "Tanh", "Unsqueeze",
    };

    private static readonly HashSet<string> _arithmetic = new(StringComparer.Ordinal) { "Add", "Div", "Max", "Min", "Mul", "PRelu", "Pow", "Sub", "Sum" };

    /// <summary>Cuts a batch of shape <paramref name="input"/>; <paramref name="wanted"/> images a pass, 0 for the default.</summary>
    public static MicroBatchSizes Of(Graph graph, TensorShape input, int wanted = 0)
    {
        Dictionary<string, TensorShape> whole = new(graph.InferShapes(input), StringComparer.Ordinal);
        int batch = input.Rank > 0 ? input[0] : 0;
        bool batched = input.Rank > 1 && !graph.Parameters.ContainsKey(graph.Outputs[0]) && LeadWith(graph, whole, batch);
        long largest = Largest(graph, whole, batch);
        bool heavy = graph.Parameters.Values.Sum(p => (long)p.Values.Length) > HeavyNetwork;
        int early = wanted > 0 ? Math.Max(1, wanted / 2) : (int)Math.Clamp(CacheFloats / largest, 1, 16);
        int full = wanted > 0 ? wanted : Math.Max(early, heavy ? 8 : 4);
        long large = wanted > 0 ? largest : heavy ? LargeBesideHeavy : LargeBesideLight;
        MicroBatchSizes single = new(batch, batch, Math.Min(early, Math.Max(batch, 1)), large, whole, whole, batched);
        if (!batched || full >= batch || !graph.Nodes.All(n => IsIndependent(graph, n, whole)))
            return single;
        try
        {
            Dictionary<string, TensorShape> fullShapes = new(graph.InferShapes(input.With(0, full)), StringComparer.Ordinal);
            int rest = batch % full == 0 ? full : batch % full;
            Dictionary<string, TensorShape> restShapes = rest == full ? fullShapes : new(graph.InferShapes(input.With(0, rest)), StringComparer.Ordinal);
            return LeadWith(graph, fullShapes, full) && LeadWith(graph, restShapes, rest)
                ? new MicroBatchSizes(full, rest, early, large, fullShapes, restShapes, true) : single;
        }
        catch (ShapeMismatchException)
        {
            return single; // a Reshape with a fixed batch
        }
    }

    private static long Largest(Graph graph, Dictionary<string, TensorShape> shapes, int batch)
    {
        long largest = 1;
        foreach (string value in graph.Nodes.SelectMany(n => n.Outputs))
            if (value.Length > 0)
                largest = Math.Max(largest, shapes[value].ElementCount / Math.Max(batch, 1));
        return largest;
    }

    private static bool LeadWith(Graph graph, Dictionary<string, TensorShape> shapes, int batch) =>
        batch > 0 && graph.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0)
            .All(o => shapes[o].Rank > 0 && shapes[o][0] == batch && shapes[o].ElementCount > 0);

    private static bool IsIndependent(Graph graph, Node node, Dictionary<string, TensorShape> shapes)
    {
        OperatorAttributes attributes = node.Operator.Attributes;
        int rank = node.Outputs[0].Length > 0 ? shapes[node.Outputs[0]].Rank : 0;
        bool AxisIsInner(string name, long whenAbsent) => attributes.Int(name, whenAbsent) is var axis && axis != 0 && axis != -rank;
        bool Constant(string value) => graph.Parameters.ContainsKey(value);
        return node.Operator.OpType switch
        {
            "Softmax" or "LogSoftmax" or "LayerNormalization" => AxisIsInner("axis", -1),
            "Concat" => AxisIsInner("axis", 0) && !node.Inputs.Any(Constant),
            "Gemm" =>
                node.Operator is Gemm { TransA: false } && Constant(node.Inputs[1])
                && (node.Inputs.Count < 3 || node.Inputs[2].Length == 0
                    || (Constant(node.Inputs[2]) && (shapes[node.Inputs[2]].Rank < 2 || shapes[node.Inputs[2]][0] == 1))),
            "MatMul" =>
                !Constant(node.Inputs[0]) && (!Constant(node.Inputs[1]) || shapes[node.Inputs[1]].Rank < rank) && shapes[node.Inputs[0]].Rank == rank
                && (Constant(node.Inputs[1]) || (rank > 2 && shapes[node.Inputs[1]].Rank == rank)),
            "ReduceMean" or "ReduceL2" or "ReduceSumSquare" =>
                attributes.ConstantInts(1) is { Length: > 0 } axes && axes.All(a => a != 0 && a != -shapes[node.Inputs[0]].Rank),
            "Transpose" => attributes.Ints("perm") is [0, ..],
            string type when _arithmetic.Contains(type) =>
                node.Inputs.All(i => !Constant(i) ? shapes[i].Rank == rank : shapes[i].Rank < rank || shapes[i][0] == 1),
            string type => _independent.Contains(type) && node.Inputs.Skip(1).All(i => i.Length == 0 || Constant(i)),
        };
    }
}
