namespace SkinClassifier.Graphs.Operators;

/// <summary>y = 1 / (1 + e^(−x)).</summary>
internal sealed class Sigmoid : UnaryOperator
{
    public override string OpType => "Sigmoid";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = 1 / (1 + MathF.Exp(-x[i]));
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * y[i] * (1 - y[i]);
    }
}
