namespace SkinClassifier.Graphs.Operators;

/// <summary>y = a · b with broadcasting.</summary>
internal sealed class Mul : BinaryOperator
{
    public override string OpType => "Mul";

    protected override void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i * stepA] * b[i * stepB];
    }

    protected override void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes)
    {
        for (int i = 0; i < slopes.Length; i++)
            slopes[i] = input == 0 ? b[i * stepB] : a[i * stepA];
    }
}
