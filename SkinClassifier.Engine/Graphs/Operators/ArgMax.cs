using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Position of the largest element along axis (default 0), as a float; select_last_index = 1 takes the last of equal ones.
/// keepdims = 1 (default) leaves the axis with length 1. Has no gradient (ONNX ArgMax 13).
/// </summary>
internal sealed class ArgMax(OperatorAttributes attributes) : Operator
{
    public override string OpType => "ArgMax";

    public override OperatorAttributes Attributes => attributes;

    internal override bool IsTrainable(int input) => false;

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        TensorShape x = inputs[0];
        int axis = Expect.Axis(OpType, attributes.Int("axis", 0), x.Rank);
        if (x[axis] == 0)
            throw Expect.Error(OpType, $"an axis {axis} that is not empty", $"{x}");
        return [attributes.Int("keepdims", 1) != 0 ? x.With(axis, 1) : new TensorShape([.. x.Lengths[..axis], .. x.Lengths[(axis + 1)..]])];
    }

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        Axes axes = Axes.Of(shape, Expect.Axis(OpType, attributes.Int("axis", 0), shape.Rank));
        bool last = attributes.Int("select_last_index", 0) != 0;
        for (int outer = 0, o = 0; outer < axes.Outer; outer++)
        {
            ReadOnlySpan<float> x = step.Input(0).Slice(outer * axes.Length * axes.Inner, axes.Length * axes.Inner);
            for (int inner = 0; inner < axes.Inner; inner++, o++)
            {
                int best = Rows.Largest(x, axes.Inner, inner);
                for (int i = best; last && i < x.Length; i += axes.Inner)
                    if (x[i] == x[best])
                        best = i;
                step.Output(0)[o] = best / axes.Inner;
            }
        }
    }

    internal override void Backward(BackwardStep step)
    {
        // positions do not change with small changes of the input
    }
}
