using SkinClassifier.Common;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>
/// One kind of computation with its attributes, named and defined as the ONNX operator (opset 20). Immutable, without buffers.
/// <see cref="Forward"/> and <see cref="Backward"/> are plain loops on N C H W: the truth that every fast path is tested against.
/// </summary>
internal abstract class Operator
{
    /// <summary>The ONNX name, for example "Conv".</summary>
    public abstract string OpType { get; }

    /// <summary>Attributes and constant inputs in ONNX terms, for export and for comparison.</summary>
    public virtual OperatorAttributes Attributes => OperatorAttributes.None;

    /// <summary>Shapes of the outputs for the given input shapes; an absent optional input has rank 0 and an empty name in the node.</summary>
    /// <exception cref="ShapeMismatchException">The inputs do not fit; the text starts with the operator's name.</exception>
    public TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        ShapeCheck check = new(OpType);
        return Infer(inputs, check) ?? throw check.Error();
    }

    /// <summary>Why the operator cannot run with its attributes, or null; <see cref="OperatorCatalog"/> gives out none that refuses.</summary>
    internal virtual string? Refusal => null;

    /// <summary>Shapes of the outputs, or null with the reason in <paramref name="check"/>; throws for no input shapes.</summary>
    internal abstract TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check);

    /// <summary>
    /// Whether every image of a batch is computed on its own, from its own input only, so that a batch can be cut; false also where that is
    /// not known.
    /// </summary>
    internal virtual bool KeepsImagesApart(BatchInputs inputs) => false;

    /// <summary>
    /// How many floats <see cref="Forward"/> leaves for <see cref="Backward"/> in <c>step.Saved</c> (training only), for example batch means.
    /// </summary>
    internal virtual int SavedLength(ReadOnlySpan<TensorShape> inputs) => 0;

    /// <summary>Whether input <paramref name="input"/> may be trained when it is a parameter; false for running statistics.</summary>
    internal virtual bool IsTrainable(int input) => true;

    /// <summary>Computes all outputs from all inputs.</summary>
    internal abstract void Forward(ForwardStep step);

    /// <summary>Adds to the gradients of the inputs what follows from the gradients of the outputs.</summary>
    internal abstract void Backward(BackwardStep step);
}
