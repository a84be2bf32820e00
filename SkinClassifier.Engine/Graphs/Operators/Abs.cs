namespace SkinClassifier.Graphs.Operators;

/// <summary>y = |x|; the gradient at 0 is 0.</summary>
internal sealed class Abs : UnaryOperator
{
    public override string OpType => "Abs";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = MathF.Abs(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0);
    }
}
