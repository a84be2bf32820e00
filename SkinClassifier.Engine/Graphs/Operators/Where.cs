using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = a where the condition (input 0) is not 0, else b (input 2), all three broadcast.</summary>
internal sealed class Where : Operator
{
    public override string OpType => "Where";

    internal override bool IsTrainable(int input) => input != 0;

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 3, 3))
            return null;
        return Broadcast.Shape(check, inputs) is TensorShape shape ? [shape] : null;
    }

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.OutputShape(0);
        bool[] condition = Condition(step.InputShape(0), shape, step.InputMemory(0));
        Memory<float> y = step.OutputMemory(0);
        for (int input = 1; input < 3; input++)
        {
            Broadcast broadcast = new(OpType, step.InputShape(input), shape);
            ReadOnlyMemory<float> x = step.InputMemory(input);
            bool wanted = input == 1;
            int stepX = broadcast.InnerSteps.A;
            broadcast.ForRows(0, y.Length, (o, ix, _, length) =>
            {
                for (int i = 0; i < length; i++)
                    if (condition[o + i] == wanted)
                        y.Span[o + i] = x.Span[ix + i * stepX];
            });
        }
    }

    internal override void Backward(BackwardStep step)
    {
        TensorShape shape = step.OutputShape(0);
        bool[] condition = Condition(step.InputShape(0), shape, step.InputMemory(0));
        ReadOnlyMemory<float> dy = step.OutputGradientMemory(0);
        for (int input = 1; input < 3; input++)
        {
            if (!step.Wants(input))
                continue;
            Broadcast broadcast = new(OpType, step.InputShape(input), shape);
            Memory<float> dx = step.InputGradientMemory(input);
            bool wanted = input == 1;
            int stepX = broadcast.InnerSteps.A;
            broadcast.ForRows(0, dy.Length, (o, ix, _, length) =>
            {
                for (int i = 0; i < length; i++)
                    if (condition[o + i] == wanted)
                        dx.Span[ix + i * stepX] += dy.Span[o + i];
            });
        }
    }

    private bool[] Condition(TensorShape shape, TensorShape output, ReadOnlyMemory<float> values)
    {
        bool[] condition = new bool[output.ElementCount];
        Broadcast broadcast = new(OpType, shape, output);
        int stepC = broadcast.InnerSteps.A;
        broadcast.ForRows(0, condition.Length, (o, ic, _, length) =>
        {
            for (int i = 0; i < length; i++)
                condition[o + i] = values.Span[ic + i * stepC] != 0;
        });
        return condition;
    }

    /// <summary>The condition is bool in a file.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.IsParameter(node.Input(0)))
            scope.Conditions.Add(node.Input(0));
        else
            node.SetInput(0, scope.Emit(node, "Cast", "condition", ("to", ElementCode.Bool), node.Input(0)));
        scope.Emit(node);
    }
}
