using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// The mean under the window. X [N,C,H,W] or [N,C,W] → Y [N,C,outH,outW]. count_include_pad = 0 (default) divides by the taps
/// inside the image, 1 by the taps inside the image and its padding; taps beyond the padding (ceil_mode) never count.
/// Other attributes as MaxPool (ONNX AveragePool 19).
/// </summary>
internal sealed class AveragePool : Operator
{
    private readonly WindowAttributes _window;

    public AveragePool(OperatorAttributes attributes)
    {
        Attributes = attributes;
        _window = new WindowAttributes(OpType, attributes);
        CountIncludePad = attributes.Int("count_include_pad", 0) != 0;
    }

    public override string OpType => "AveragePool";

    public override OperatorAttributes Attributes { get; }

    /// <summary>Whether padding counts in the divisor.</summary>
    public bool CountIncludePad { get; }

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
                    double sum = 0;
                    for (int kh = 0; kh < g.KernelH; kh++)
                    {
                        int ih = oh * g.StrideH - g.PadTop + kh * g.DilationH;
                        for (int kw = 0, iw = ow * g.StrideW - g.PadLeft; kw < g.KernelW && (uint)ih < (uint)g.InH; kw++, iw += g.DilationW)
                            if ((uint)iw < (uint)g.InW)
                                sum += from[ih * g.InW + iw];
                    }
                    int count = Count(g, oh, ow);
                    to[o] = count == 0 ? 0 : (float)(sum / count);
                }
        });
    }

    public override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        TensorShape shape = step.InputShape(0);
        Window g = Fit(shape);
        ReadOnlyMemory<float> dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        step.Workers.Run(shape[0] * shape[1], plane =>
        {
            ReadOnlySpan<float> upper = dy.Span.Slice(plane * g.OutH * g.OutW, g.OutH * g.OutW);
            Span<float> to = dx.Span.Slice(plane * g.InH * g.InW, g.InH * g.InW);
            for (int oh = 0, o = 0; oh < g.OutH; oh++)
                for (int ow = 0; ow < g.OutW; ow++, o++)
                {
                    float share = upper[o] / Count(g, oh, ow);
                    for (int kh = 0; kh < g.KernelH; kh++)
                    {
                        int ih = oh * g.StrideH - g.PadTop + kh * g.DilationH;
                        for (int kw = 0, iw = ow * g.StrideW - g.PadLeft; kw < g.KernelW && (uint)ih < (uint)g.InH; kw++, iw += g.DilationW)
                            if ((uint)iw < (uint)g.InW)
                                to[ih * g.InW + iw] += share;
                    }
                }
        });
    }

    /// <summary>The divisor of one output pixel.</summary>
    private int Count(Window g, int oh, int ow) => CountIncludePad
        ? Taps(oh * g.StrideH, g.KernelH, g.DilationH, 0, g.PadTop + g.InH + g.PadBottom) * Taps(ow * g.StrideW, g.KernelW, g.DilationW, 0, g.PadLeft + g.InW + g.PadRight)
        : Taps(oh * g.StrideH, g.KernelH, g.DilationH, g.PadTop, g.PadTop + g.InH) * Taps(ow * g.StrideW, g.KernelW, g.DilationW, g.PadLeft, g.PadLeft + g.InW);

    private static int Taps(int start, int kernel, int dilation, int from, int to)
    {
        int count = 0;
        for (int k = 0, at = start; k < kernel; k++, at += dilation)
            if (at >= from && at < to)
                count++;
        return count;
    }
}
