namespace SkinClassifier.Graphs.Operators;

/// <summary>y = √x; NaN below 0.</summary>
internal sealed class Sqrt : UnaryOperator
{
    public override string OpType => "Sqrt";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = MathF.Sqrt(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * 0.5f / y[i];
    }
}
