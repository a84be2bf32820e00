namespace SkinClassifier.Graphs.Operators;

/// <summary>The smallest of all inputs, element by element with broadcasting; NaN wins.</summary>
internal sealed class Min : SelectingOperator
{
    public override string OpType => "Min";

    protected override bool IsBetter(float next, float result) => next < result;
}
