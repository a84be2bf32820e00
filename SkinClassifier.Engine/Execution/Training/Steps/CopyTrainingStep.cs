namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A copy of a value that has several readers, so that one of them can fold a normalization or limits into it.</summary>
internal sealed unsafe class CopyTrainingStep(BlockedContext context, BlockedValue input, BlockedValue output) : PlaneTrainingStep(context, output, 1)
{
    private bool _add;

    public override IReadOnlyList<BlockedValue> Reads => [input];

    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.Claim(input);
        plan.Release(Output);
    }

    protected override void ForwardPlane(int image, int block, float* scratch) =>
        input.Load(Context.Kernels, image, block, 0, 1, Output.Stored.At(image, block), Output.Stored.Pixels);

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel);
            Output.LoadGradient(Context.Kernels, image, block, pixel, scratch, count);
            Put(scratch, input.Gradient!.At(image, block) + pixel * 16, count, _add);
        }
    }
}
