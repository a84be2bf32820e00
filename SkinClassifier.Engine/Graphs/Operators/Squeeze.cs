using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Drops the axes of constant input 1, which must have length 1; without it all axes of length 1 (ONNX Squeeze 13).</summary>
internal sealed class Squeeze(OperatorAttributes attributes) : ReshapingOperator
{
    private readonly long[]? _axes = attributes.ConstantInts(1);

    public override string OpType => "Squeeze";

    public override OperatorAttributes Attributes => attributes;

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        bool[] dropped = new bool[x.Rank];
        for (int axis = 0; axis < x.Rank && _axes is null; axis++)
            dropped[axis] = x[axis] == 1;
        foreach (long value in _axes ?? [])
        {
            if (!check.Axis(value, x.Rank, out int axis))
                return null;
            if (x[axis] != 1)
                return check.Misfit($"length 1 at axis {axis}", $"{x}");
            dropped[axis] = true;
        }
        return [new TensorShape([.. x.Lengths.ToArray().Where((_, axis) => !dropped[axis])])];
    }
}
