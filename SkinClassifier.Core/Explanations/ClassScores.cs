using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>
/// The scores before the probabilities, which are what a map explains: a probability near 1 changes little whatever the image shows. They are the inputs of
/// Softmax or LogSoftmax; log-odds where the network ends in Sigmoid; of an ensemble, those of every member. A network that ends in none of these
/// is explained by its output itself.
/// </summary>
internal sealed class ClassScores
{
    private readonly List<Node> _nodes;
    private readonly Dictionary<string, Tensor> _parameters;
    private readonly Dictionary<string, Node> _makers;

    /// <summary>Finds the scores of a classifier's network.</summary>
    /// <param name="network">One input [N,3,H,W], one output [N,K].</param>
    /// <param name="input">A shape of the input.</param>
    public ClassScores(Graph network, TensorShape input)
    {
        _nodes = [.. network.Nodes];
        _parameters = network.Parameters.ToDictionary(StringComparer.Ordinal);
        HashSet<string> taken = [.. network.Parameters.Keys, .. network.Nodes.SelectMany(n => n.Outputs)];
        while (taken.Any(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
            Prefix = "_" + Prefix;
        _makers =
            network.Nodes.SelectMany(n => n.Outputs.Where(o => o.Length > 0).Select(o => (o, n))).ToDictionary(m => m.o, m => m.n, StringComparer.Ordinal);
        IReadOnlyDictionary<string, TensorShape> shapes = network.InferShapes(input);
        List<(string Value, bool IsOne)> found = [];
        if (!Trace(network.Outputs[0], false, found))
            found = [(network.Outputs[0], false)];
        string[] rows = [.. found.Select((score, i) => Row(score.Value, score.IsOne, shapes[score.Value], i))];
        Members = rows;
        Mean = rows.Length == 1 ? rows[0] : MeanOf(rows);
        Network = new Graph(network.Name, network.Inputs, _nodes, [Mean], _parameters);
        Shapes = Network.InferShapes(input);
    }

    /// <summary>What stands in front of the names of added values.</summary>
    public string Prefix { get; } = "explained.";

    /// <summary>The network with the scores as further values.</summary>
    public Graph Network { get; }

    /// <summary>Shape of every value.</summary>
    public IReadOnlyDictionary<string, TensorShape> Shapes { get; }

    /// <summary>Names of the scores [N,K] of the members; one where the network is no ensemble.</summary>
    public IReadOnlyList<string> Members { get; }

    /// <summary>Name of their mean [N,K].</summary>
    public string Mean { get; }

    /// <summary>Goes from probabilities back to scores; false where it meets something unknown.</summary>
    private bool Trace(string value, bool isOne, List<(string Value, bool IsOne)> found)
    {
        if (!_makers.TryGetValue(value, out Node? node))
            return false;
        switch (node.Operator.OpType)
        {
            case "Identity" or "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Dropout" or "Cast":
                return Trace(node.Inputs[0], isOne, found);
            case "Softmax" or "LogSoftmax" or "Sigmoid":
                found.Add((node.Inputs[0], isOne));
                return true;
            case "Exp" when OpTypeOf(node.Inputs[0]) == "LogSoftmax":
                return Trace(node.Inputs[0], isOne, found);
            case "Div" when OpTypeOf(node.Inputs[1]) == "ReduceSum" && _makers[node.Inputs[1]].Inputs[0] == node.Inputs[0]:
                return Trace(node.Inputs[0], isOne, found);
            case "Mul" or "Div" when _parameters.ContainsKey(node.Inputs[1]):
                return Trace(node.Inputs[0], isOne, found);
            case "Mul" when _parameters.ContainsKey(node.Inputs[0]):
                return Trace(node.Inputs[1], isOne, found);
            case "Add" or "Sum":
                return node.Inputs.All(i => !_parameters.ContainsKey(i) && Trace(i, isOne, found));
            case "Concat" when node.Inputs is [var first, var second] && OpTypeOf(first) == "Sub" && _makers[first].Inputs[1] == second:
                return Trace(second, true, found);
            default:
                return false;
        }
    }

    private string OpTypeOf(string value) => _makers.TryGetValue(value, out Node? node) ? node.Operator.OpType : "";

    /// <summary>The score as [N,K]; of one log-odds z the two −z and z.</summary>
    private string Row(string value, bool isOne, TensorShape shape, int member)
    {
        string row = shape.Rank == 2 ? value : Add("Flatten", $"row{member}", [value]);
        return isOne ? Add("Concat", $"both{member}", [Add("Neg", $"first{member}", [row]), row], new Dictionary<string, object> { ["axis"] = 1L }) : row;
    }

    private string MeanOf(string[] rows)
    {
        string share = Prefix + "share";
        _parameters[share] = new Tensor(new TensorShape(1, 1), [1f / rows.Length]);
        return Add("Mul", "mean", [Add("Sum", "sum", rows), share]);
    }

    private string Add(string opType, string name, string[] inputs, Dictionary<string, object>? attributes = null)
    {
        _nodes.Add(new Node(Prefix + name, OperatorCatalog.Create(opType, new OperatorAttributes(attributes), inputs.Length, 1), inputs, [Prefix + name]));
        return Prefix + name;
    }
}
