namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x.</summary>
internal sealed class Identity : UnaryOperator
{
    public override string OpType => "Identity";

    protected override void Map(ReadOnlySpan<float> x, Span<float> y) => x.CopyTo(y);

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx) => Rows.Add(dy, dx);
}
