using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Elements of the axis (default 0) at the indices of constant input 1: a list of numbers, or one number, which drops the axis.
/// Negative indices count from the end (ONNX Gather 13).
/// </summary>
internal sealed class Gather(OperatorAttributes attributes) : SelectionOperator
{
    private readonly long[] _indices = attributes.ConstantInts(1)
        ?? throw new Common.UnsupportedContentException(
            "Gather: expected constant indices, received values that are computed from the image. Export the network with fixed sizes.");

    public override string OpType => "Gather";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The axis; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", 0);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        int axis = Expect.Axis(OpType, Axis, inputs[0].Rank);
        int[] lengths = inputs[0].Lengths.ToArray();
        lengths[axis] = Map(inputs[0], axis).Length;
        return [new TensorShape(attributes.ConstantInputs[1] is long ? [.. lengths[..axis], .. lengths[(axis + 1)..]] : lengths)];
    }

    protected override int[][] Maps(TensorShape x)
    {
        int axis = Expect.Axis(OpType, Axis, x.Rank);
        int[][] maps = [.. x.Lengths.ToArray().Select(Whole)];
        maps[axis] = Map(x, axis);
        return maps;
    }

    private int[] Map(TensorShape x, int axis)
    {
        int length = x[axis];
        return [.. _indices.Select(i =>
            i >= -length && i < length ? (int)(i < 0 ? i + length : i)
            : throw Expect.Error(OpType, $"indices from {-length} to {length - 1} for axis {axis} of {x}", $"{i}"))];
    }
}
