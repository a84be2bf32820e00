namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// y = gamma · x for x > 0, else gamma · alpha · (eˣ − 1). Defaults: alpha 1.67326319…, gamma 1.05070102… (ONNX Selu 6).
/// Source: Klambauer et al., Self-Normalizing Neural Networks, 2017.
/// </summary>
internal sealed class Selu(OperatorAttributes attributes) : UnaryOperator
{
    public override string OpType => "Selu";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>Factor of the negative side.</summary>
    public float Alpha { get; } = attributes.Float("alpha", 1.67326319217681884765625f);

    /// <summary>Factor of both sides.</summary>
    public float Gamma { get; } = attributes.Float("gamma", 1.05070102214813232421875f);

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] > 0 ? Gamma * x[i] : (float)((double)Gamma * Alpha * (Math.Exp(x[i]) - 1));
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (x[i] > 0 ? Gamma : (float)((double)Gamma * Alpha * Math.Exp(x[i])));
    }
}
