using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Whether a built-in network with the weights of a file computes what the file computes. Both see two seeded images; their features,
/// averaged over the area, may differ by <see cref="Tolerance"/> of what features change from one image to the other. Windows and
/// epsilons of paired layers are named.
/// </summary>
internal static class NetworkComparison
{
    /// <summary>Share of the largest change of a feature from image to image.</summary>
    private const double Tolerance = 1e-2;

    /// <summary>Share of the largest feature that two ways of computing the same may differ by.</summary>
    private const double Rounding = 5e-6;

    /// <summary>How much another epsilon may change the factor of a normalization.</summary>
    private const double EpsilonTolerance = 1e-4;

    private const int MaxNames = 6;

    /// <exception cref="ShapeMismatchException">They differ; the text names layers with other pads, strides, dilations or epsilons.</exception>
    public static void ThrowIfDifferent(
        Backbone backbone, Graph target, Graph source, string? sourceFeature, IReadOnlyList<(WeightedLayer Source, WeightedLayer Target)> pairs, string path)
    {
        TensorShape shape = InputOf(source, backbone.InputSize);
        Graph ours = Sized(target, shape);
        List<string> epsilons = [.. pairs.Where(p => EpsilonsDiffer(p.Source, p.Target)).Select(p =>
            string.Create(CultureInfo.InvariantCulture, $"{p.Target.Node.Name} (epsilon: expected {Epsilon(p.Target)}, received {Epsilon(p.Source)})"))];
        double difference =
            sourceFeature is null ? double.NaN : Difference(Run(source.Cut(sourceFeature), shape), Run(ours.Cut(backbone.FeatureTensor), shape));
        if (epsilons.Count == 0 && difference <= Tolerance)
            return;
        List<string> names = [.. epsilons, .. Windows(pairs, source.InferShapes(shape), ours.InferShapes(shape))];
        string what =
            names.Count == 0 ? "activations, poolings or paddings are others" : string.Join(", ", names.Take(MaxNames)) + (names.Count > MaxNames ? ", …" : "");
        string size = double.IsNaN(difference) ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; its features differ by {difference:0.##%} of what they change from one test image to another");
        throw new ShapeMismatchException($"{path}: expected a file that computes what {backbone.Name} computes, received one of the same weight "
            + $"shapes that computes something else: {what}{size}. Use the file as a network of its own (--backbone FILE.onnx).");
    }

    private static TensorShape InputOf(Graph source, int size)
    {
        if (source.Inputs is not [{ Shape: { Rank: 4 } declared }] || declared[1] != 3)
            throw new ShapeMismatchException($"Network {source.Name}: expected one input [N,3,H,W] or [N,H,W,3], received "
                + $"{string.Join(", ", source.Inputs.Select(i => $"{i.Name} {i.Shape}"))}. Use a network for color images.");
        return new TensorShape(Math.Max(1, declared[0]), 3, declared[2] > 0 ? declared[2] : size, declared[3] > 0 ? declared[3] : size);
    }

    private static Graph Sized(Graph graph, TensorShape shape) =>
        new(graph.Name, [graph.Inputs[0] with { Shape = shape.With(0, TensorShape.Free) }], graph.Nodes, graph.Outputs, graph.Parameters);

    /// <summary>Features of two images, averaged over their area.</summary>
    private static (float[] First, float[] Second) Run(Graph features, TensorShape shape)
    {
        using InferencePlan plan = InferencePlan.Create(features, shape);
        float[] image = new float[shape.ElementCount], output = new float[plan.OutputShape.ElementCount];
        int channels = plan.OutputShape.Rank > 1 ? plan.OutputShape[1] : 1, area = output.Length / plan.OutputShape[0] / channels;
        SeededRandom random = new(5);
        float[][] results = new float[2][];
        for (int i = 0; i < results.Length; i++)
        {
            double low = i == 0 ? -2 : -1, high = i == 0 ? 1 : 2.5;
            foreach (ref float value in image.AsSpan())
                value = (float)random.NextDouble(low, high);
            plan.Run(image, output);
            results[i] = [.. Enumerable.Range(0, channels).Select(c => output.AsSpan(c * area, area).ToArray().Average())];
        }
        return (results[0], results[1]);
    }

    /// <summary>The largest difference, as a share of the largest change from image to image; 0 when it is no more than rounding.</summary>
    private static double Difference((float[] First, float[] Second) source, (float[] First, float[] Second) target)
    {
        if (source.First.Length != target.First.Length)
            return double.PositiveInfinity;
        double change = 0, difference = 0, largest = 0;
        for (int i = 0; i < source.First.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(source.First[i]));
            change = Math.Max(change, Math.Abs(source.First[i] - source.Second[i]));
            difference = Math.Max(difference, Math.Max(Math.Abs(source.First[i] - target.First[i]), Math.Abs(source.Second[i] - target.Second[i])));
        }
        return difference <= Rounding * largest ? 0 : difference / change;
    }

    private static float Epsilon(WeightedLayer layer) => layer.Node.Operator.Attributes.Float("epsilon", 1e-5f);

    /// <summary>Whether two epsilons give factors that differ, for the variances of the file.</summary>
    private static bool EpsilonsDiffer(WeightedLayer source, WeightedLayer target)
    {
        if (source.Node.Operator.OpType != target.Node.Operator.OpType || !source.Node.Operator.OpType.EndsWith("Normalization", StringComparison.Ordinal))
            return false;
        double a = Epsilon(source), b = Epsilon(target);
        if (a == b || source.Node.Operator.OpType != "BatchNormalization")
            return a != b;
        foreach (float variance in source.Values[^1].Values)
            if (!(Math.Abs(1 - Math.Sqrt((variance + a) / (variance + b))) <= EpsilonTolerance))
                return true;
        return false;
    }

    /// <summary>Convolutions whose windows lie differently.</summary>
    private static IEnumerable<string> Windows(IReadOnlyList<(WeightedLayer Source, WeightedLayer Target)> pairs,
        IReadOnlyDictionary<string, TensorShape> from, IReadOnlyDictionary<string, TensorShape> to)
    {
        foreach ((WeightedLayer source, WeightedLayer target) in pairs)
            if (source.Node.Operator is Conv theirs && target.Node.Operator is Conv ours)
            {
                Window received = theirs.Fit(from[source.Node.Inputs[0]], source.Values[0].Shape),
                    expected = ours.Fit(to[target.Node.Inputs[0]], target.Values[0].Shape);
                if (Pads(received) != Pads(expected))
                    yield return $"{target.Node.Name} (pads: expected {Pads(expected)}, received {Pads(received)})";
                else if ((received.DilationH, received.DilationW) != (expected.DilationH, expected.DilationW))
                    yield return $"{target.Node.Name} (dilations: expected {expected.DilationH}, {expected.DilationW}, received "
                        + $"{received.DilationH}, {received.DilationW})";
            }
    }

    private static string Pads(Window window) => $"[{window.PadTop},{window.PadLeft},{window.PadBottom},{window.PadRight}]";
}
