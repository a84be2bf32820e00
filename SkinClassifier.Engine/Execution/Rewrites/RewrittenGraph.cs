using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>
/// The nodes that make a graph's output, rewritten to fewer: what both kinds of plans make their steps from. Rewrites take the nodes in running order;
/// a value is only rewritten away when nothing else uses it.
/// </summary>
internal sealed class RewrittenGraph
{
    private readonly IReadOnlyDictionary<string, Tensor> _parameters;
    private readonly Dictionary<string, TensorShape> _shapes;
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _alias = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FusedNode> _makers = new(StringComparer.Ordinal);
    private readonly List<FusedNode> _nodes = [];

    /// <summary>Rewrites <paramref name="graph"/>; a node that no rewrite takes stays as it is.</summary>
    /// <param name="graph">One output.</param>
    /// <param name="shapes">Shapes of all its values.</param>
    /// <param name="rewrites">Tried in this order.</param>
    public RewrittenGraph(Graph graph, IReadOnlyDictionary<string, TensorShape> shapes, IReadOnlyList<GraphRewrite> rewrites)
    {
        Source = graph.Cut(graph.Outputs[0]);
        _parameters = Source.Parameters;
        _shapes = new Dictionary<string, TensorShape>(shapes, StringComparer.Ordinal);
        foreach (string input in Source.Nodes.SelectMany(n => n.Inputs).Append(graph.Outputs[0]))
            _uses[input] = _uses.GetValueOrDefault(input) + 1;
        ReadOnlySpan<Node> rest = [.. Source.Nodes];
        while (rest.Length > 0)
            rest = rest[Take(rest, rewrites)..];
        Output = Resolve(graph.Outputs[0]);
    }

    /// <summary>The nodes of the graph that its output depends on, and their parameters.</summary>
    public Graph Source { get; }

    /// <summary>What is left, in running order.</summary>
    public IReadOnlyList<FusedNode> Nodes => _nodes;

    /// <summary>The value that is the graph's output.</summary>
    public string Output { get; }

    /// <summary>Shapes of all values, also of those that rewrites have added.</summary>
    public IReadOnlyDictionary<string, TensorShape> Shapes => _shapes;

    /// <summary>The value that remains for <paramref name="value"/> after <see cref="Bypass"/>.</summary>
    public string Resolve(string value)
    {
        while (_alias.TryGetValue(value, out string? other))
            value = other;
        return value;
    }

    /// <summary>Shape of a value.</summary>
    public TensorShape Shape(string value) => _shapes[value];

    /// <summary>The parameter of that name, or null.</summary>
    public Tensor? Parameter(string value) => _parameters.GetValueOrDefault(value);

    /// <summary>Whether a value is a parameter.</summary>
    public bool IsParameter(string value) => _parameters.ContainsKey(value);

    /// <summary>How many inputs read a value.</summary>
    public int Uses(string value) => _uses.GetValueOrDefault(value);

    /// <summary>Whether one input reads a value.</summary>
    public bool UsedOnce(string value) => Uses(value) == 1;

    /// <summary>Notes that <paramref name="count"/> inputs no longer read a value.</summary>
    public void DropUses(string value, int count) => _uses[value] -= count;

    /// <summary>The node that makes a value, if it is of that kind.</summary>
    public TNode? Maker<TNode>(string value) where TNode : FusedNode => _makers.GetValueOrDefault(value) as TNode;

    /// <summary>The place of a value's maker among <see cref="Nodes"/>; −1: none.</summary>
    public int PlaceOf(string value) => _makers.TryGetValue(value, out FusedNode? maker) ? _nodes.IndexOf(maker) : -1;

    /// <summary>Adds a node; true.</summary>
    public bool Append(FusedNode node)
    {
        _nodes.Add(node);
        foreach (string output in node is SingleNode single ? single.Node.Outputs : [node.Output])
            _makers[output] = node;
        return true;
    }

    /// <summary>Lets <paramref name="node"/> make <paramref name="output"/> instead of what it made before; true.</summary>
    public bool Extend(FusedNode node, string output)
    {
        _makers.Remove(node.Output);
        node.Output = output;
        _makers[output] = node;
        return true;
    }

    /// <summary>Takes a node out.</summary>
    public void Remove(FusedNode node)
    {
        _nodes.Remove(node);
        _makers.Remove(node.Output);
    }

    /// <summary>Adds a value that no node of the graph makes and one input will read.</summary>
    public void AddValue(string value, TensorShape shape) => (_shapes[value], _uses[value]) = (shape, 1);

    /// <summary>Lets all readers of the node's output read its first input instead; false where that is a parameter.</summary>
    public bool Bypass(Node node)
    {
        string input = Resolve(node.Inputs[0]), output = node.Outputs[0];
        if (IsParameter(input))
            return false;
        _alias[output] = input;
        _uses[input] = _uses[input] - 1 + Uses(output);
        return true;
    }

    private int Take(ReadOnlySpan<Node> nodes, IReadOnlyList<GraphRewrite> rewrites)
    {
        Node node = nodes[0];
        string output = node.Outputs.FirstOrDefault(o => o.Length > 0, "");
        if (node.Outputs[0].Length > 0 && node.Outputs.Count(o => o.Length > 0) == 1)
            foreach (GraphRewrite rewrite in rewrites)
                if (rewrite(this, nodes) is > 0 and int taken)
                    return taken;
        Append(new SingleNode { Parts = [Resolved(node)], Output = output });
        return 1;
    }

    private Node Resolved(Node node) => node.Inputs.Any(_alias.ContainsKey) ? node with { Inputs = [.. node.Inputs.Select(Resolve)] } : node;
}

/// <summary>
/// Takes the first of the nodes that are left, or the first few, and adds what computes the same to the graph. Returns how many it has taken; 0: none.
/// </summary>
internal delegate int GraphRewrite(RewrittenGraph graph, ReadOnlySpan<Node> nodes);
