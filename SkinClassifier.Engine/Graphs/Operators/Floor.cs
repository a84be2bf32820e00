namespace SkinClassifier.Graphs.Operators;

/// <summary>The largest integer not above x. The gradient is 0.</summary>
internal sealed class Floor : UnaryOperator
{
    public override string OpType => "Floor";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = MathF.Floor(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        // the slope is 0 wherever it exists
    }
}
