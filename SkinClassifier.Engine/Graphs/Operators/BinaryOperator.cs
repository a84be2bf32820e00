using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = f(a, b) element by element with ONNX broadcasting; gradients are summed over broadcast axes.</summary>
internal abstract class BinaryOperator : Operator
{
    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 2, 2))
            return null;
        return Broadcast.Shape(check, inputs[0], inputs[1]) is TensorShape shape ? [shape] : null;
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.AreLaidOverImages;

    internal override void Forward(ForwardStep step)
    {
        Broadcast broadcast = new(OpType, step.InputShape(0), step.InputShape(1));
        ReadOnlyMemory<float> a = step.InputMemory(0), b = step.InputMemory(1);
        Memory<float> y = step.OutputMemory(0);
        (int stepA, int stepB) = broadcast.InnerSteps;
        Rows.Run(step.Workers, y.Length, (start, count) =>
            broadcast.ForRows(start, count, (o, ia, ib, length) => Map(a.Span[ia..], stepA, b.Span[ib..], stepB, y.Span.Slice(o, length))));
    }

    internal override void Backward(BackwardStep step)
    {
        Broadcast broadcast = new(OpType, step.InputShape(0), step.InputShape(1));
        for (int input = 0; input < 2; input++)
            if (step.Wants(input))
                AddGradient(step, broadcast, input);
    }

    private void AddGradient(BackwardStep step, Broadcast broadcast, int input)
    {
        ReadOnlyMemory<float> a = step.InputMemory(0), b = step.InputMemory(1), y = step.OutputMemory(0), dy = step.OutputGradientMemory(0);
        Memory<float> gradient = step.InputGradientMemory(input);
        (int stepA, int stepB) = broadcast.InnerSteps;
        int target = input == 0 ? stepA : stepB;

        void Row(int o, int ia, int ib, int length)
        {
            Span<float> parts = stackalloc float[256];
            for (int at = 0; at < length; at += parts.Length)
            {
                int count = Math.Min(parts.Length, length - at);
                Span<float> part = parts[..count];
                Slopes(input, a.Span[(ia + at * stepA)..], stepA, b.Span[(ib + at * stepB)..], stepB, y.Span.Slice(o + at, count), part);
                ReadOnlySpan<float> upper = dy.Span.Slice(o + at, count);
                Span<float> to = gradient.Span[((input == 0 ? ia : ib) + at * target)..];
                if (target == 0)
                    to[0] += Rows.Dot(part, upper);
                else
                    for (int i = 0; i < count; i++)
                        to[i] += part[i] * upper[i];
            }
        }

        if (input == 0 ? broadcast.RepeatsA : broadcast.RepeatsB)
            broadcast.ForRows(0, dy.Length, Row);
        else
            Rows.Run(step.Workers, dy.Length, (start, count) => broadcast.ForRows(start, count, Row));
    }

    /// <summary>y[i] = f(a[i·stepA], b[i·stepB]); steps are 0 or 1.</summary>
    protected abstract void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y);

    /// <summary>slopes[i] = ∂y[i] / ∂a (input 0) or ∂y[i] / ∂b (input 1).</summary>
    protected abstract void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes);
}
