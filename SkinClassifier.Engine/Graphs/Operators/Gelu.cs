namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// y = x · Φ(x) with the normal distribution Φ (approximate = "none"), or 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) (approximate = "tanh")
/// (ONNX Gelu 20).
/// </summary>
internal sealed class Gelu(OperatorAttributes attributes) : UnaryOperator
{
    public override string OpType => "Gelu";

    public override OperatorAttributes Attributes => attributes;

    private const double InverseRootOf2 = 0.70710678118654752;
    private const float Cubic = 0.044715f, RootOf2OverPi = 0.79788456f;

    /// <summary>Whether the tanh form is used.</summary>
    public bool IsTanh { get; } = attributes.Text("approximate", "none") switch
    {
        "none" => false,
        "tanh" => true,
        string other => throw Expect.Attribute("Gelu", "approximate", other, "none, tanh"),
    };

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = IsTanh ? Approximate(x[i]) : (float)(0.5 * x[i] * (1 + ErrorFunction.Of(x[i] * InverseRootOf2)));
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (IsTanh ? ApproximateSlope(x[i]) : Slope(x[i]));
    }

    private static float Slope(double x) =>
        (float)(0.5 * (1 + ErrorFunction.Of(x * InverseRootOf2)) + 0.5 * x * InverseRootOf2 * ErrorFunction.Slope(x * InverseRootOf2));

    private static float Approximate(float x) => 0.5f * x * (1 + MathF.Tanh(RootOf2OverPi * (x + Cubic * x * x * x)));

    private static float ApproximateSlope(float x)
    {
        float t = MathF.Tanh(RootOf2OverPi * (x + Cubic * x * x * x));
        return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * RootOf2OverPi * (1 + 3 * Cubic * x * x);
    }
}
