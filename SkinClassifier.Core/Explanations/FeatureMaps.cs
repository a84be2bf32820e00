using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>Finds the feature maps [N,C,H,W] of a network that CAM methods read.</summary>
internal static class FeatureMaps
{
    private const int Shown = 3;

    /// <summary>
    /// The last feature maps before the head: from the scores back over pooling, flattening and dense layers to the first values with rows and columns. More
    /// than one where the head joins several.
    /// </summary>
    /// <exception cref="ArgumentException">The head does not read feature maps: it works on tokens, features or pixels.</exception>
    public static IReadOnlyList<string> Last(ClassScores scores, string score)
    {
        Dictionary<string, Node> makers = scores.Network.Nodes.SelectMany(n => n.Outputs.Select(o => (o, n)))
            .DistinctBy(m => m.o).ToDictionary(m => m.o, m => m.n, StringComparer.Ordinal);
        List<string> maps = [];
        HashSet<string> seen = [score];
        Stack<(string Value, Node? Reader)> open = new([(score, null)]);
        while (open.TryPop(out (string Value, Node? Reader) next))
        {
            TensorShape shape = scores.Shapes[next.Value];
            makers.TryGetValue(next.Value, out Node? maker);
            if (IsMap(shape) && maker is not null && !IsReordered(maker))
            {
                if (next.Reader?.Operator is ReduceOperator reduce && !reduce.ReducedAxes.All(a => a is 2 or 3 or -1 or -2))
                    throw None(scores.Network);
                maps.Add(next.Value);
                continue;
            }
            if (maker is null || shape.Rank is 3 or > 4)
                throw None(scores.Network);
            foreach (string input in maker.Inputs.Where(i => i.Length > 0 && !scores.Network.Parameters.ContainsKey(i) && seen.Add(i)))
                open.Push((input, maker));
        }
        return maps.Count > 0 ? maps : throw None(scores.Network);
    }

    /// <summary>Whether the CAM methods can read a model's feature map.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">Its name; null: the last one, of an ensemble that of each member.</param>
    /// <exception cref="ArgumentException">There is none; the text says what to do.</exception>
    public static void Check(ImageClassificationModel model, string? layer)
    {
        ClassScores scores = new(model.Network, new TensorShape(1, 3, model.Manifest.Height, model.Manifest.Width));
        if (layer is not null)
            Named(scores, layer);
        else
            foreach (string member in scores.Members)
                Last(scores, member);
    }

    /// <summary>The feature map of that name, or that the node of that name makes.</summary>
    /// <exception cref="ArgumentException">There is none; the text names the nearest ones.</exception>
    public static string Named(ClassScores scores, string layer)
    {
        IReadOnlyList<Node> nodes = scores.Network.Nodes;
        string? value = nodes.SelectMany(n => n.Outputs).FirstOrDefault(o => o == layer)
            ?? nodes.FirstOrDefault(n => n.Name == layer)?.Outputs[0];
        if (value is not null && IsMap(scores.Shapes[value]))
            return value;
        string[] maps = [.. nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0 && IsMap(scores.Shapes[o]))];
        if (maps.Length == 0)
            throw None(scores.Network);
        string[] nearest = value is null ? [.. maps.OrderBy(m => NearestWord.Distance(layer, m)).Take(Shown)] : [.. maps.TakeLast(Shown)];
        throw new ArgumentException(value is null
            ? $"Layer: expected the name of a feature map of {scores.Network.Name}, received '{layer}'. The nearest names are {string.Join(", ", nearest)}. "
                + $"Without a name the last feature map is taken."
            : $"Layer: expected a feature map [N,C,H,W] of more than one pixel, received '{layer}' {scores.Shapes[value]}. The last feature maps are "
                + $"{string.Join(", ", nearest)}.", nameof(ExplanationOptions.Layer));
    }

    /// <summary>Channels last, or an adaptive pooling written as products with constant matrices: the map itself lies before.</summary>
    private static bool IsReordered(Node maker) => maker.Operator.OpType switch
    {
        "Transpose" => maker.Operator.Attributes.Ints("perm") is [0, 2, 3, 1],
        "MatMul" => maker.Inputs.Any(GraphComposition.IsConstant),
        _ => false,
    };

    /// <summary>The error for a network that no CAM method can explain.</summary>
    private static ArgumentException None(Graph network) => new(
        $"Method: expected a network whose head pools or flattens a feature map [N,C,H,W], received {network.Name}, which has none. Name a layer, or use "
            + $"the method occlusion or integrated-gradients: they work with any network.", nameof(ExplanationOptions.Method));

    private static bool IsMap(TensorShape shape) => shape.Rank == 4 && shape[2] > 1 && shape[3] > 1;
}
