namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x · min(max(x / 6 + 0.5, 0), 1) (ONNX HardSwish 14).</summary>
internal sealed class HardSwish : UnaryOperator
{
    public override string OpType => "HardSwish";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] * MathF.Min(MathF.Max(x[i] / 6 + 0.5f, 0), 1);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (x[i] <= -3 ? 0 : x[i] >= 3 ? 1 : x[i] / 3 + 0.5f);
    }
}
