using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Convolution: Y[n,o,p] = B[o] + Σ over input channels i of o's group and taps k of W[o,i,k] · X[n,i,p·stride − pad + k·dilation].
/// X [N,C,H,W] or [N,C,W], W [O, C/group, kH, kW], optional B [O] → Y [N,O,outH,outW]. Attributes auto_pad, dilations, group,
/// kernel_shape, pads, strides as ONNX Conv 11.
/// </summary>
internal sealed class Conv : Operator
{
    private readonly WindowAttributes _window;

    public Conv(OperatorAttributes attributes)
    {
        Attributes = attributes;
        _window = new WindowAttributes(OpType, attributes);
        Group = (int)Math.Clamp(attributes.Int("group", 1), 0, int.MaxValue);
    }

    public override string OpType => "Conv";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => _window.Refusal ?? (Attributes.Int("group", 1) is < 1 or > int.MaxValue
        ? Expect.Attribute(OpType, "group", $"{Attributes.Int("group", 1)}", "1 or more") : null);

    /// <summary>Number of groups that the channels are cut into.</summary>
    public int Group { get; }

    /// <summary>The window for input shape <paramref name="x"/> and weight shape <paramref name="w"/>, which fit.</summary>
    public Window Fit(TensorShape x, TensorShape w)
    {
        ShapeCheck check = new(OpType);
        return Fit(check, x, w) ?? throw check.Error();
    }

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 2, 3))
            return null;
        TensorShape x = inputs[0], w = inputs[1];
        if (Fit(check, x, w) is not Window window)
            return null;
        if (x[1] % Group != 0 || w[0] % Group != 0 || w[1] != x[1] / Group)
            return check.Misfit($"W [O,{x[1]}/{Group},…] with O divisible by group {Group} for X {x}", $"{w}");
        if (inputs.Length == 3 && inputs[2].Rank > 0 && !check.Shape("B", inputs[2], new TensorShape(w[0])))
            return null;
        return [WindowAttributes.Output(x, w[0], window)];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        TensorShape xs = step.InputShape(0), ws = step.InputShape(1);
        Window g = Fit(xs, ws);
        ReadOnlyMemory<float> x = step.InputMemory(0), w = step.InputMemory(1), b = step.Has(2) ? step.InputMemory(2) : default;
        Memory<float> y = step.OutputMemory(0);
        int channels = xs[1], outputs = ws[0], perGroup = ws[1], outPerGroup = outputs / Group, taps = g.KernelH * g.KernelW;
        int inPlane = g.InH * g.InW, outPlane = g.OutH * g.OutW;
        step.Workers.Run(xs[0] * outputs, chunk =>
        {
            int n = chunk / outputs, o = chunk % outputs;
            Span<float> to = y.Span.Slice(chunk * outPlane, outPlane);
            to.Fill(b.IsEmpty ? 0 : b.Span[o]);
            for (int i = 0; i < perGroup; i++)
            {
                int channel = o / outPerGroup * perGroup + i;
                ReadOnlySpan<float> from = x.Span.Slice((n * channels + channel) * inPlane, inPlane);
                ReadOnlySpan<float> weights = w.Span.Slice((o * perGroup + i) * taps, taps);
                AddPlane(g, from, weights, to);
            }
        });
    }

    internal override void Backward(BackwardStep step)
    {
        TensorShape xs = step.InputShape(0), ws = step.InputShape(1);
        Window g = Fit(xs, ws);
        ReadOnlyMemory<float> x = step.InputMemory(0), w = step.InputMemory(1), dy = step.OutputGradientMemory(0);
        int batch = xs[0], channels = xs[1], outputs = ws[0], perGroup = ws[1], outPerGroup = outputs / Group, taps = g.KernelH * g.KernelW;
        int inPlane = g.InH * g.InW, outPlane = g.OutH * g.OutW;
        if (step.Wants(0))
        {
            Memory<float> dx = step.InputGradientMemory(0);
            step.Workers.Run(batch * channels, chunk =>
            {
                int n = chunk / channels, channel = chunk % channels, group = channel / perGroup, i = channel % perGroup;
                Span<float> to = dx.Span.Slice(chunk * inPlane, inPlane);
                for (int o = group * outPerGroup; o < (group + 1) * outPerGroup; o++)
                    AddPlaneGradient(g, dy.Span.Slice((n * outputs + o) * outPlane, outPlane), w.Span.Slice((o * perGroup + i) * taps, taps), to);
            });
        }
        if (!step.Wants(1) && !step.Wants(2))
            return;
        Memory<float> dw = step.Wants(1) ? step.InputGradientMemory(1) : default, db = step.Wants(2) ? step.InputGradientMemory(2) : default;
        step.Workers.Run(outputs, o =>
        {
            for (int n = 0; n < batch; n++)
            {
                ReadOnlySpan<float> from = dy.Span.Slice((n * outputs + o) * outPlane, outPlane);
                if (!db.IsEmpty)
                    db.Span[o] += (float)Rows.Sum(from);
                for (int i = 0; i < perGroup && !dw.IsEmpty; i++)
                {
                    int channel = o / outPerGroup * perGroup + i;
                    AddWeightGradient(g, x.Span.Slice((n * channels + channel) * inPlane, inPlane), from, dw.Span.Slice((o * perGroup + i) * taps, taps));
                }
            }
        });
    }

    private Window? Fit(ShapeCheck check, TensorShape x, TensorShape w)
    {
        if (!check.Rank("X", x, 3, 4) || !check.Rank("W", w, x.Rank, x.Rank) || _window.Fit(check, x, w.Lengths[2..]) is not Window window)
            return null;
        if (!_window.HasKernel || (x.Rank != 4 || window.KernelH == w[2]) && window.KernelW == w[w.Rank - 1])
            return window;
        check.No($"W whose spatial lengths are kernel_shape {window.KernelH}×{window.KernelW}", $"{w}");
        return null;
    }

    private static void AddPlane(Window g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y)
    {
        if (g.IsPoint)
        {
            Rows.AddScaled(w[0], x, y);
            return;
        }
        for (int kh = 0, tap = 0; kh < g.KernelH; kh++)
        {
            (int rowFrom, int rowTo) = g.Rows(kh);
            for (int kw = 0; kw < g.KernelW; kw++, tap++)
            {
                (int from, int to) = g.Columns(kw);
                for (int oh = rowFrom; oh < rowTo && from < to; oh++)
                {
                    ReadOnlySpan<float> source =
                        x[((oh * g.StrideH - g.PadTop + kh * g.DilationH) * g.InW + from * g.StrideW - g.PadLeft + kw * g.DilationW)..];
                    Span<float> target = y.Slice(oh * g.OutW + from, to - from);
                    if (g.StrideW == 1)
                        Rows.AddScaled(w[tap], source[..target.Length], target);
                    else
                        for (int j = 0; j < target.Length; j++)
                            target[j] += w[tap] * source[j * g.StrideW];
                }
            }
        }
    }

    private static void AddPlaneGradient(Window g, ReadOnlySpan<float> dy, ReadOnlySpan<float> w, Span<float> dx)
    {
        if (g.IsPoint)
        {
            Rows.AddScaled(w[0], dy, dx);
            return;
        }
        for (int kh = 0, tap = 0; kh < g.KernelH; kh++)
        {
            (int rowFrom, int rowTo) = g.Rows(kh);
            for (int kw = 0; kw < g.KernelW; kw++, tap++)
            {
                (int from, int to) = g.Columns(kw);
                for (int oh = rowFrom; oh < rowTo && from < to; oh++)
                {
                    Span<float> target = dx[((oh * g.StrideH - g.PadTop + kh * g.DilationH) * g.InW + from * g.StrideW - g.PadLeft + kw * g.DilationW)..];
                    ReadOnlySpan<float> source = dy.Slice(oh * g.OutW + from, to - from);
                    if (g.StrideW == 1)
                        Rows.AddScaled(w[tap], source, target);
                    else
                        for (int j = 0; j < source.Length; j++)
                            target[j * g.StrideW] += w[tap] * source[j];
                }
            }
        }
    }

    private static void AddWeightGradient(Window g, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dw)
    {
        if (g.IsPoint)
        {
            dw[0] += Rows.Dot(x, dy);
            return;
        }
        for (int kh = 0, tap = 0; kh < g.KernelH; kh++)
        {
            (int rowFrom, int rowTo) = g.Rows(kh);
            for (int kw = 0; kw < g.KernelW; kw++, tap++)
            {
                (int from, int to) = g.Columns(kw);
                float sum = 0;
                for (int oh = rowFrom; oh < rowTo && from < to; oh++)
                {
                    ReadOnlySpan<float> image = x[((oh * g.StrideH - g.PadTop + kh * g.DilationH) * g.InW + from * g.StrideW - g.PadLeft + kw * g.DilationW)..];
                    ReadOnlySpan<float> source = dy.Slice(oh * g.OutW + from, to - from);
                    if (g.StrideW == 1)
                        sum += Rows.Dot(source, image);
                    else
                        for (int j = 0; j < source.Length; j++)
                            sum += source[j] * image[j * g.StrideW];
                }
                dw[tap] += sum;
            }
        }
    }

    /// <summary>SAME padding as numbers where ONNX Runtime wants them.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        WindowExport.ExplicitPads(node, scope);
        scope.Emit(node);
    }
}
