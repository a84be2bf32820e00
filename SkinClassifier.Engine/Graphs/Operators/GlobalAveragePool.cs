using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Mean of every channel: X [N,C,H,W] (or any number of spatial axes) → Y [N,C,1,1].</summary>
internal sealed class GlobalAveragePool : Operator
{
    public override string OpType => "GlobalAveragePool";

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1) || !check.Rank("X", inputs[0], 3, 8))
            return null;
        TensorShape result = inputs[0];
        for (int axis = 2; axis < result.Rank; axis++)
            result = result.With(axis, 1);
        return [result];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        int plane = y.Length == 0 ? 0 : x.Length / y.Length;
        step.Workers.Run(y.Length, i => y.Span[i] = (float)(Rows.Sum(x.Span.Slice(i * plane, plane)) / plane));
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        ReadOnlyMemory<float> dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        int plane = dy.Length == 0 ? 0 : dx.Length / dy.Length;
        step.Workers.Run(dy.Length, i =>
        {
            float share = dy.Span[i] / plane;
            foreach (ref float value in dx.Span.Slice(i * plane, plane))
                value += share;
        });
    }
}
