using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>One result from one or more inputs, element by element with broadcasting: Sum, Max, Min.</summary>
internal abstract class VariadicOperator : Operator
{
    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, int.MaxValue);
        return [BroadcastIndex.Shape(OpType, inputs)];
    }

    public override void Forward(ForwardStep step)
    {
        Memory<float> y = step.OutputMemory(0);
        for (int input = 0; input < step.InputCount; input++)
        {
            BroadcastIndex index = new(step.InputShape(input), step.OutputShape(0));
            ReadOnlyMemory<float> x = step.InputMemory(input);
            bool first = input == 0;
            Rows.Run(step.Workers, y.Length, (start, count) =>
            {
                Span<float> to = y.Span;
                ReadOnlySpan<float> from = x.Span;
                for (int i = start; i < start + count; i++)
                    to[i] = first ? from[index[i]] : Join(to[i], from[index[i]]);
            });
        }
    }

    /// <summary>The result of all inputs up to here, and one input more.</summary>
    protected abstract float Join(float result, float next);
}

/// <summary>The element of one of the inputs that <see cref="IsBetter"/> than the others; its gradient goes to the first such input.</summary>
internal abstract class SelectingOperator : VariadicOperator
{
    public override void Backward(BackwardStep step)
    {
        ReadOnlySpan<float> y = step.Output(0), dy = step.OutputGradient(0);
        BroadcastIndex[] indices = new BroadcastIndex[step.InputCount];
        for (int input = 0; input < indices.Length; input++)
            indices[input] = new BroadcastIndex(step.InputShape(input), step.OutputShape(0));
        for (int i = 0; i < y.Length; i++)
            for (int input = 0; input < indices.Length; input++)
            {
                int at = indices[input][i];
                if (step.Input(input)[at] != y[i])
                    continue;
                if (step.Wants(input))
                    step.InputGradient(input)[at] += dy[i];
                break;
            }
    }

    protected override float Join(float result, float next) => float.IsNaN(next) || IsBetter(next, result) ? next : result;

    /// <summary>Whether <paramref name="next"/> replaces <paramref name="result"/>.</summary>
    protected abstract bool IsBetter(float next, float result);
}
