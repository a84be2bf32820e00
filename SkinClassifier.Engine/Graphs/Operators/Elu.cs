namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x for x ≥ 0, else alpha · (eˣ − 1). Default alpha 1 (ONNX Elu 6). Source: Clevert, Unterthiner and Hochreiter, 2016.</summary>
internal sealed class Elu(OperatorAttributes attributes) : UnaryOperator
{
    public override string OpType => "Elu";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The negative limit of y is −alpha.</summary>
    public float Alpha { get; } = attributes.Float("alpha", 1);

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] < 0 ? (float)(Alpha * (Math.Exp(x[i]) - 1)) : x[i];
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (x[i] < 0 ? (float)(Alpha * Math.Exp(x[i])) : 1);
    }
}
