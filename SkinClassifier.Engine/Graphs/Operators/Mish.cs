using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x · tanh(ln(1 + eˣ)) (ONNX Mish 18). Source: Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019.</summary>
internal sealed class Mish : UnaryOperator
{
    public override string OpType => "Mish";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = (float)(x[i] * Math.Tanh(Softplus.Of(x[i])));
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
        {
            double gate = Math.Tanh(Softplus.Of(x[i])), sigmoid = 1 / (1 + Math.Exp(-x[i]));
            dx[i] += (float)(dy[i] * (gate + x[i] * (1 - gate * gate) * sigmoid));
        }
    }

    /// <summary>x · tanh(ln(1 + eˣ)).</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        const int since = 18;
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        string gate = scope.Emit(node, "Tanh", "gate", scope.Emit(node, "Softplus", "softplus", node.Input(0)));
        scope.Emit(new FileNode("Mul", node.Name, [node.Input(0), gate], node.Outputs));
    }
}
