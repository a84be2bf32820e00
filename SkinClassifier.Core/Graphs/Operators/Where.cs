using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = a where the condition (input 0) is not 0, else b (input 2), all three broadcast.</summary>
internal sealed class Where : Operator
{
    public override string OpType => "Where";

    public override bool IsTrainable(int input) => input != 0;

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 3, 3);
        return [BroadcastIndex.Shape(OpType, inputs)];
    }

    public override void Forward(ForwardStep step)
    {
        TensorShape shape = step.OutputShape(0);
        BroadcastIndex condition = new(step.InputShape(0), shape), a = new(step.InputShape(1), shape), b = new(step.InputShape(2), shape);
        Span<float> y = step.Output(0);
        for (int i = 0; i < y.Length; i++)
            y[i] = step.Input(0)[condition[i]] != 0 ? step.Input(1)[a[i]] : step.Input(2)[b[i]];
    }

    public override void Backward(BackwardStep step)
    {
        TensorShape shape = step.OutputShape(0);
        BroadcastIndex condition = new(step.InputShape(0), shape);
        ReadOnlySpan<float> dy = step.OutputGradient(0);
        for (int input = 1; input < 3; input++)
        {
            if (!step.Wants(input))
                continue;
            BroadcastIndex index = new(step.InputShape(input), shape);
            Span<float> dx = step.InputGradient(input);
            for (int i = 0; i < dy.Length; i++)
                if (step.Input(0)[condition[i]] != 0 == (input == 1))
                    dx[index[i]] += dy[i];
        }
    }
}
