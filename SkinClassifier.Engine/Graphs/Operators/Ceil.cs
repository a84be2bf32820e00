namespace SkinClassifier.Graphs.Operators;

/// <summary>The smallest integer not below x. The gradient is 0.</summary>
internal sealed class Ceil : UnaryOperator
{
    public override string OpType => "Ceil";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = MathF.Ceiling(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        // the slope is 0 wherever it exists
    }
}
