using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// The largest value under the window, padding left out; NaN wins. X [N,C,H,W] or [N,C,W] → Y [N,C,outH,outW]. Attributes
/// auto_pad, ceil_mode, dilations, kernel_shape, pads, strides as ONNX MaxPool 12. The gradient goes to the first largest element.
/// The second output of ONNX (indices) is not supported.
/// </summary>
internal sealed class MaxPool : Operator
{
    private readonly WindowAttributes _window;

    public MaxPool(OperatorAttributes attributes, int outputCount = 1)
    {
        Expect.OneOutput(OpType, outputCount);
        Attributes = attributes;
        _window = new WindowAttributes(OpType, attributes);
    }

    public override string OpType => "MaxPool";

    public override OperatorAttributes Attributes { get; }

    /// <summary>The window for input shape <paramref name="x"/>.</summary>
    public Window Fit(TensorShape x) => _window.Fit(x);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        Window window = Fit(inputs[0]);
        return [WindowAttributes.Output(inputs[0], inputs[0][1], window)];
    }

    public override void Forward(ForwardStep step)
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
                {
                    int at = Largest(g, from, oh, ow);
                    to[o] = at < 0 ? float.NegativeInfinity : from[at];
                }
        });
    }

    public override void Backward(BackwardStep step)
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
                {
                    int at = Largest(g, from, oh, ow);
                    if (at >= 0)
                        to[at] += upper[o];
                }
        });
    }

    private static int Largest(Window g, ReadOnlySpan<float> x, int oh, int ow)
    {
        int best = -1;
        for (int kh = 0, ih = oh * g.StrideH - g.PadTop; kh < g.KernelH; kh++, ih += g.DilationH)
        {
            if ((uint)ih >= (uint)g.InH)
                continue;
            for (int kw = 0, iw = ow * g.StrideW - g.PadLeft; kw < g.KernelW; kw++, iw += g.DilationW)
            {
                if ((uint)iw >= (uint)g.InW)
                    continue;
                int at = ih * g.InW + iw;
                if (best < 0 || x[at] > x[best] || (float.IsNaN(x[at]) && !float.IsNaN(x[best])))
                    best = at;
            }
        }
        return best;
    }
}
