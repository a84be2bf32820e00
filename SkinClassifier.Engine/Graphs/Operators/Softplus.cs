namespace SkinClassifier.Graphs.Operators;

/// <summary>y = ln(1 + eˣ), computed without overflow (ONNX Softplus 1).</summary>
internal sealed class Softplus : UnaryOperator
{
    public override string OpType => "Softplus";

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|).</summary>
    internal static double Of(double x) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = (float)Of(x[i]);
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] += (float)(dy[i] / (1 + Math.Exp(-x[i])));
    }
}
