using SkinClassifier.Common;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>
/// Builds a <see cref="Graph"/> node by node. Values are names; every method that adds a node returns the name of its output, which
/// is the node's name. Shapes are inferred for a batch of one as nodes are added, so a network that does not fit fails where it is
/// written. Parameters get first values from their own name and the builder's seed.
/// </summary>
public sealed partial class GraphBuilder
{
    /// <summary>First part of the names that <see cref="Constant"/> gives.</summary>
    public const string ConstantPrefix = "constant.";

    private readonly List<GraphInput> _inputs = [];
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorShape> _shapes = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly ulong _seed;

    /// <summary>Starts an empty graph named <paramref name="name"/>; <paramref name="seed"/> decides the first values of its parameters.</summary>
    public GraphBuilder(string name, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(name);
        _name = name;
        _seed = seed;
    }

    /// <summary>Nodes so far.</summary>
    internal IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Whether new parameters stay 0 instead of getting first values.</summary>
    internal bool SkipInitialization { get; init; }

    /// <summary>Declares an input; the batch axis is usually free (−1).</summary>
    public string Input(string name, TensorShape shape)
    {
        Claim(name, new TensorShape([.. shape.Lengths.ToArray().Select(l => l == TensorShape.Free ? 1 : l)]));
        _inputs.Add(new GraphInput(name, shape));
        return name;
    }

    /// <summary>Shape of a value or parameter for a batch of one.</summary>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public TensorShape ShapeOf(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return _shapes.TryGetValue(value, out TensorShape shape) ? shape
            : throw new ArgumentException($"Graph {_name}: expected the name of an earlier value, received '{value}'.", nameof(value));
    }

    /// <summary>Number of channels (axis 1) of a value.</summary>
    public int ChannelsOf(string value) => ShapeOf(value)[1];

    /// <summary>Adds a parameter with first values from <paramref name="initializer"/>.</summary>
    public string Parameter(string name, TensorShape shape, Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        return Parameter(name, SkipInitialization ? new Tensor(shape) : initializer.Create(shape, _seed, name));
    }

    /// <summary>Adds a parameter that is <paramref name="value"/> itself, not a copy.</summary>
    public string Parameter(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Claim(name, value.Shape);
        _parameters.Add(name, value);
        return name;
    }

    /// <summary>Adds a parameter that is never trained; its name is "constant." and <paramref name="name"/>.</summary>
    public string Constant(string name, Tensor value) => Parameter(ConstantPrefix + name, value);

    /// <summary>Adds a node with one output and returns its name, which is <paramref name="name"/>.</summary>
    public string Add(string opType, string name, ReadOnlySpan<string> inputs, OperatorAttributes? attributes = null)
    {
        AddNode(opType, name, inputs, [name], attributes);
        return name;
    }

    /// <summary>Adds a node. Absent optional inputs are "".</summary>
    /// <exception cref="ShapeMismatchException">The inputs do not fit the operator; the text names node and operator.</exception>
    /// <exception cref="ArgumentException">An input is unknown or an output name is taken.</exception>
    public void AddNode(string opType, string name, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, OperatorAttributes? attributes = null) =>
        AddNode(new Node(
            name, OperatorCatalog.Create(opType, attributes ?? OperatorAttributes.None, inputs.Length, outputs.Length), inputs.ToArray(), outputs.ToArray()));

    /// <summary>
    /// Appends a whole graph with one input: that input becomes <paramref name="input"/>, all its other names get
    /// <paramref name="prefix"/> in front. Parameters are shared, not copied. Returns the names of its outputs.
    /// </summary>
    public string[] Append(Graph graph, string input, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs.Count != 1)
            throw new ArgumentException($"Graph {_name}: expected a graph with one input to append, '{graph.Name}' has {graph.Inputs.Count}.", nameof(graph));
        string inner = graph.Inputs[0].Name;
        string Rename(string value) => value.Length == 0 ? value : value == inner ? input : prefix + value;
        foreach ((string name, Tensor value) in graph.Parameters)
            Parameter(prefix + name, value);
        foreach (Node node in graph.Nodes)
            AddNode(new Node(prefix + node.Name, node.Operator, [.. node.Inputs.Select(Rename)], [.. node.Outputs.Select(Rename)]));
        return [.. graph.Outputs.Select(Rename)];
    }

    /// <summary>The finished, checked graph.</summary>
    public Graph Build(params ReadOnlySpan<string> outputs) => new(_name, _inputs, _nodes, outputs.ToArray(), _parameters);

    private void AddNode(Node node)
    {
        ShapeCheck check = new(node.Operator.OpType);
        TensorShape[] outputs = node.Operator.Infer([.. node.Inputs.Select(i => i.Length == 0 ? default : ShapeOf(i))], check)
            ?? throw new ShapeMismatchException($"Graph {_name}, node {node.Name}: {check.Reason}");
        for (int i = 0; i < node.Outputs.Count; i++)
            if (node.Outputs[i].Length > 0)
                Claim(node.Outputs[i], outputs[i]);
        _nodes.Add(node);
    }

    private void Claim(string name, TensorShape shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_shapes.TryAdd(name, shape))
            throw new ArgumentException($"Graph {_name}: the name '{name}' is taken. Give every value and parameter a name of its own, or a prefix "
                + $"when a graph is appended.", nameof(name));
    }
}
