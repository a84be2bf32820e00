using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>One result from one or more inputs, element by element with broadcasting: Sum, Max, Min.</summary>
internal abstract class VariadicOperator : Operator
{
    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, int.MaxValue))
            return null;
        return Broadcast.Shape(check, inputs) is TensorShape shape ? [shape] : null;
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.AreLaidOverImages;

    internal override void Forward(ForwardStep step)
    {
        Memory<float> y = step.OutputMemory(0);
        for (int input = 0; input < step.InputCount; input++)
        {
            Broadcast broadcast = new(OpType, step.InputShape(input), step.OutputShape(0));
            ReadOnlyMemory<float> x = step.InputMemory(input);
            int stepX = broadcast.InnerSteps.A;
            bool first = input == 0;
            Rows.Run(step.Workers, y.Length, (start, count) => broadcast.ForRows(start, count, (o, ix, _, length) =>
            {
                Span<float> to = y.Span.Slice(o, length);
                ReadOnlySpan<float> from = x.Span[ix..];
                for (int i = 0; i < to.Length; i++)
                    to[i] = first ? from[i * stepX] : Join(to[i], from[i * stepX]);
            }));
        }
    }

    /// <summary>The result of all inputs up to here, and one input more.</summary>
    protected abstract float Join(float result, float next);
}

/// <summary>The element of one of the inputs that <see cref="IsBetter"/> than the others; its gradient goes to the first such input.</summary>
internal abstract class SelectingOperator : VariadicOperator
{
    internal override void Backward(BackwardStep step)
    {
        ReadOnlyMemory<float> y = step.OutputMemory(0), dy = step.OutputGradientMemory(0);
        bool[] taken = new bool[y.Length];
        for (int input = 0; input < step.InputCount; input++)
        {
            Broadcast broadcast = new(OpType, step.InputShape(input), step.OutputShape(0));
            ReadOnlyMemory<float> x = step.InputMemory(input);
            Memory<float> dx = step.Wants(input) ? step.InputGradientMemory(input) : default;
            int stepX = broadcast.InnerSteps.A;
            broadcast.ForRows(0, y.Length, (o, ix, _, length) =>
            {
                for (int i = 0; i < length; i++)
                {
                    if (taken[o + i] || x.Span[ix + i * stepX] != y.Span[o + i])
                        continue;
                    taken[o + i] = true;
                    if (!dx.IsEmpty)
                        dx.Span[ix + i * stepX] += dy.Span[o + i];
                }
            });
        }
    }

    protected override float Join(float result, float next) => float.IsNaN(next) || IsBetter(next, result) ? next : result;

    /// <summary>Whether <paramref name="next"/> replaces <paramref name="result"/>.</summary>
    protected abstract bool IsBetter(float next, float result);
}
