using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Networks;

/// <summary>Finds the feature map [N,C,H,W] that a network's pooled features were averaged from.</summary>
internal static class FeatureMap
{
    /// <summary>
    /// The map itself when <paramref name="featureTensor"/> is one; the input of the averaging when only reshaping lies between the two; else
    /// <paramref name="lastFeatureMap"/>.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="featureTensor">What the head would read.</param>
    /// <param name="lastFeatureMap">The last map as the network's maker names it, or null.</param>
    /// <param name="shapes">Shape of every value.</param>
    /// <param name="pooling">For the message.</param>
    /// <exception cref="ArgumentException">The network does not average a map.</exception>
    public static string Find(
        Graph graph, string featureTensor, string? lastFeatureMap, IReadOnlyDictionary<string, TensorShape> shapes, FeaturePooling pooling)
    {
        for (string value = featureTensor; ;)
        {
            if (IsMap(shapes[value]))
                return value;
            Node? node = graph.Nodes.FirstOrDefault(n => n.Outputs.Contains(value));
            if (node is null || node.Operator.OpType
                is not ("Flatten" or "Reshape" or "Squeeze" or "Dropout" or "Identity" or "GlobalAveragePool" or "ReduceMean" or "AveragePool"))
                break;
            value = node.Inputs[0];
            if (IsMap(shapes[value]) && node.Operator.OpType is not ("GlobalAveragePool" or "ReduceMean" or "AveragePool"))
                break;
        }
        return lastFeatureMap is not null && shapes.TryGetValue(lastFeatureMap, out TensorShape shape) && IsMap(shape) ? lastFeatureMap
            : throw new ArgumentException($"Pooling: expected a network whose features '{featureTensor}' are the mean of a feature map for "
                + $"{pooling.ToString().ToLowerInvariant()}, received {graph.Name}, which makes them in another way. Use average, or name a feature "
                + $"map [N,C,H,W] as feature output.");
    }

    private static bool IsMap(TensorShape shape) => shape.Rank == 4 && shape[2] * shape[3] > 1;
}
