using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>X [d0,…] → Y [d0·…·d(axis−1), d(axis)·…]; axis from −r to r, default 1 (ONNX Flatten 13).</summary>
internal sealed class Flatten(OperatorAttributes attributes) : ReshapingOperator
{
    public override string OpType => "Flatten";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The first axis of the second part.</summary>
    public long Axis { get; } = attributes.Int("axis", 1);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        TensorShape x = inputs[0];
        int axis = Axis == x.Rank ? x.Rank : Expect.Axis(OpType, Axis, Math.Max(1, x.Rank));
        int outer = 1, inner = 1;
        for (int i = 0; i < x.Rank; i++)
            if (i < axis)
                outer *= x[i];
            else
                inner *= x[i];
        return [new TensorShape(outer, inner)];
    }
}
