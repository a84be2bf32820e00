using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>
/// A network that gives, beside its scores, what they were made of: its output is [N, K + L + D], the scores [K], the values before the softmax [L]
/// (L = K, or several times that in an ensemble, or 0 without a softmax), and the features [D], which are the input of the dense layers at the end (of the
/// first of them that reads at most <see cref="MaxFeatures"/> values: a hidden layer that was trained to tell classes apart does not tell what is foreign). One
/// run gives all three, and the scores are the same, bit for bit. The weights are shared with the network.
/// </summary>
/// <param name="Graph">The network with the longer output.</param>
/// <param name="Classes">K.</param>
/// <param name="Logits">L.</param>
/// <param name="Features">D.</param>
internal sealed record NetworkFeatures(Graph Graph, int Classes, int Logits, int Features)
{
    /// <summary>Most features: a longer vector is an image, not what a network has seen in it.</summary>
    public const int MaxFeatures = 16384;

    private static readonly HashSet<string> _dense = new(["Gemm", "MatMul"], StringComparer.Ordinal);

    /// <summary>Operators between two dense layers.</summary>
    private static readonly HashSet<string> _behindDense = new(["Relu", "LeakyRelu", "Elu", "Selu", "Gelu", "Sigmoid", "Tanh", "HardSwish", "HardSigmoid",
        "Clip", "Add", "Mul", "BatchNormalization", "Dropout", "Identity"], StringComparer.Ordinal);

    /// <summary>Operators between the last dense layer and the scores: they change or join values of one image, and look at no neighbors in it.</summary>
    private static readonly HashSet<string> _between = new(
        ["Softmax", "LogSoftmax", "Sigmoid", "Exp", "Log", "Add", "Sub", "Mul", "Div", "Neg", "Sum", "Mean", "Max", "Min", "Clip", "Concat", "Identity",
            "Dropout", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Gather", "Split", "ReduceSum", "ReduceMax", "ReduceMean"],
        StringComparer.Ordinal);

    /// <summary>Values of one image: K + L + D.</summary>
    public int Length => Classes + Logits + Features;

    /// <summary>Finds the features of a network by its structure: from the output back to the last dense layer of every branch.</summary>
    /// <param name="network">A network with one input [N,3,H,W] and one output [N,K].</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="reason">A sentence when there are none, else null.</param>
    /// <returns>The network with the longer output; null when it has no dense layer before its scores.</returns>
    public static NetworkFeatures? Find(Graph network, int width, int height, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(network);
        Dictionary<string, Node> makers = new(StringComparer.Ordinal);
        foreach (Node node in network.Nodes)
            foreach (string output in node.Outputs)
                makers[output] = node;
        List<string> features = [], logits = [];
        reason = Walk(network, makers, network.Outputs[0], features, logits, new HashSet<string>(StringComparer.Ordinal));
        if (reason is null && features.Count == 0)
            reason = $"{network.Name}: expected a dense layer (Gemm or MatMul) before the scores, received a network without one";
        IReadOnlyDictionary<string, TensorShape> shapes = network.InferShapes(new TensorShape(1, 3, height, width));
        features = [.. features.Select(f => FirstDenseInput(network, makers, shapes, f)).Distinct(StringComparer.Ordinal)];
        if (reason is null && features.Find(f => shapes[f] is not { Rank: 2 } shape || shape[0] != 1) is { } odd)
            reason = $"{network.Name}: expected features [N,D] before the last dense layer, received '{odd}' {shapes[odd]}";
        if (reason is null && features.Sum(f => shapes[f][1]) is > MaxFeatures and int many)
            reason = $"{network.Name}: expected at most {MaxFeatures} features before the last dense layer, received {many}";
        if (reason is not null)
            return null;
        string score = network.Outputs[0];
        logits.RemoveAll(l => shapes[l] is not { Rank: 2 } shape || shape[0] != 1 || shape[1] != shapes[score][1]);
        string joined = score + ".features";
        while (shapes.ContainsKey(joined))
            joined += "'";
        Operator concat = OperatorCatalog.Create(
            "Concat", new OperatorAttributes(new Dictionary<string, object> { ["axis"] = 1L }), 1 + logits.Count + features.Count, 1);
        Graph graph = network.Extended([new Node(joined, concat, [score, .. logits, .. features], [joined])], joined);
        return new NetworkFeatures(graph, shapes[score][1], logits.Sum(l => shapes[l][1]), features.Sum(f => shapes[f][1]));
    }

    /// <summary>From the input of a dense layer back over the dense layers before it, to what the first of them reads.</summary>
    private static string FirstDenseInput(Graph network, Dictionary<string, Node> makers, IReadOnlyDictionary<string, TensorShape> shapes, string value)
    {
        string first = value;
        for (string at = value; makers.TryGetValue(at, out Node? node);)
        {
            bool isDense = _dense.Contains(node.Operator.OpType);
            string[] data = [.. node.Inputs.Where(i => i.Length > 0 && !network.Parameters.ContainsKey(i))];
            if (data.Length != 1 || !isDense && !_behindDense.Contains(node.Operator.OpType))
                break;
            at = data[0];
            if (isDense && shapes[at] is { Rank: 2 } shape && shape[0] == 1 && shape[1] <= MaxFeatures)
                first = at;
            else if (isDense)
                break;
        }
        return first;
    }

    /// <summary>Collects the inputs of the last dense layers behind a value; a sentence where a branch does not come from one.</summary>
    private static string? Walk(Graph network, Dictionary<string, Node> makers, string output, List<string> features, List<string> logits, HashSet<string> seen)
    {
        Stack<string> open = new([output]);
        while (open.TryPop(out string? value))
        {
            if (value.Length == 0 || network.Parameters.ContainsKey(value) || !seen.Add(value))
                continue;
            if (!makers.TryGetValue(value, out Node? node))
                return $"{network.Name}: expected a dense layer (Gemm or MatMul) before the scores, received one that reads the image '{value}' itself";
            string type = node.Operator.OpType;
            if (_dense.Contains(type))
            {
                string[] data = [.. node.Inputs.Take(2).Where(i => !network.Parameters.ContainsKey(i))];
                if (data.Length != 1)
                    return $"{network.Name}: expected a dense layer with fixed weights before the scores, received {type} '{node.Name}' of two computed values";
                if (!features.Contains(data[0], StringComparer.Ordinal))
                    features.Add(data[0]);
                continue;
            }
            if (!_between.Contains(type))
                return $"{network.Name}: expected a dense layer (Gemm or MatMul) before the scores, received {type} '{node.Name}'";
            if (type is "Softmax" or "LogSoftmax")
                logits.Add(node.Inputs[0]);
            foreach (string input in node.Inputs.Reverse())
                open.Push(input);
        }
        return null;
    }
}
