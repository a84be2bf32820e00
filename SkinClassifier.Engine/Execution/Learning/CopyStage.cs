namespace SkinClassifier.Execution.Learning;

/// <summary>A copy of a value that has several readers, so that one of them can fold a normalisation or limits into it.</summary>
internal sealed unsafe class CopyStage(BlockedContext context, BlockedValue input, BlockedValue output) : PlaneStage(context, output, 1)
{
    private bool _add;

    public override IReadOnlyList<BlockedValue> Reads => [input];

    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.Claim(input);
        plan.Release(Output);
    }

    protected override void ForwardPlane(int picture, int block, float* scratch) =>
        input.Load(Context.Kernels, picture, block, 0, 1, Output.Stored.At(picture, block), Output.Shape.Pixels);

    protected override void BackwardPlane(int picture, int block, float* scratch)
    {
        for (int pixel = 0; pixel < Output.Shape.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Shape.Pixels - pixel);
            Output.LoadGradient(Context.Kernels, picture, block, pixel, scratch, count);
            Put(scratch, input.Gradient!.At(picture, block) + pixel * 16, count, _add);
        }
    }
}
