using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Networks;

/// <summary>Puts the parts of a classifier together: images 0–255 → normalization → backbone → features [N,F] → head.</summary>
internal static class NetworkAssembly
{
    /// <summary>Name of the finished network's input.</summary>
    public const string InputName = "image";

    /// <summary>Name of the finished network's output.</summary>
    public const string OutputName = "Score";

    /// <summary>
    /// The graph images [N,3,H,W] (RGB, 0–255) → features [N,F] from a backbone that wants normalized images: color constancy, normalization, backbone.
    /// A feature map [N,C,h,w] is pooled over its area; [N,C,1,1] is flattened. Features that the network has already pooled stay as they are for the average;
    /// for the other poolings the map behind them is taken (<see cref="FeatureMap"/>). Parameters are shared with <paramref name="backbone"/>.
    /// </summary>
    /// <exception cref="ShapeMismatchException">The feature tensor has another form, or the backbone does not take images of this size.</exception>
    /// <exception cref="ArgumentException">There is no feature map for this pooling.</exception>
    public static Graph FeatureGraph(Graph backbone, string featureTensor, Normalization normalization, int width, int height,
        FeaturePooling pooling = FeaturePooling.Average, string? lastFeatureMap = null, ColorConstancy colors = ColorConstancy.None)
    {
        if (pooling != FeaturePooling.Average && backbone.Inputs.Count == 1)
            featureTensor = FeatureMap.Find(backbone, featureTensor, lastFeatureMap, backbone.InferShapes(new TensorShape(1, 3, height, width)), pooling);
        Graph cut = backbone.Cut(featureTensor).Rename(Inner);
        if (cut.Inputs.Count != 1 || cut.Inputs[0].Shape.Rank != 4 || cut.Inputs[0].Shape[1] != 3)
            throw new ShapeMismatchException($"Backbone {backbone.Name}: expected one input [N,3,H,W] or [N,H,W,3], received "
                + $"{string.Join(", ", cut.Inputs.Select(i => $"{i.Name} {i.Shape}"))}. Use a network for color images.");
        cut = new Graph(
            backbone.Name, [cut.Inputs[0] with { Shape = new TensorShape(TensorShape.Free, 3, height, width) }], cut.Nodes, cut.Outputs, cut.Parameters);
        Graph normalized = cut.WithNormalization(normalization, InputName).WithColorConstancy(colors);
        TensorShape features = normalized.InferShapes(new TensorShape(1, 3, height, width))[normalized.Outputs[0]];
        if (features.Rank == 2)
            return normalized;
        if (features.Rank != 4)
            throw new ShapeMismatchException($"Backbone {backbone.Name}: expected a feature tensor [N,C] or [N,C,H,W], received '{featureTensor}' "
                + $"{features}. Name another tensor as feature output.");
        GraphBuilder builder = new("pool");
        string value = builder.Input("map", new TensorShape(TensorShape.Free, features[1], features[2], features[3]));
        if (features[2] * features[3] > 1)
            value = pooling switch
            {
                FeaturePooling.Max => builder.Add("GlobalMaxPool", "max", [value]),
                FeaturePooling.Both => builder.Concat([builder.GlobalAveragePool(value, "average"), builder.Add("GlobalMaxPool", "max", [value])], "both"),
                _ => builder.GlobalAveragePool(value, "average"),
            };
        return normalized.Append(builder.Build(builder.Flatten(value, "flatten")), Unused(normalized, "pool_"));
    }

    /// <summary>Features followed by a head.</summary>
    public static Graph WithHead(Graph features, Graph head) => features.Append(head, HeadPrefix(features));

    /// <summary>What stands in front of the names of the head's values.</summary>
    public static string HeadPrefix(Graph features) => Unused(features, "classifier_");

    /// <summary>The finished network: features, head and softmax, input <see cref="InputName"/>, output <see cref="OutputName"/>.</summary>
    public static Graph Finish(Graph features, Graph probabilities)
    {
        Graph whole = WithHead(features, probabilities);
        string output = whole.Outputs[0];
        return whole.Rename(name => name == output ? OutputName : name);
    }

    /// <summary>Number of features F.</summary>
    public static int FeatureCount(Graph features, int width, int height) => features.InferShapes(new TensorShape(1, 3, height, width))[features.Outputs[0]][1];

    /// <summary>The same features from images of another size, with the same weights.</summary>
    /// <exception cref="ShapeMismatchException">The network takes only images of its own size.</exception>
    public static Graph Resized(Graph features, int width, int height)
    {
        Graph resized = new(features.Name, [features.Inputs[0] with { Shape = new TensorShape(TensorShape.Free, 3, height, width) }], features.Nodes,
            features.Outputs, features.Parameters);
        TensorShape own = features.Inputs[0].Shape;
        int expected = FeatureCount(features, own[3], own[2]);
        TensorShape result = resized.InferShapes(new TensorShape(1, 3, height, width))[resized.Outputs[0]];
        return result.Rank == 2 && result[1] == expected ? resized
            : throw new ShapeMismatchException($"Network {features.Name}: expected {expected} features at {width}×{height} too, received {result}.");
    }

    /// <summary>Names of a backbone that the parts around it use too get another one; a constant stays a constant by its name.</summary>
    private static string Inner(string name)
    {
        const string Constant = GraphBuilder.ConstantPrefix + ColorConstancyNodes.Prefix;
        if (name is InputName or OutputName || name.StartsWith(ColorConstancyNodes.Prefix, StringComparison.Ordinal))
            return "backbone_" + name;
        foreach (string prefix in (ReadOnlySpan<string>)[Normalization.ParameterPrefix, Constant])
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return $"{prefix}backbone_{name[prefix.Length..]}";
        return name;
    }

    private static string Unused(Graph graph, string prefix)
    {
        while (graph.Parameters.Keys.Concat(graph.Nodes.SelectMany(n => n.Outputs)).Any(n => n.StartsWith(prefix, StringComparison.Ordinal)))
            prefix = "_" + prefix;
        return prefix;
    }
}
