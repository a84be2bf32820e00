using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Puts in axes of length 1 so that they lie at the positions of constant input 1 in the result (ONNX Unsqueeze 13).</summary>
internal sealed class Unsqueeze(OperatorAttributes attributes) : ReshapingOperator
{
    private readonly long[] _axes = attributes.ConstantInts(1)
        ?? throw new Common.UnsupportedContentException(
            "Unsqueeze: expected constant axes, received values that are computed from the image. Export the network with fixed sizes.");

    public override string OpType => "Unsqueeze";

    public override OperatorAttributes Attributes => attributes;

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        int rank = inputs[0].Rank + _axes.Length;
        bool[] added = new bool[rank];
        foreach (long value in _axes)
        {
            int axis = Expect.Axis(OpType, value, rank);
            if (added[axis])
                throw Expect.Error(OpType, "axes without repetition", $"[{string.Join(",", _axes)}]");
            added[axis] = true;
        }
        int[] lengths = new int[rank];
        for (int axis = 0, from = 0; axis < rank; axis++)
            lengths[axis] = added[axis] ? 1 : inputs[0][from++];
        return [new TensorShape(lengths)];
    }
}
