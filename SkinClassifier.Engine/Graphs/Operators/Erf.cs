namespace SkinClassifier.Graphs.Operators;

/// <summary>The error function, y = 2/√π · ∫₀ˣ e^(−t²) dt, to float precision.</summary>
internal sealed class Erf : UnaryOperator
{
    public override string OpType => "Erf";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = (float)ErrorFunction.Of(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (float)ErrorFunction.Slope(x[i]);
    }
}
