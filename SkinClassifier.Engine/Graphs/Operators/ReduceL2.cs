namespace SkinClassifier.Graphs.Operators;

/// <summary>√Σx² along axes, added up in double precision; the gradient where the result is 0 is 0 (ONNX ReduceL2 18).</summary>
internal sealed class ReduceL2(OperatorAttributes attributes) : ReduceOperator(attributes)
{
    public override string OpType => "ReduceL2";

    internal override bool KeepsImagesApart(BatchInputs inputs) => KeepsFirstAxis(inputs);

    internal override void Forward(ForwardStep step)
    {
        double[] sums = ReduceSumSquare.Sums(step, Targets(step.InputShape(0)));
        for (int i = 0; i < sums.Length; i++)
            step.Output(0)[i] = (float)Math.Sqrt(sums[i]);
    }

    internal override void Backward(BackwardStep step)
    {
        if (step.Wants(0))
            ReduceSumSquare.AddGradient(step, Targets(step.InputShape(0)), (x, y, dy) => y == 0 ? 0 : x / y * dy);
    }
}
