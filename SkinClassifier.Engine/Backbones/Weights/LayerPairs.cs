using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>Which layer of a file gives its weights to which layer of a network.</summary>
internal sealed class LayerPairs
{
    private readonly List<(WeightedLayer Source, WeightedLayer Target)> _both = [];
    private readonly List<Action> _copies = [];
    private readonly HashSet<(WeightedLayer Layer, int Value)> _used = [];
    private readonly List<WeightedLayer> _sources;

    private LayerPairs(List<WeightedLayer> sources) => _sources = sources;

    /// <summary>The pairs, layers of the file first.</summary>
    public IReadOnlyList<(WeightedLayer Source, WeightedLayer Target)> Both => _both;

    /// <summary>Pairs layers by their places; what the network lacks goes into the report.</summary>
    public static LayerPairs Of(List<WeightedLayer> sources, List<WeightedLayer> targets, WeightReport report)
    {
        LayerPairs result = new(sources);
        Dictionary<ulong, Queue<WeightedLayer>> byPlace = [];
        foreach (WeightedLayer source in sources)
        {
            if (!byPlace.TryGetValue(source.Place, out Queue<WeightedLayer>? queue))
                byPlace[source.Place] = queue = [];
            queue.Enqueue(source);
        }
        Dictionary<ulong, WeightedLayer> paired = [];
        foreach (WeightedLayer target in targets)
            if (byPlace.TryGetValue(target.Place, out Queue<WeightedLayer>? queue) && queue.TryDequeue(out WeightedLayer? source))
            {
                paired[target.Place] = source;
                result.Pair(source, target, report);
            }
            else if (target.Node.Operator.OpType == "BatchNormalization"
                && paired.GetValueOrDefault(target.Behind) is { Node.Operator.OpType: "Conv", Values.Count: 2 } folded
                && folded.Values[1].Shape == target.Values[1].Shape)
            {
                result._used.Add((folded, 1));
                result._copies.Add(() => Neutralize(target, folded.Values[1]));
            }
            else
                foreach (string name in target.Names)
                    report.Missing(name);
        return result;
    }

    /// <summary>
    /// Names in the report every weight of <paramref name="features"/>, the file's network up to its features, that found no place. A bias of zeros
    /// needs none.
    /// </summary>
    public void ReportUnused(Graph features, WeightReport report)
    {
        foreach (WeightedLayer source in _sources)
            for (int i = 0; i < source.Names.Count; i++)
                if (!_used.Contains((source, i)) && features.Parameters.ContainsKey(source.Names[i])
                    && !(i > 0 && source.Node.Operator.OpType is "Conv" or "Gemm" && !source.Values[i].Values.ContainsAnyExcept(0)))
                    report.Extra(source.Names[i]);
    }

    /// <summary>Copies all weights.</summary>
    public void Copy() => _copies.ForEach(copy => copy());

    private void Pair(WeightedLayer source, WeightedLayer target, WeightReport report)
    {
        _both.Add((source, target));
        for (int i = 0; i < target.Values.Count; i++)
        {
            Tensor to = target.Values[i];
            if (i >= source.Values.Count)
            {
                report.Missing(target.Names[i]);
                continue;
            }
            _used.Add((source, i));
            Tensor from = source.Values[i];
            if (i == 0 && target.IsDense && target.IsInputFirst != source.IsInputFirst)
                _copies.Add(() => Transpose(from, to));
            else if (from.Shape != to.Shape)
                report.Misshaped(target.Names[i], to.Shape, from.Shape);
            else
                _copies.Add(() => from.Values.CopyTo(to.Values));
        }
    }

    /// <summary>scale · (x − 0) / √(1 + epsilon) + bias = x + bias.</summary>
    private static void Neutralize(WeightedLayer normalization, Tensor bias)
    {
        float epsilon = normalization.Node.Operator.Attributes.Float("epsilon", 1e-5f);
        normalization.Values[0].Values.Fill((float)Math.Sqrt(1.0 + epsilon));
        bias.Values.CopyTo(normalization.Values[1].Values);
        normalization.Values[2].Values.Clear();
        normalization.Values[3].Values.Fill(1);
    }

    private static void Transpose(Tensor from, Tensor to)
    {
        int rows = from.Shape[0], columns = from.Shape[1];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                to.Values[c * rows + r] = from.Values[r * columns + c];
    }
}
