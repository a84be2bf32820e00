using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>One value from what lies under a window, plane by plane: X [N,C,H,W] or [N,C,W] → Y [N,C,outH,outW].</summary>
internal abstract class PoolOperator : Operator
{
    private readonly WindowAttributes _window;

    protected PoolOperator(string opType, OperatorAttributes attributes)
    {
        Attributes = attributes;
        _window = new WindowAttributes(opType, attributes);
    }

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => _window.Refusal;

    /// <summary>The window for input shape <paramref name="x"/>.</summary>
    public Window Fit(TensorShape x) => _window.Fit(x);

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        return check.Inputs(inputs, 1, 1) && _window.Fit(check, inputs[0]) is Window window
            ? [WindowAttributes.Output(inputs[0], inputs[0][1], window)] : null;
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        Window g = Fit(shape);
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        step.Workers.Run(shape[0] * shape[1], plane =>
        {
            ReadOnlySpan<float> from = x.Span.Slice(plane * g.InH * g.InW, g.InH * g.InW);
            Span<float> to = y.Span.Slice(plane * g.OutH * g.OutW, g.OutH * g.OutW);
            for (int oh = 0, o = 0; oh < g.OutH; oh++)
                for (int ow = 0; ow < g.OutW; ow++, o++)
                    to[o] = Value(g, from, oh, ow);
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        TensorShape shape = step.InputShape(0);
        Window g = Fit(shape);
        ReadOnlyMemory<float> x = step.InputMemory(0), dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        step.Workers.Run(shape[0] * shape[1], plane =>
        {
            ReadOnlySpan<float> from = x.Span.Slice(plane * g.InH * g.InW, g.InH * g.InW), upper = dy.Span.Slice(plane * g.OutH * g.OutW, g.OutH * g.OutW);
            Span<float> to = dx.Span.Slice(plane * g.InH * g.InW, g.InH * g.InW);
            for (int oh = 0, o = 0; oh < g.OutH; oh++)
                for (int ow = 0; ow < g.OutW; ow++, o++)
                    AddGradient(g, from, oh, ow, upper[o], to);
        });
    }

    /// <summary>The value of output pixel (oh, ow) over the input plane <paramref name="x"/>.</summary>
    protected abstract float Value(Window g, ReadOnlySpan<float> x, int oh, int ow);

    /// <summary>Adds the gradient <paramref name="dy"/> of output pixel (oh, ow) to the input plane's gradient.</summary>
    protected abstract void AddGradient(Window g, ReadOnlySpan<float> x, int oh, int ow, float dy, Span<float> dx);
}
