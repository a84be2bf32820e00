using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Largest value of every channel: X [N,C,H,W] (or any number of spatial axes) → Y [N,C,1,1]. The gradient goes to the first largest element.
/// </summary>
internal sealed class GlobalMaxPool : Operator
{
    public override string OpType => "GlobalMaxPool";

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape result = inputs[0];
        if (!check.Rank("X", result, 3, 8))
            return null;
        for (int axis = 2; axis < result.Rank; axis++)
            if (result[axis] > 0)
                result = result.With(axis, 1);
            else
                return check.Misfit("spatial axes that are not empty", $"{inputs[0]}");
        return [result];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        ReadOnlySpan<float> x = step.Input(0);
        Span<float> y = step.Output(0);
        int plane = y.Length == 0 ? 0 : x.Length / y.Length;
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i * plane + Rows.Largest(x.Slice(i * plane, plane), 1, 0)];
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        ReadOnlySpan<float> x = step.Input(0), dy = step.OutputGradient(0);
        int plane = dy.Length == 0 ? 0 : x.Length / dy.Length;
        for (int i = 0; i < dy.Length; i++)
            step.InputGradient(0)[i * plane + Rows.Largest(x.Slice(i * plane, plane), 1, 0)] += dy[i];
    }
}
