using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>One layer with weights: what it is, where it stands in the network, and its parameters in the node's order.</summary>
internal sealed record WeightedLayer(ulong Place, ulong Behind, Node Node, IReadOnlyList<string> Names, IReadOnlyList<Tensor> Values)
{
    public bool IsDense => Node.Operator.OpType is "Gemm" or "MatMul";

    /// <summary>Whether the weight of a dense layer lies as [in, out].</summary>
    public bool IsInputFirst => IsDense && (Node.Operator.OpType == "MatMul" || Node.Operator.Attributes.Int("transB", 0) == 0);
}

/// <summary>
/// Finds the layers with weights of a network and gives each a number for its place: equal for layers of two graphs when everything
/// before them has the same structure (weighted layers with their shapes, sums, joins, poolings), whatever the names, the order of
/// parallel branches and the way in which activations are written.
/// </summary>
internal static class WeightedLayers
{
    public static List<WeightedLayer> Of(Graph graph)
    {
        Dictionary<string, ulong> places = graph.Inputs.ToDictionary(i => i.Name, _ => 1UL, StringComparer.Ordinal);
        List<WeightedLayer> layers = [];
        foreach (Node node in graph.Nodes)
        {
            ulong[] before = [.. node.Inputs.Where(i => i.Length > 0 && places.ContainsKey(i)).Select(i => places[i])];
            List<string> names = [.. node.Inputs.Where(graph.Parameters.ContainsKey)];
            bool isWeighted = names.Any(n => graph.Parameters[n].Shape.ElementCount > 1);
            ulong input = before.Length == 0 ? 0 : before[0], place = Place(node, before, isWeighted ? graph.Parameters[names[0]].Shape : null);
            // Normalization does not count for what comes behind it: a file may have it folded into the convolution before it.
            ulong output = node.Operator.OpType == "BatchNormalization" ? input : place;
            foreach (string value in node.Outputs)
                places[value] = output;
            if (isWeighted)
                layers.Add(new WeightedLayer(place, input, node, names, [.. names.Select(n => graph.Parameters[n])]));
        }
        return layers;
    }

    private static ulong Place(Node node, ulong[] before, TensorShape? weight)
    {
        string opType = node.Operator.OpType;
        if (opType is "Gemm" or "MatMul" && weight is { Rank: 2 } matrix)
        {
            bool inputFirst = opType == "MatMul" || node.Operator.Attributes.Int("transB", 0) == 0;
            return Hash("Dense", Mix(Hash("", (ulong)matrix[inputFirst ? 1 : 0]), (ulong)matrix[inputFirst ? 0 : 1]), before[0]);
        }
        if (weight is TensorShape shape)
            return Hash(opType, Mix(Shape(shape), Window(node)), before.Length == 0 ? 0 : before[0]);
        if (opType is "MaxPool" or "AveragePool")
            return Hash(opType, before[0]);
        if (before.Length < 2 || before.All(b => b == before[0]))
            return before.Length == 0 ? 0 : before[0]; // activations, also those written as x · gate(x)
        if (opType == "Concat")
            return Hash(opType, before);
        return Hash(opType, before.Aggregate(0UL, (sum, b) => sum + Mix(b, 7)));
    }

    /// <summary>Strides and groups: networks that differ in them alone have weights of equal shapes.</summary>
    private static ulong Window(Node node)
    {
        ulong hash = (ulong)node.Operator.Attributes.Int("group", 1);
        foreach (long stride in node.Operator.Attributes.Ints("strides") ?? [1, 1])
            hash = Mix(hash, (ulong)stride);
        return hash;
    }

    private static ulong Shape(TensorShape shape)
    {
        ulong hash = (ulong)shape.Rank;
        foreach (int length in shape.Lengths)
            hash = Mix(hash, (ulong)length);
        return hash;
    }

    private static ulong Hash(string text, params ReadOnlySpan<ulong> values)
    {
        ulong hash = 14695981039346656037UL;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211UL;
        foreach (ulong value in values)
            hash = Mix(hash, value);
        return hash;
    }

    private static ulong Mix(ulong a, ulong b)
    {
        ulong z = a ^ (b + 0x9E3779B97F4A7C15UL + (a << 6) + (a >> 2));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        return z ^ (z >> 27);
    }
}
