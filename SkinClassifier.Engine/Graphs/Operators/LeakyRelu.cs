namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x for x ≥ 0, alpha · x below; alpha defaults to 0.01.</summary>
internal sealed class LeakyRelu(OperatorAttributes attributes) : UnaryOperator
{
    public override string OpType => "LeakyRelu";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>Slope below 0.</summary>
    public float Alpha { get; } = attributes.Float("alpha", 0.01f);

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] < 0 ? Alpha * x[i] : x[i];
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (x[i] < 0 ? Alpha : 1);
    }
}
