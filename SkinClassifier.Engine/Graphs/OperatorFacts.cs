using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>
/// What reading and writing of files must know about an operator before (or without) making it. An operator whose line in
/// <see cref="OperatorCatalog"/> makes no <see cref="Operator"/> is known only while a file is read: it is computed or rewritten there.
/// </summary>
internal sealed class OperatorFacts(Func<OperatorAttributes, int, int, Operator>? create = null)
{
    /// <summary>Makes the operator from attributes and the numbers of inputs and outputs; null when it cannot run.</summary>
    public Func<OperatorAttributes, int, int, Operator>? Create { get; } = create;

    /// <summary>The inputs that the operator holds as constants instead of reading tensors: their form, by input from 1 on.</summary>
    public IReadOnlyList<ConstantForm> Constants { get; init; } = [];

    /// <summary>The tensor input that may be absent, or −1.</summary>
    public int OptionalInput { get; init; } = -1;

    /// <summary>The first input whose elements have the type that the operator works on; those before it are conditions.</summary>
    public int FirstTypedInput { get; init; }

    /// <summary>Which integer types come out as ONNX says.</summary>
    public IntegerSupport Integers { get; init; }

    /// <summary>The same where it depends on the node's attributes.</summary>
    public Func<FileNode, IntegerSupport>? IntegersOf { get; init; }

    /// <summary>Code of the element type of the result, where it is not that of the input.</summary>
    public Func<FileNode, long>? ResultType { get; init; }

    /// <summary>Whether quotients of integers are to be cut toward zero.</summary>
    public bool IsQuotient { get; init; }

    /// <summary>Whether a node only hands its input on, since everything runs in float32.</summary>
    public Func<FileNode, bool> HandsOn { get; init; } = _ => false;

    /// <summary>Whether negative axes count from the end of the result, not of the input.</summary>
    public bool AxesOfResult { get; init; }

    /// <summary>Whether a known input keeps its name behind the node.</summary>
    public bool KeepsName { get; init; }

    /// <summary>Rewrites a node of an older or newer opset in the terms of opset 20; null when nothing has changed.</summary>
    public Action<FileNode, UpgradeScope>? Upgrade { get; init; }

    /// <summary>Rewrites a node from opset 20 in the terms of an older one; null when nothing has changed since opset 9.</summary>
    public Action<FileNode, ExportScope>? Downgrade { get; init; }

    /// <summary>Computes the node while the file is read, when all inputs are known; null when that is not needed.</summary>
    public ConstantFold? Fold { get; init; }

    /// <summary>Computes the node from nothing but the shape of its input.</summary>
    public Func<FileNode, TensorShape, OnnxTensor>? FoldShape { get; init; }

    /// <summary>The form of an input that is held as a constant, or null when it is a tensor input.</summary>
    public ConstantForm? FormOf(int input) => input > 0 && input <= Constants.Count ? Constants[input - 1] : null;

    /// <summary>Whether a node may leave out an input.</summary>
    public bool MayLack(int input) => FormOf(input) is not null || input == OptionalInput;
}
