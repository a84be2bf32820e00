using System.Numerics.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = a · b with broadcasting.</summary>
internal sealed class Mul : BinaryOperator
{
    public override string OpType => "Mul";

    protected override void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y)
    {
        int n = y.Length;
        switch (stepA, stepB)
        {
            case (1, 1): TensorPrimitives.Multiply(a[..n], b[..n], y); break;
            case (1, 0): TensorPrimitives.Multiply(a[..n], b[0], y); break;
            case (0, 1): TensorPrimitives.Multiply(b[..n], a[0], y); break;
            default: y.Fill(a[0] * b[0]); break;
        }
    }

    protected override void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes)
    {
        for (int i = 0; i < slopes.Length; i++)
            slopes[i] = input == 0 ? b[i * stepB] : a[i * stepA];
    }
}
