namespace SkinClassifier.Graphs.Operators;

/// <summary>The sum of all inputs, element by element with broadcasting.</summary>
internal sealed class Sum : VariadicOperator
{
    public override string OpType => "Sum";

    internal override void Backward(BackwardStep step)
    {
        ReadOnlyMemory<float> dy = step.OutputGradientMemory(0);
        for (int input = 0; input < step.InputCount; input++)
        {
            if (!step.Wants(input))
                continue;
            Broadcast broadcast = new(OpType, step.InputShape(input), step.OutputShape(0));
            Memory<float> dx = step.InputGradientMemory(input);
            int stepX = broadcast.InnerSteps.A;
            broadcast.ForRows(0, dy.Length, (o, ix, _, length) =>
            {
                if (stepX == 0)
                    dx.Span[ix] += (float)Rows.Sum(dy.Span.Slice(o, length));
                else
                    Rows.Add(dy.Span.Slice(o, length), dx.Span.Slice(ix, length));
            });
        }
    }

    protected override float Join(float result, float next) => result + next;
}
