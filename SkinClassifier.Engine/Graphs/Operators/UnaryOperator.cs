using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = f(x) element by element; x and y have the same shape.</summary>
internal abstract class UnaryOperator : Operator
{
    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        return [inputs[0]];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        Rows.Run(step.Workers, x.Length, (start, count) => Map(x.Span.Slice(start, count), y.Span.Slice(start, count)));
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        ReadOnlyMemory<float> x = step.InputMemory(0), y = step.OutputMemory(0), dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        Rows.Run(step.Workers, x.Length, (start, count) =>
            AddGradient(x.Span.Slice(start, count), y.Span.Slice(start, count), dy.Span.Slice(start, count), dx.Span.Slice(start, count)));
    }

    /// <summary>y[i] = f(x[i]).</summary>
    protected abstract void Map(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>dx[i] += f′(x[i]) · dy[i]; y is what <see cref="Map"/> left.</summary>
    protected abstract void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx);
}
