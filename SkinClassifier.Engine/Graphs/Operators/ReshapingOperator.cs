namespace SkinClassifier.Graphs.Operators;

/// <summary>The same elements in the same order under another shape.</summary>
internal abstract class ReshapingOperator : Operator
{
    internal override void Forward(ForwardStep step) => step.Input(0).CopyTo(step.Output(0));

    internal override void Backward(BackwardStep step)
    {
        if (step.Wants(0))
            Rows.Add(step.OutputGradient(0), step.InputGradient(0));
    }
}
