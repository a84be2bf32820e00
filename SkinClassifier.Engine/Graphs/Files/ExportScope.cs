using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Files;

/// <summary>What a rewriting to an older opset may ask and do: ranks, constants, new nodes.</summary>
internal sealed class ExportScope(Graph graph, int opset, IReadOnlyDictionary<string, TensorShape> shapes, IEnumerable<string> names)
{
    private readonly Dictionary<string, OnnxTensor> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(names, StringComparer.Ordinal);

    /// <summary>The opset that is written.</summary>
    public int Opset { get; } = opset;

    /// <summary>The nodes to write so far.</summary>
    public List<FileNode> Nodes { get; } = [];

    /// <summary>Constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Constants => _constants;

    public void Emit(FileNode node) => Nodes.Add(node);

    /// <summary>Adds a node with one output of a new name and returns that name.</summary>
    public string Emit(FileNode origin, string opType, string suffix, params ReadOnlySpan<string> inputs) => Emit(origin, opType, suffix, null, inputs);

    /// <summary>Adds a node with one output of a new name and one attribute and returns the output's name.</summary>
    public string Emit(FileNode origin, string opType, string suffix, (string Name, object Value)? attribute, params ReadOnlySpan<string> inputs)
    {
        string output = Fresh($"{origin.Name}/{suffix}");
        FileNode node = new(opType, output, inputs.ToArray(), [output]);
        if (attribute is (string name, object value))
            node.Attributes[name] = value;
        Nodes.Add(node);
        return output;
    }

    public string Fresh(string name)
    {
        while (!_names.Add(name))
            name += "'";
        return name;
    }

    public string Constant(FileNode node, string suffix, OnnxTensor value)
    {
        string name = Fresh($"{node.Name}/{suffix}");
        _constants[name] = value;
        return name;
    }

    public int Rank(string value) => shapes[value].Rank;

    public TensorShape Shape(string value) => shapes[value];

    /// <summary>Whether height and width of the images are fixed, so that all shapes but the batch size are.</summary>
    public bool HasFixedSides { get; } = graph.Inputs.All(i => i.Shape.Rank < 2 || !i.Shape.Lengths[1..].Contains(TensorShape.Free));

    /// <summary>Whether a value is a parameter of the graph.</summary>
    public bool IsParameter(string value) => graph.Parameters.ContainsKey(value);

    /// <summary>Parameters that are written as bool.</summary>
    public HashSet<string> Conditions { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes a constant input as an attribute; the integers as they are.</summary>
    public void InputToAttribute(FileNode node, int input, string attribute)
    {
        if (TakeConstant(node, input) is OnnxTensor value)
            node.Attributes[attribute] = value.IsFloat ? value.Floats! : value.Integers!;
    }

    /// <summary>Writes a constant scalar input as an attribute.</summary>
    public void InputToFloat(FileNode node, int input, string attribute)
    {
        if (TakeConstant(node, input) is OnnxTensor value)
            node.Attributes[attribute] = value.AsFloats()[0];
    }

    /// <summary>Removes a constant input and returns it, or null when absent.</summary>
    public OnnxTensor? TakeConstant(FileNode node, int input)
    {
        string name = node.Input(input);
        if (name.Length == 0 || !_constants.TryGetValue(name, out OnnxTensor? value))
            return null;
        node.Inputs[input] = "";
        return value;
    }

    public UnsupportedContentException Unsupported(FileNode node, string text) => new($"Export of {graph.Name} with opset {Opset}: {node}: {text}");
}
