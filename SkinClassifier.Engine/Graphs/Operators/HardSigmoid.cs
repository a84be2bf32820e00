namespace SkinClassifier.Graphs.Operators;

/// <summary>y = min(max(alpha · x + beta, 0), 1); alpha defaults to 0.2, beta to 0.5.</summary>
internal sealed class HardSigmoid(OperatorAttributes attributes) : UnaryOperator
{
    public override string OpType => "HardSigmoid";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>Slope.</summary>
    public float Alpha { get; } = attributes.Float("alpha", 0.2f);

    /// <summary>Value at 0.</summary>
    public float Beta { get; } = attributes.Float("beta", 0.5f);

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = MathF.Min(MathF.Max(Alpha * x[i] + Beta, 0), 1);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (Alpha * x[i] + Beta is > 0 and < 1 ? Alpha : 0);
    }
}
