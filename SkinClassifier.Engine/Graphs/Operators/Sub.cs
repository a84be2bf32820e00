namespace SkinClassifier.Graphs.Operators;

/// <summary>y = a − b with broadcasting.</summary>
internal sealed class Sub : BinaryOperator
{
    public override string OpType => "Sub";

    protected override void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i * stepA] - b[i * stepB];
    }

    protected override void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes)
        => slopes.Fill(input == 0 ? 1 : -1);
}
