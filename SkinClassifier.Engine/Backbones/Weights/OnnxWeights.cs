using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Copies the weights of an ONNX file into a built-in network of the same structure. Names need not agree: layers are paired by their
/// place in the network and their shapes. A convolution whose BatchNormalization the file has folded away gives its bias to ours,
/// which then scales by one.
/// </summary>
internal static class OnnxWeights
{
    /// <summary>Copies; returns the names of parameters that kept their first values.</summary>
    public static List<string> Copy(Backbone backbone, string path)
    {
        List<WeightedLayer> sources = WeightedLayers.Of(OnnxModel.Load(path).Graph), targets = WeightedLayers.Of(backbone.Graph);
        Dictionary<ulong, Queue<WeightedLayer>> byPlace = [];
        foreach (WeightedLayer source in sources)
        {
            if (!byPlace.TryGetValue(source.Place, out Queue<WeightedLayer>? queue))
                byPlace[source.Place] = queue = [];
            queue.Enqueue(source);
        }
        WeightReport report = new(backbone, path);
        List<Action> copies = [];
        Dictionary<ulong, WeightedLayer> pairs = [];
        foreach (WeightedLayer target in targets)
            if (byPlace.TryGetValue(target.Place, out Queue<WeightedLayer>? queue) && queue.TryDequeue(out WeightedLayer? source))
            {
                pairs[target.Place] = source;
                Pair(target, source, report, copies);
            }
            else if (target.Node.Operator.OpType == "BatchNormalization" && pairs.GetValueOrDefault(target.Behind) is { Node.Operator.OpType: "Conv", Values.Count: 2 } folded && folded.Values[1].Shape == target.Values[1].Shape)
                copies.Add(() => Neutralize(target, folded.Values[1]));
            else
                foreach (string name in target.Names)
                    report.Missing(name);
        // A file with class scores has more layers than a network that is built without them; unpaired ones in between show up as missing.
        report.ThrowIfWrong();
        copies.ForEach(copy => copy());
        return report.Kept;
    }

    private static void Pair(WeightedLayer target, WeightedLayer source, WeightReport report, List<Action> copies)
    {
        for (int i = 0; i < target.Values.Count; i++)
        {
            Tensor to = target.Values[i];
            if (i >= source.Values.Count)
                report.Missing(target.Names[i]);
            else if (i == 0 && target.IsDense && target.IsInputFirst != source.IsInputFirst)
                copies.Add(() => Transpose(source.Values[0], to));
            else if (source.Values[i].Shape != to.Shape)
                report.Misshaped(target.Names[i], to.Shape, source.Values[i].Shape);
            else
            {
                Tensor from = source.Values[i];
                copies.Add(() => from.Values.CopyTo(to.Values));
            }
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
