namespace SkinClassifier.Graphs.Operators;

/// <summary>The largest value along axes; NaN wins. The gradient goes to the first largest element.</summary>
internal sealed class ReduceMax(OperatorAttributes attributes) : ReduceOperator(attributes)
{
    public override string OpType => "ReduceMax";

    public override void Forward(ForwardStep step)
    {
        BroadcastIndex targets = Targets(step.InputShape(0));
        ReadOnlySpan<float> x = step.Input(0);
        Span<float> y = step.Output(0);
        y.Fill(float.NegativeInfinity);
        for (int i = 0; i < x.Length; i++)
        {
            ref float best = ref y[targets[i]];
            if (x[i] > best || float.IsNaN(x[i]))
                best = x[i];
        }
    }

    public override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        BroadcastIndex targets = Targets(step.InputShape(0));
        ReadOnlySpan<float> x = step.Input(0), y = step.Output(0), dy = step.OutputGradient(0);
        Span<float> dx = step.InputGradient(0);
        bool[] given = new bool[y.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int target = targets[i];
            if (given[target] || x[i] != y[target])
                continue;
            given[target] = true;
            dx[i] += dy[target];
        }
    }
}
