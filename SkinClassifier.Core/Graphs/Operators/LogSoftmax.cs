using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x − max − ln Σ e^(x − max) along one axis (default the last) (ONNX LogSoftmax 13).</summary>
internal sealed class LogSoftmax(OperatorAttributes attributes) : Operator
{
    public override string OpType => "LogSoftmax";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The axis whose exponentials sum to 1; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", -1);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        _ = Expect.Axis(OpType, Axis, inputs[0].Rank);
        return [inputs[0]];
    }

    public override void Forward(ForwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        Axes axes = Axes.Of(shape, Expect.Axis(OpType, Axis, shape.Rank));
        ReadOnlyMemory<float> input = step.InputMemory(0);
        Memory<float> output = step.OutputMemory(0);
        step.Workers.Run(axes.Outer, outer =>
        {
            int size = axes.Length * axes.Inner;
            ReadOnlySpan<float> x = input.Span.Slice(outer * size, size);
            Span<float> y = output.Span.Slice(outer * size, size);
            for (int inner = 0; inner < axes.Inner; inner++)
            {
                float max = float.NegativeInfinity;
                for (int i = inner; i < size; i += axes.Inner)
                    max = MathF.Max(max, x[i]);
                double sum = 0;
                for (int i = inner; i < size; i += axes.Inner)
                    sum += Math.Exp(x[i] - max);
                float log = (float)Math.Log(sum);
                for (int i = inner; i < size; i += axes.Inner)
                    y[i] = x[i] - max - log;
            }
        });
    }

    public override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        TensorShape shape = step.InputShape(0);
        Axes axes = Axes.Of(shape, Expect.Axis(OpType, Axis, shape.Rank));
        ReadOnlyMemory<float> output = step.OutputMemory(0), upper = step.OutputGradientMemory(0);
        Memory<float> gradient = step.InputGradientMemory(0);
        step.Workers.Run(axes.Outer, outer =>
        {
            int size = axes.Length * axes.Inner;
            ReadOnlySpan<float> y = output.Span.Slice(outer * size, size), dy = upper.Span.Slice(outer * size, size);
            Span<float> dx = gradient.Span.Slice(outer * size, size);
            for (int inner = 0; inner < axes.Inner; inner++)
            {
                double sum = 0;
                for (int i = inner; i < size; i += axes.Inner)
                    sum += dy[i];
                for (int i = inner; i < size; i += axes.Inner)
                    dx[i] += dy[i] - MathF.Exp(y[i]) * (float)sum;
            }
        });
    }
}
