namespace SkinClassifier.Graphs.Operators;

/// <summary>y = max(0, x); NaN stays NaN. The gradient at 0 is 0.</summary>
internal sealed class Relu : UnaryOperator
{
    public override string OpType => "Relu";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] < 0 ? 0 : x[i];
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            if (x[i] > 0)
                dx[i] += dy[i];
    }
}
