namespace SkinClassifier.Graphs.Operators;

/// <summary>y = ln x; NaN below 0.</summary>
internal sealed class Log : UnaryOperator
{
    public override string OpType => "Log";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = MathF.Log(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * 1 / x[i];
    }
}
