namespace SkinClassifier.Graphs.Operators;

/// <summary>The sum of all inputs, element by element with broadcasting.</summary>
internal sealed class Sum : VariadicOperator
{
    public override string OpType => "Sum";

    public override void Backward(BackwardStep step)
    {
        ReadOnlySpan<float> dy = step.OutputGradient(0);
        for (int input = 0; input < step.InputCount; input++)
        {
            if (!step.Wants(input))
                continue;
            BroadcastIndex index = new(step.InputShape(input), step.OutputShape(0));
            Span<float> dx = step.InputGradient(input);
            for (int i = 0; i < dy.Length; i++)
                dx[index[i]] += dy[i];
        }
    }

    protected override float Join(float result, float next) => result + next;
}
