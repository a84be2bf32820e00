namespace SkinClassifier.Graphs.Operators;

/// <summary>The mean along axes.</summary>
internal sealed class ReduceMean(OperatorAttributes attributes) : ReduceOperator(attributes)
{
    public override string OpType => "ReduceMean";

    internal override bool KeepsImagesApart(BatchInputs inputs) => KeepsFirstAxis(inputs);

    internal override void Forward(ForwardStep step) =>
        ReduceSum.Add(step, (double)step.Output(0).Length / step.Input(0).Length, Targets(step.InputShape(0)));

    internal override void Backward(BackwardStep step) =>
        ReduceSum.AddGradient(step, (float)((double)step.OutputGradient(0).Length / step.Input(0).Length), Targets(step.InputShape(0)));
}
