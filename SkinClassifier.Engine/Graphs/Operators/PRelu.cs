using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x for x ≥ 0, slope · x below; the slope (input 1) broadcasts to x.</summary>
internal sealed class PRelu : BinaryOperator
{
    public override string OpType => "PRelu";

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        TensorShape[] result = base.InferShapes(inputs);
        Expect.Shape(OpType, "result of X and slope", result[0], inputs[0]);
        return result;
    }

    protected override void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i * stepA] < 0 ? b[i * stepB] * a[i * stepA] : a[i * stepA];
    }

    protected override void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes)
    {
        for (int i = 0; i < slopes.Length; i++)
        {
            float x = a[i * stepA];
            slopes[i] = input == 0 ? (x < 0 ? b[i * stepB] : 1) : (x < 0 ? x : 0);
        }
    }
}
