using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones;

/// <summary>A network ready to be trained or cut: its graph and what a head, a heat map and a preprocessor need to know about it.</summary>
public sealed class Backbone
{
    /// <summary>Creates the description of <paramref name="graph"/>.</summary>
    /// <param name="name">Name in files, for example "mobilenet_v2".</param>
    /// <param name="graph">One input [N,3,H,W] of normalized images.</param>
    /// <param name="featureTensor">Value [N,F] that heads start from.</param>
    /// <param name="lastFeatureMap">Last value [N,C,H,W] before the pooling, or null when there is none.</param>
    /// <param name="normalization">How the images are normalized.</param>
    /// <param name="inputSize">Height and width in pixels.</param>
    public Backbone(string name, Graph graph, string featureTensor, string? lastFeatureMap, Normalization normalization, int inputSize)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(featureTensor);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        Name = name;
        Graph = graph;
        FeatureTensor = featureTensor;
        LastFeatureMap = lastFeatureMap;
        Normalization = normalization;
        InputSize = inputSize;
    }

    /// <summary>Name in files, for example "mobilenet_v2".</summary>
    public string Name { get; }

    /// <summary>The network; for a built-in one the input is "input" [N,3,H,W], normalized, and the output the class scores before softmax.</summary>
    public Graph Graph { get; }

    /// <summary>Value [N,F]: pooled and flattened features, where heads start.</summary>
    public string FeatureTensor { get; }

    /// <summary>Last value [N,C,H,W] before the pooling, for heat maps; null when there is none.</summary>
    public string? LastFeatureMap { get; }

    /// <summary>How the images are normalized before "input".</summary>
    public Normalization Normalization { get; }

    /// <summary>Height and width in pixels.</summary>
    public int InputSize { get; }

    /// <summary>License of the pretrained weights inside, or null when there are none or it is not known.</summary>
    internal string? License { get; set; }

    /// <summary>The part of the graph that makes the feature tensor; parameters are shared.</summary>
    public Graph Features() => Graph.Cut(FeatureTensor);
}
