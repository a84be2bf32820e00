namespace SkinClassifier.Graphs.Operators;

/// <summary>y = e^(x − max) / Σ e^(x − max) along one axis (default the last). X and Y have the same shape (ONNX Softmax 13).</summary>
internal sealed class Softmax(OperatorAttributes attributes) : SoftmaxOperator(attributes)
{
    public override string OpType => "Softmax";

    protected override void ForwardLine(ReadOnlySpan<float> x, Span<float> y, int stride)
    {
        float max = Largest(x, stride);
        double sum = 0;
        for (int i = 0; i < x.Length; i += stride)
            sum += y[i] = MathF.Exp(x[i] - max);
        float factor = (float)(1 / sum);
        for (int i = 0; i < x.Length; i += stride)
            y[i] *= factor;
    }

    protected override void BackwardLine(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int stride)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i += stride)
            sum += (double)dy[i] * y[i];
        for (int i = 0; i < y.Length; i += stride)
            dx[i] += y[i] * (dy[i] - (float)sum);
    }
}
