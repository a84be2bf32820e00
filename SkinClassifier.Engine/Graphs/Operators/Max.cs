namespace SkinClassifier.Graphs.Operators;

/// <summary>The largest of all inputs, element by element with broadcasting; NaN wins.</summary>
internal sealed class Max : SelectingOperator
{
    public override string OpType => "Max";

    protected override bool IsBetter(float next, float result) => next > result;
}
