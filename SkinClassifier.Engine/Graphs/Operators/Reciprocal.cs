namespace SkinClassifier.Graphs.Operators;

/// <summary>y = 1 / x.</summary>
internal sealed class Reciprocal : UnaryOperator
{
    public override string OpType => "Reciprocal";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = 1 / x[i];
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * -y[i] * y[i];
    }
}
