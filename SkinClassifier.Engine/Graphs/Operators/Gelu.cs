using SkinClassifier.Graphs.Files;

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
    public bool IsTanh { get; } = attributes.Text("approximate", "none") == "tanh";

    internal override string? Refusal =>
        attributes.Text("approximate", "none") is string form and not ("none" or "tanh") ? Expect.Attribute(OpType, "approximate", form, "none, tanh") : null;

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

    /// <summary>x/2 · (1 + erf(x/√2)), or with tanh when approximate.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        const int since = 20;
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        string x = node.Input(0), curve;
        if (node.Text("approximate", "none") == "tanh")
        {
            string square = scope.Emit(node, "Mul", "square", x, x), cube = scope.Emit(node, "Mul", "cube", square, x);
            string small = scope.Emit(node, "Mul", "small", cube, Downgrades.Number(node, scope, "c", 0.044715f)),
                sum = scope.Emit(node, "Add", "sum", x, small);
            curve = scope.Emit(node, "Tanh", "tanh", scope.Emit(node, "Mul", "inner", sum, Downgrades.Number(node, scope, "k", 0.7978845608f)));
        }
        else
            curve = scope.Emit(node, "Erf", "erf", scope.Emit(node, "Div", "scaled", x, Downgrades.Number(node, scope, "root", 1.41421356237f)));
        string one = scope.Emit(node, "Add", "plus", curve, Downgrades.Number(node, scope, "one", 1)), product = scope.Emit(node, "Mul", "product", x, one);
        scope.Emit(new FileNode("Mul", node.Name, [product, Downgrades.Number(node, scope, "half", 0.5f)], node.Outputs));
    }
}
