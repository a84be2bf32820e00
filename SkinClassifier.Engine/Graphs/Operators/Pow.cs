namespace SkinClassifier.Graphs.Operators;

/// <summary>y = a^b with broadcasting. An exponent that is a parameter is a constant, never trained.</summary>
internal sealed class Pow : BinaryOperator
{
    public override string OpType => "Pow";

    internal override bool IsTrainable(int input) => input == 0;

    protected override void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = MathF.Pow(a[i * stepA], b[i * stepB]);
    }

    protected override void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes)
    {
        for (int i = 0; i < slopes.Length; i++)
        {
            float x = a[i * stepA], exponent = b[i * stepB];
            if (input == 0)
                slopes[i] = exponent == 0 ? 0 : exponent * MathF.Pow(x, exponent - 1);
            else
                slopes[i] = x == 0 && exponent >= 0 ? 0 : y[i] * MathF.Log(x);
        }
    }
}
