using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>X [d0,…] → Y [d0·…·d(axis−1), d(axis)·…]; axis from −r to r, default 1 (ONNX Flatten 13).</summary>
internal sealed class Flatten(OperatorAttributes attributes) : ReshapingOperator
{
    public override string OpType => "Flatten";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The first axis of the second part.</summary>
    public long Axis { get; } = attributes.Int("axis", 1);

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        int axis = x.Rank;
        if (Axis != x.Rank && !check.Axis(Axis, Math.Max(1, x.Rank), out axis) || !check.Count(x, out int _))
            return null;
        long outer = 1, inner = 1;
        for (int i = 0; i < x.Rank; i++)
            if (i < axis)
                outer *= x[i];
            else
                inner *= x[i];
        return check.Length(outer, out int rows) && check.Length(inner, out int columns) ? [new TensorShape(rows, columns)] : null;
    }
}
