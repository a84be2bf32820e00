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
        long size = attributes.Int("size", 0);
        if (size is < 1 or > 65536)
            throw Expect.Attribute(OpType, "size", $"{size}", "1 to 65536");
        Size = (int)size;
    }

    public override string OpType => "LRN";

    public override OperatorAttributes Attributes { get; }

    /// <summary>Number of channels that are summed.</summary>
    public int Size { get; }

    private float Alpha => Attributes.Float("alpha", 1e-4f);

    private float Beta => Attributes.Float("beta", 0.75f);

    private float Bias => Attributes.Float("bias", 1);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        Expect.Rank(OpType, "X", inputs[0], 2, 8);
        return [inputs[0]];
    }

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
}
