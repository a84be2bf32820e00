using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Drops the axes of constant input 1, which must have length 1; without it all axes of length 1 (ONNX Squeeze 13).</summary>
internal sealed class Squeeze(OperatorAttributes attributes) : ReshapingOperator
{
    private readonly long[]? _axes = attributes.ConstantInts(1);

    public override string OpType => "Squeeze";

    public override OperatorAttributes Attributes => attributes;

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        TensorShape x = inputs[0];
        bool[] dropped = new bool[x.Rank];
        for (int axis = 0; axis < x.Rank && _axes is null; axis++)
            dropped[axis] = x[axis] == 1;
        foreach (long value in _axes ?? [])
        {
            int axis = Expect.Axis(OpType, value, x.Rank);
            if (x[axis] != 1)
                throw Expect.Error(OpType, $"length 1 at axis {axis}", $"{x}");
            dropped[axis] = true;
        }
        return [new TensorShape([.. x.Lengths.ToArray().Where((_, axis) => !dropped[axis])])];
    }
}
