namespace SkinClassifier.Graphs.Operators;

/// <summary>The largest value along axes; NaN wins. The gradient goes to the first largest element.</summary>
internal sealed class ReduceMax(OperatorAttributes attributes) : ReduceOperator(attributes)
{
    public override string OpType => "ReduceMax";

    internal override void Forward(ForwardStep step)
    {
        Broadcast targets = Targets(step.InputShape(0));
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        int stepY = targets.InnerSteps.A;
        y.Span.Fill(float.NegativeInfinity);
        targets.ForRows(0, x.Length, (at, target, _, length) =>
        {
            ReadOnlySpan<float> from = x.Span.Slice(at, length);
            Span<float> to = y.Span[target..];
            for (int i = 0; i < from.Length; i++)
                if (from[i] > to[i * stepY] || float.IsNaN(from[i]))
                    to[i * stepY] = from[i];
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        Broadcast targets = Targets(step.InputShape(0));
        ReadOnlyMemory<float> x = step.InputMemory(0), y = step.OutputMemory(0), dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        int stepY = targets.InnerSteps.A;
        bool[] given = new bool[y.Length];
        targets.ForRows(0, x.Length, (at, target, _, length) =>
        {
            for (int i = 0; i < length; i++)
            {
                int to = target + i * stepY;
                if (given[to] || x.Span[at + i] != y.Span[to])
                    continue;
                given[to] = true;
                dx.Span[at + i] += dy.Span[to];
            }
        });
    }
}
