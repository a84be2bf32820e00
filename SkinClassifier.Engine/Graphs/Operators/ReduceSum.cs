namespace SkinClassifier.Graphs.Operators;

/// <summary>The sum along axes.</summary>
internal sealed class ReduceSum(OperatorAttributes attributes) : ReduceOperator(attributes)
{
    public override string OpType => "ReduceSum";

    internal override void Forward(ForwardStep step) => Add(step, 1, Targets(step.InputShape(0)));

    internal override void Backward(BackwardStep step) => AddGradient(step, 1, Targets(step.InputShape(0)));

    /// <summary>y[target] = factor · Σ x, added up in double precision.</summary>
    internal static void Add(ForwardStep step, double factor, Broadcast targets)
    {
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Span<float> y = step.Output(0);
        double[] sums = new double[y.Length];
        int stepY = targets.InnerSteps.A;
        targets.ForRows(0, x.Length, (at, target, _, length) =>
        {
            ReadOnlySpan<float> from = x.Span.Slice(at, length);
            if (stepY == 0)
                sums[target] += Rows.Sum(from);
            else
                for (int i = 0; i < from.Length; i++)
                    sums[target + i] += from[i];
        });
        for (int i = 0; i < y.Length; i++)
            y[i] = (float)(factor * sums[i]);
    }

    /// <summary>dx += factor · dy[target].</summary>
    internal static void AddGradient(BackwardStep step, float factor, Broadcast targets)
    {
        if (!step.Wants(0))
            return;
        ReadOnlyMemory<float> dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        int stepY = targets.InnerSteps.A;
        Rows.Run(step.Workers, dx.Length, (start, count) => targets.ForRows(start, count, (at, target, _, length) =>
        {
            Span<float> to = dx.Span.Slice(at, length);
            ReadOnlySpan<float> from = dy.Span[target..];
            for (int i = 0; i < to.Length; i++)
                to[i] += factor * from[i * stepY];
        }));
    }
}
