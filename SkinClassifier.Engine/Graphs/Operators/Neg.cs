namespace SkinClassifier.Graphs.Operators;

/// <summary>y = −x.</summary>
internal sealed class Neg : UnaryOperator
{
    public override string OpType => "Neg";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = -x[i];
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * -1;
    }
}
