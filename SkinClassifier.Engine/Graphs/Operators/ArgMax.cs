using SkinClassifier.Graphs.Files;
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

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        if (!check.Axis(attributes.Int("axis", 0), x.Rank, out int axis))
            return null;
        if (x[axis] == 0)
            return check.Misfit($"an axis {axis} that is not empty", $"{x}");
        return [attributes.Int("keepdims", 1) != 0 ? x.With(axis, 1) : new TensorShape([.. x.Lengths[..axis], .. x.Lengths[(axis + 1)..]])];
    }

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        Axes axes = Axes.Of(shape, Axes.Index(attributes.Int("axis", 0), shape.Rank));
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

    /// <summary>select_last_index came with opset 12; the output is an integer.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        Downgrades.ZeroBefore(node, scope, 12, "select_last_index");
        Downgrades.FloatOutput(node, scope);
    }
}
