using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Local response normalization across channels: y[c] = x[c] / (bias + alpha / size · Σ x[k]²)^beta over the size channels k around c,
/// from c − ⌊(size − 1)/2⌋ to c + ⌈(size − 1)/2⌉. X [N,C,…]. Defaults: alpha 1e-4, beta 0.75, bias 1 (ONNX LRN 13).
/// </summary>
internal sealed class LRN : Operator
{
    public LRN(OperatorAttributes attributes)
    {
        Attributes = attributes;
        Size = (int)Math.Clamp(attributes.Int("size", 0), 0, 65537);
    }

    public override string OpType => "LRN";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => Size is < 1 or > 65536 ? Expect.Attribute(OpType, "size", $"{Attributes.Int("size", 0)}", "1 to 65536") : null;

    /// <summary>Number of channels that are summed.</summary>
    public int Size { get; }

    private float Alpha => Attributes.Float("alpha", 1e-4f);

    private float Beta => Attributes.Float("beta", 0.75f);

    private float Bias => Attributes.Float("bias", 1);

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1) || !check.Rank("X", inputs[0], 2, 8))
            return null;
        return [inputs[0]];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        Axes axes = Axes.Of(step.InputShape(0), 1);
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        step.Workers.Run(axes.Outer * axes.Length, plane =>
        {
            int channel = plane % axes.Length;
            for (int i = 0; i < axes.Inner; i++)
            {
                int at = plane * axes.Inner + i;
                y.Span[at] = (float)(x.Span[at] * Math.Pow(Divisor(axes, x.Span, channel, at), -Beta));
            }
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        Axes axes = Axes.Of(step.InputShape(0), 1);
        ReadOnlyMemory<float> x = step.InputMemory(0), dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        step.Workers.Run(axes.Outer * axes.Length, plane =>
        {
            int channel = plane % axes.Length;
            for (int i = 0; i < axes.Inner; i++)
            {
                int at = plane * axes.Inner + i;
                double sum = dy.Span[at] * Math.Pow(Divisor(axes, x.Span, channel, at), -Beta);
                // channel k of the output reads this channel when this one lies in k's window
                for (int k = Math.Max(0, channel - Size / 2); k <= Math.Min(axes.Length - 1, channel + (Size - 1) / 2); k++)
                {
                    int other = at + (k - channel) * axes.Inner;
                    sum -= 2.0 * Alpha / Size * Beta * x.Span[at] * x.Span[other] * dy.Span[other] * Math.Pow(Divisor(axes, x.Span, k, other), -Beta - 1);
                }
                dx.Span[at] += (float)sum;
            }
        });
    }

    private double Divisor(Axes axes, ReadOnlySpan<float> x, int channel, int at)
    {
        double squares = 0;
        for (int k = Math.Max(0, channel - (Size - 1) / 2); k <= Math.Min(axes.Length - 1, channel + Size / 2); k++)
        {
            double value = x[at + (k - channel) * axes.Inner];
            squares += value * value;
        }
        return Bias + Alpha / Size * squares;
    }

    /// <summary>
    /// An even number of channels or other than four axes, which ONNX Runtime does not take: x / (bias + alpha / size · Σ x²)^beta, the sum as a 1×1
    /// convolution with a band of ones.
    /// </summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        TensorShape x = scope.Shape(node.Input(0));
        long size = node.Int("size", 1);
        if (size % 2 == 1 && x.Rank == 4)
        {
            scope.Emit(node);
            return;
        }
        int channels = x[1];
        float share = node.Float("alpha", 1e-4f) / size;
        float[] band = new float[channels * channels], offset = new float[channels];
        for (int to = 0; to < channels; to++)
            for (long from = Math.Max(0, to - (size - 1) / 2); from <= Math.Min(channels - 1, to + size / 2); from++)
                band[to * channels + from] = share;
        Array.Fill(offset, node.Float("bias", 1));
        string square = scope.Emit(node, "Mul", "square", node.Input(0), node.Input(0)),
            bias = scope.Constant(node, "offset", new OnnxTensor(new TensorShape(channels), offset));
        string sum = x.Rank == 2
            ? scope.Emit(
                node, "Gemm", "sum", ("transB", 1L), square, scope.Constant(node, "band", new OnnxTensor(new TensorShape(channels, channels), band)), bias)
            : scope.Emit(node, "Conv", "sum", square,
                scope.Constant(node, "band", new OnnxTensor(new TensorShape([channels, channels, .. Enumerable.Repeat(1, x.Rank - 2)]), band)), bias);
        string divisor = scope.Emit(node, "Pow", "divisor", sum, scope.Constant(node, "beta", OnnxTensor.Float(node.Float("beta", 0.75f))));
        scope.Emit(new FileNode("Div", node.Name, [node.Input(0), divisor], node.Outputs));
    }
}
