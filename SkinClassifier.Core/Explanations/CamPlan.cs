using System.Numerics.Tensors;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>
/// Computes the CAM methods of one network and choice of layers. The image passes through the network once, by the plan that predicts; only what follows the
/// feature maps runs once more, with its gradient. One caller at a time.
/// </summary>
internal sealed class CamPlan : IDisposable
{
    private readonly InferencePlan _front;
    private readonly float[] _values;
    private readonly List<Part> _parts = [];

    /// <summary>Prepares the maps of a network.</summary>
    /// <param name="network">One input [N,3,H,W], one output [N,K].</param>
    /// <param name="input">[1,3,H,W].</param>
    /// <param name="layer">A feature map; null: the last one, of an ensemble that of each member.</param>
    /// <param name="options">How the plans work.</param>
    /// <exception cref="ArgumentException">There is no such feature map, or no class depends on it.</exception>
    public CamPlan(Graph network, TensorShape input, string? layer, PlanOptions options)
    {
        ClassScores scores = new(network, input);
        List<(string Map, NetworkTail Tail)> tails = [];
        if (layer is null)
            tails.AddRange(scores.Members.SelectMany(member => FeatureMaps.Last(scores, member).Select(map => (map, NetworkTail.Of(scores, map, member)!))));
        else if (FeatureMaps.Named(scores, layer) is var map)
            tails.Add((map, NetworkTail.Of(scores, map, scores.Mean) ?? throw new ArgumentException($"Layer: expected a feature map that the scores depend on, "
                + $"received '{layer}'. Without a name the last feature map is taken.", nameof(ExplanationOptions.Layer))));
        string[] read = [.. tails.SelectMany(t => t.Tail.Constants.Prepend(t.Map)).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        int length = 0;
        foreach (string value in read)
        {
            places[value] = length;
            length += scores.Shapes[value].ElementCount;
        }
        _front = InferencePlan.Create(Front(scores, read), input, options);
        _values = new float[length];
        PlanOptions backward = options with
        {
            BatchNormalization = BatchNormalizationMode.Frozen,
            InputGradient = true,
            IsTrainable = static _ => false,
        };
        foreach ((string value, NetworkTail tail) in tails)
            _parts.Add(new Part(scores.Shapes[value], places[value], TrainingPlan.Create(tail.Graph, scores.Shapes[value], backward),
                [.. tail.Constants.Select(c => (tail.Graph.Parameters[c].Memory, places[c]))]));
        (Layer, Width, Height) = (string.Join(", ", tails.Select(t => t.Map)), input[3], input[2]);
    }

    /// <summary>Names of the feature maps.</summary>
    public string Layer { get; }

    private int Width { get; }

    private int Height { get; }

    /// <summary>
    /// The map of a class at the size of the network's input. Of several feature maps it is the mean of their maps from 0 to 1: the members of an ensemble
    /// have scores of different scale, and each has the same say in the mean of the probabilities.
    /// </summary>
    public HeatMap Compute(ReadOnlySpan<float> input, int label, ExplanationMethod method, CancellationToken cancellationToken)
    {
        _front.Run(input, _values, cancellationToken);
        HeatMap[] maps = [.. _parts.Select(part => Compute(part, label, method, cancellationToken))];
        if (maps.Length == 1)
            return maps[0];
        float[] mean = new float[Width * Height];
        foreach (HeatMap map in maps)
            TensorPrimitives.MultiplyAdd(map.Scaled, 1f / maps.Length, mean, mean);
        return new HeatMap(mean, HeatMap.MinToMax(mean), Layer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _front.Dispose();
        foreach (Part part in _parts)
            part.Tail.Dispose();
    }

    private HeatMap Compute(Part part, int label, ExplanationMethod method, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach ((Memory<float> constant, int place) in part.Constants)
            _values.AsSpan(place, constant.Length).CopyTo(constant.Span);
        ReadOnlySpan<float> activations = _values.AsSpan(part.Place, part.Shape.ElementCount);
        float[] gradient = new float[part.Tail.OutputShape.ElementCount];
        gradient[label] = 1;
        part.Tail.Forward(activations);
        part.Tail.Backward(gradient);
        float[] small = new float[part.Shape[2] * part.Shape[3]], large = new float[Width * Height];
        CamMaps.Compute(method, activations, part.Tail.InputGradient, small);
        TensorPrimitives.Max(small, 0, small);
        Bilinear.Resample(small, part.Shape[3], part.Shape[2], large, Width, Height,
            new ImagePlacement((double)part.Shape[3] / Width, (double)part.Shape[2] / Height, 0, 0));
        return new HeatMap(large, HeatMap.MinToMax(large), Layer);
    }

    /// <summary>The network up to the values, one behind the other in one row.</summary>
    private static Graph Front(ClassScores scores, string[] values)
    {
        Graph network = scores.Network;
        if (values.Length == 1)
            return network.Cut(values[0]);
        string[] rows = [.. values.Select((_, i) => $"{scores.Prefix}value{i}")];
        string all = scores.Prefix + "values";
        Node[] nodes =
        [
            .. network.Nodes,
            .. values.Select((value, i) => new Node(rows[i], OperatorCatalog.Create("Flatten", OperatorAttributes.None, 1, 1), [value], [rows[i]])),
            new Node(all, OperatorCatalog.Create("Concat", new OperatorAttributes(new Dictionary<string, object> { ["axis"] = 1L }),
                rows.Length, 1), rows, [all]),
        ];
        return new Graph(network.Name, network.Inputs, nodes, [all], network.Parameters).Cut(all);
    }

    private sealed record Part(TensorShape Shape, int Place, TrainingPlan Tail, (Memory<float> Values, int Place)[] Constants);
}
