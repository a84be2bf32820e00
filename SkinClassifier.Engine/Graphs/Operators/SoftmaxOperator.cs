using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>What Softmax and LogSoftmax share: independent lines along one axis (default the last); X and Y have the same shape.</summary>
internal abstract class SoftmaxOperator(OperatorAttributes attributes) : Operator
{
    public override OperatorAttributes Attributes => attributes;

    /// <summary>The axis along which probabilities sum to 1; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", -1);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        _ = Expect.Axis(OpType, Axis, inputs[0].Rank);
        return [inputs[0]];
    }

    internal override void Forward(ForwardStep step)
    {
        Axes axes = AxesOf(step.InputShape(0));
        ReadOnlyMemory<float> input = step.InputMemory(0);
        Memory<float> output = step.OutputMemory(0);
        step.Workers.Run(axes.Outer, outer =>
        {
            int size = axes.Length * axes.Inner;
            ReadOnlySpan<float> x = input.Span.Slice(outer * size, size);
            Span<float> y = output.Span.Slice(outer * size, size);
            for (int inner = 0; inner < axes.Inner; inner++)
                ForwardLine(x[inner..], y[inner..], axes.Inner);
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        Axes axes = AxesOf(step.InputShape(0));
        ReadOnlyMemory<float> output = step.OutputMemory(0), upper = step.OutputGradientMemory(0);
        Memory<float> gradient = step.InputGradientMemory(0);
        step.Workers.Run(axes.Outer, outer =>
        {
            int size = axes.Length * axes.Inner;
            ReadOnlySpan<float> y = output.Span.Slice(outer * size, size), dy = upper.Span.Slice(outer * size, size);
            Span<float> dx = gradient.Span.Slice(outer * size, size);
            for (int inner = 0; inner < axes.Inner; inner++)
                BackwardLine(y[inner..], dy[inner..], dx[inner..], axes.Inner);
        });
    }

    /// <summary>One line of the output: every <paramref name="stride"/>-th value, from the first on.</summary>
    protected abstract void ForwardLine(ReadOnlySpan<float> x, Span<float> y, int stride);

    /// <summary>Adds one line of the gradient: every <paramref name="stride"/>-th value, from the first on.</summary>
    protected abstract void BackwardLine(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int stride);

    /// <summary>The largest value of a line.</summary>
    protected static float Largest(ReadOnlySpan<float> x, int stride)
    {
        float max = float.NegativeInfinity;
        for (int i = 0; i < x.Length; i += stride)
            max = MathF.Max(max, x[i]);
        return max;
    }

    private Axes AxesOf(TensorShape shape) => Axes.Of(shape, Expect.Axis(OpType, Axis, shape.Rank));
}
