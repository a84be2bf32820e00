using SkinClassifier.Common;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>One operator at its place in a graph. Inputs and outputs are value names; an absent optional input is "".</summary>
internal sealed record Node(string Name, Operator Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);

/// <summary>A declared input: name and shape, the batch axis free (−1).</summary>
public sealed record GraphInput(string Name, TensorShape Shape);

/// <summary>
/// Structure and weights of a network: nodes in an order in which every value is made before it is used, and named float32
/// parameters in N C H W (ONNX) layout. Read-only while predicting; a training plan changes parameter values in place.
/// </summary>
public sealed class Graph
{
    private readonly Dictionary<string, Tensor> _parameters;

    /// <summary>Creates a graph and checks it.</summary>
    /// <exception cref="InvalidContentException">A value is used before it is made, made twice, or an output is never made.</exception>
    internal Graph(
        string name, IReadOnlyList<GraphInput> inputs, IReadOnlyList<Node> nodes, IReadOnlyList<string> outputs, IReadOnlyDictionary<string, Tensor> parameters)
    {
        Name = name;
        Inputs = [.. inputs];
        Nodes = [.. nodes];
        Outputs = [.. outputs];
        _parameters = new Dictionary<string, Tensor>(parameters, StringComparer.Ordinal);
        HashSet<string> known = new(_parameters.Keys, StringComparer.Ordinal);
        foreach (GraphInput input in Inputs)
            known.Add(input.Name);
        foreach (Node node in Nodes)
        {
            foreach (string value in node.Inputs)
                if (value.Length > 0 && !known.Contains(value))
                    throw new InvalidContentException($"Graph {name}, node {node.Name} ({node.Operator.OpType}): input '{value}' is not made by any "
                        + $"earlier node. The file is damaged or its nodes are out of order.");
            foreach (string value in node.Outputs)
                if (value.Length > 0 && !known.Add(value))
                    throw new InvalidContentException($"Graph {name}, node {node.Name} ({node.Operator.OpType}): output '{value}' is made twice.");
        }
        foreach (string output in Outputs)
            if (!known.Contains(output))
                throw new InvalidContentException(
                    $"Graph {name}: output '{output}' is not made by any node. It has: {string.Join(", ", Nodes.TakeLast(5).SelectMany(n => n.Outputs))} …");
    }

    /// <summary>A name for people.</summary>
    public string Name { get; }

    /// <summary>Declared inputs.</summary>
    public IReadOnlyList<GraphInput> Inputs { get; }

    /// <summary>Nodes in running order.</summary>
    internal IReadOnlyList<Node> Nodes { get; }

    /// <summary>Names of the values that leave the graph.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Weights by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>
    /// Whether the memory of each parameter is given back as soon as an inference plan has it in the order of its kernels. Further plans, of any batch size,
    /// share that; nothing else can be done with the graph then.
    /// </summary>
    internal bool IsForPrediction { get; private init; }

    /// <summary>The graph whose parameters these are, where several graphs share them: their plans share packed weights.</summary>
    internal Graph WeightOwner { get => field ?? this; private init; }

    /// <summary>Shapes of all values (parameters included) for one input of shape <paramref name="input"/>.</summary>
    /// <exception cref="ShapeMismatchException">A node does not accept its inputs; the text names node and operator.</exception>
    public IReadOnlyDictionary<string, TensorShape> InferShapes(TensorShape input) =>
        TryInferShapes(input, out string? problem) ?? throw new ShapeMismatchException(problem!);

    /// <summary>The same, or null with the reason in <paramref name="problem"/>.</summary>
    internal IReadOnlyDictionary<string, TensorShape>? TryInferShapes(TensorShape input, out string? problem)
    {
        problem = null;
        if (Inputs.Count != 1)
            problem = $"Graph {Name}: expected one input, it declares {Inputs.Count}.";
        Dictionary<string, TensorShape> shapes = new(StringComparer.Ordinal) { [Inputs[0].Name] = input };
        foreach ((string name, Tensor value) in _parameters)
            shapes[name] = value.Shape;
        foreach (Node node in problem is null ? Nodes : [])
        {
            ShapeCheck check = new(node.Operator.OpType);
            if (node.Operator.Infer([.. node.Inputs.Select(i => i.Length == 0 ? default : shapes[i])], check) is not TensorShape[] outputs)
            {
                problem = $"Graph {Name}, node {node.Name}: {check.Reason}";
                break;
            }
            for (int i = 0; i < node.Outputs.Count; i++)
                if (node.Outputs[i].Length > 0)
                    shapes[node.Outputs[i]] = outputs[i];
        }
        return problem is null ? shapes : null;
    }

    /// <summary>
    /// The part of the graph that makes <paramref name="output"/>: nodes and parameters that it does not need are dropped; parameters are shared, not
    /// copied.
    /// </summary>
    public Graph Cut(string output)
    {
        HashSet<string> needed = new(StringComparer.Ordinal) { output };
        List<Node> kept = [];
        foreach (Node node in Nodes.Reverse())
            if (node.Outputs.Any(needed.Contains))
            {
                kept.Add(node);
                needed.UnionWith(node.Inputs);
            }
        kept.Reverse();
        return new Graph(Name, Inputs, kept, [output], _parameters.Where(p => needed.Contains(p.Key)).ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>The same graph for prediction alone (<see cref="IsForPrediction"/>). This one must not be used any more.</summary>
    internal Graph ForPrediction() => new(Name, Inputs, Nodes, Outputs, _parameters) { IsForPrediction = true };

    /// <summary>The same graph with further nodes and another output; parameters and packed weights are shared.</summary>
    internal Graph Extended(IEnumerable<Node> nodes, string output) =>
        new(Name, Inputs, [.. Nodes, .. nodes], [output], _parameters) { IsForPrediction = IsForPrediction, WeightOwner = WeightOwner };

    /// <summary>A copy with parameter tensors of its own.</summary>
    public Graph Clone() => new(Name, Inputs, Nodes, Outputs, _parameters.ToDictionary(p => p.Key, p => p.Value.Clone(), StringComparer.Ordinal));
}
