namespace SkinClassifier.Graphs.Operators;

/// <summary>The sum of squares along axes, added up in double precision (ONNX ReduceSumSquare 18).</summary>
internal sealed class ReduceSumSquare(OperatorAttributes attributes) : ReduceOperator(attributes)
{
    public override string OpType => "ReduceSumSquare";

    internal override bool KeepsImagesApart(BatchInputs inputs) => KeepsFirstAxis(inputs);

    internal override void Forward(ForwardStep step)
    {
        double[] sums = Sums(step, Targets(step.InputShape(0)));
        for (int i = 0; i < sums.Length; i++)
            step.Output(0)[i] = (float)sums[i];
    }

    internal override void Backward(BackwardStep step)
    {
        if (step.Wants(0))
            AddGradient(step, Targets(step.InputShape(0)), (x, _, dy) => 2 * x * dy);
    }

    /// <summary>Σ x² for every element of the result.</summary>
    internal static double[] Sums(ForwardStep step, Broadcast targets)
    {
        ReadOnlyMemory<float> x = step.InputMemory(0);
        double[] sums = new double[step.Output(0).Length];
        int stepY = targets.InnerSteps.A;
        targets.ForRows(0, x.Length, (at, target, _, length) =>
        {
            ReadOnlySpan<float> from = x.Span.Slice(at, length);
            for (int i = 0; i < from.Length; i++)
                sums[target + i * stepY] += (double)from[i] * from[i];
        });
        return sums;
    }

    /// <summary>dx += slope(x, y, dy) with the element of the result that x belongs to.</summary>
    internal static void AddGradient(BackwardStep step, Broadcast targets, Func<float, float, float, float> slope)
    {
        ReadOnlyMemory<float> x = step.InputMemory(0), y = step.OutputMemory(0), dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        int stepY = targets.InnerSteps.A;
        Rows.Run(step.Workers, dx.Length, (start, count) => targets.ForRows(start, count, (at, target, _, length) =>
        {
            Span<float> to = dx.Span.Slice(at, length);
            ReadOnlySpan<float> from = x.Span.Slice(at, length);
            for (int i = 0; i < to.Length; i++)
                to[i] += slope(from[i], y.Span[target + i * stepY], dy.Span[target + i * stepY]);
        }));
    }
}
