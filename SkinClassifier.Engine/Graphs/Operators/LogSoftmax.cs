namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x − max − ln Σ e^(x − max) along one axis (default the last). X and Y have the same shape (ONNX LogSoftmax 13).</summary>
internal sealed class LogSoftmax(OperatorAttributes attributes) : SoftmaxOperator(attributes)
{
    public override string OpType => "LogSoftmax";

    protected override void ForwardLine(ReadOnlySpan<float> x, Span<float> y, int stride)
    {
        float max = Largest(x, stride);
        double sum = 0;
        for (int i = 0; i < x.Length; i += stride)
            sum += Math.Exp(x[i] - max);
        float log = (float)Math.Log(sum);
        for (int i = 0; i < x.Length; i += stride)
            y[i] = x[i] - max - log;
    }

    protected override void BackwardLine(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int stride)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i += stride)
            sum += dy[i];
        for (int i = 0; i < y.Length; i += stride)
            dx[i] += dy[i] - MathF.Exp(y[i]) * (float)sum;
    }
}
