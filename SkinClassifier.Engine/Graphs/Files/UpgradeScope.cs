using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Files;

/// <summary>
/// What a rewriting of a node from the opset of a file to opset 20 may ask and do: shapes and constants of the node's inputs, new constants, new
/// nodes, or a refusal.
/// </summary>
internal abstract class UpgradeScope(long opset)
{
    private readonly List<FileNode> _emitted = [];

    /// <summary>The file's opset.</summary>
    public long Opset { get; } = opset;

    /// <summary>Why the node that is being rewritten is refused, or null.</summary>
    public SkinClassifierException? Refusal { get; protected set; }

    /// <summary>The nodes that take the place of the one being rewritten.</summary>
    public List<FileNode> TakeEmitted()
    {
        List<FileNode> nodes = [.. _emitted];
        _emitted.Clear();
        return nodes;
    }

    /// <summary>Puts a node in the place of the one being rewritten.</summary>
    public void Emit(FileNode node) => _emitted.Add(node);

    /// <summary>Shapes of an input, for every size of the image and the batch that is looked at.</summary>
    public abstract IReadOnlyList<TensorShape> Shapes(FileNode node, int input);

    /// <summary>Shape of an input for the first of these sizes.</summary>
    public TensorShape Shape(FileNode node, int input) => Shapes(node, input)[0];

    /// <summary>The constant at an input, or null when it is known only at run time or differs with the batch size.</summary>
    public abstract OnnxTensor? Known(FileNode node, int input);

    /// <summary>Adds a constant and returns its name.</summary>
    public abstract string Constant(FileNode node, string suffix, OnnxTensor value);

    /// <summary>A name for a new value.</summary>
    public abstract string Fresh(FileNode node, string suffix);

    /// <summary>Whether any node or the graph's outputs use this value.</summary>
    public abstract bool IsUsed(string value);

    /// <summary>Refuses the node: the file is fine and asks for something that is not supported.</summary>
    public abstract void Unsupported(FileNode node, string text);

    /// <summary>Refuses the node: the file breaks the operator's definition.</summary>
    public abstract void Damaged(FileNode node, string text);

    /// <summary>Turns an attribute with integers into a constant input.</summary>
    public void AttributeToInput(FileNode node, string attribute, int input)
    {
        if (node.Take(attribute) is long[] values)
            node.SetInput(input, Constant(node, attribute, OnnxTensor.Ints(values)));
    }
}
