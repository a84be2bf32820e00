namespace SkinClassifier.Graphs.Operators;

/// <summary>The sum along axes.</summary>
internal sealed class ReduceSum(OperatorAttributes attributes) : ReduceOperator(attributes)
{
    public override string OpType => "ReduceSum";

    public override void Forward(ForwardStep step) => Add(step, 1, Targets(step.InputShape(0)));

    public override void Backward(BackwardStep step) => AddGradient(step, 1, Targets(step.InputShape(0)));

    /// <summary>y[target] = factor · Σ x, added up in double precision.</summary>
    internal static void Add(ForwardStep step, double factor, BroadcastIndex targets)
    {
        ReadOnlySpan<float> x = step.Input(0);
        Span<float> y = step.Output(0);
        double[] sums = new double[y.Length];
        for (int i = 0; i < x.Length; i++)
            sums[targets[i]] += x[i];
        for (int i = 0; i < y.Length; i++)
            y[i] = (float)(factor * sums[i]);
    }

    /// <summary>dx += factor · dy[target].</summary>
    internal static void AddGradient(BackwardStep step, float factor, BroadcastIndex targets)
    {
        if (!step.Wants(0))
            return;
        ReadOnlySpan<float> dy = step.OutputGradient(0);
        Span<float> dx = step.InputGradient(0);
        for (int i = 0; i < dx.Length; i++)
            dx[i] += factor * dy[targets[i]];
    }
}
