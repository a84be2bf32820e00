using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x / (1 + e^(−alpha · x)); alpha defaults to 1 (ONNX Swish 24).</summary>
internal sealed class Swish(OperatorAttributes attributes) : UnaryOperator
{
    public override string OpType => "Swish";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>Factor inside the logistic function.</summary>
    public float Alpha { get; } = attributes.Float("alpha", 1);

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] * Logistic(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * Slope(x[i]);
    }

    private float Logistic(float x) => 1 / (1 + MathF.Exp(-Alpha * x));

    private float Slope(float x)
    {
        float logistic = Logistic(x);
        return logistic + Alpha * x * logistic * (1 - logistic);
    }

    /// <summary>x · Sigmoid(alpha · x); no opset up to 20 has it.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        string x = node.Input(0),
            inner = node.Float("alpha", 1) is not 1f and float alpha ? scope.Emit(node, "Mul", "scaled", x, Downgrades.Number(node, scope, "alpha", alpha)) : x;
        scope.Emit(new FileNode("Mul", node.Name, [x, scope.Emit(node, "Sigmoid", "gate", inner)], node.Outputs));
    }
}
