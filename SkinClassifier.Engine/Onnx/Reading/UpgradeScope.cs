using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Reading;

/// <summary>What an opset rewriting may ask and do: shapes and constants of the node's inputs, new constants, new nodes.</summary>
internal sealed class UpgradeScope(GraphTracer tracer, FileError error, long opset)
{
    private readonly List<FileNode> _emitted = [];

    /// <summary>The file's opset.</summary>
    public long Opset { get; } = opset;

    /// <summary>The nodes that take the place of the one being rewritten.</summary>
    public List<FileNode> TakeEmitted()
    {
        List<FileNode> nodes = [.. _emitted];
        _emitted.Clear();
        return nodes;
    }

    public void Emit(FileNode node) => _emitted.Add(node);

    /// <summary>Shape of a value in the first trial run.</summary>
    public TensorShape Shape(FileNode node, int input) => tracer.Value(node, node.Input(input)).Shapes[0];

    /// <summary>Shapes of a value in all trial runs.</summary>
    public IReadOnlyList<TensorShape> Shapes(FileNode node, int input) => tracer.Value(node, node.Input(input)).Shapes;

    /// <summary>The constant at an input, or null when it is known only at run time or differs with the batch size.</summary>
    public OnnxTensor? Known(FileNode node, int input)
    {
        TracedValue value = tracer.Value(node, node.Input(input));
        return value.IsUniform ? value.Constants![0] : null;
    }

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant(FileNode node, string suffix, OnnxTensor value)
    {
        string name = tracer.Fresh($"{node.Name}/{suffix}");
        tracer.Define(name, value);
        return name;
    }

    /// <summary>A name for a new value.</summary>
    public string Fresh(FileNode node, string suffix) => tracer.Fresh($"{node.Name}/{suffix}");

    /// <summary>Whether any node or the graph's outputs use this value.</summary>
    public bool IsUsed(string value) => value.Length > 0 && tracer.IsUsed(value);

    public UnsupportedContentException Unsupported(FileNode node, string text) => error.Unsupported(node, text);

    public InvalidContentException Damaged(FileNode node, string text) => error.Damaged(node, text);

    /// <summary>Turns an attribute with integers into a constant input.</summary>
    public void AttributeToInput(FileNode node, string attribute, int input)
    {
        if (node.Take(attribute) is long[] values)
            node.SetInput(input, Constant(node, attribute, OnnxTensor.Ints(values)));
    }
}
