using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>y = f(x) for functions that are more than limits: sigmoid, SiLU, hard-swish, GELU.</summary>
internal sealed unsafe class ActivationTrainingStep(BlockedContext context, Activation activation, BlockedValue input, BlockedValue output)
    : PlaneTrainingStep(context, output, 2)
{
    private bool _add;

    public override IReadOnlyList<BlockedValue> Reads => [input];

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.Claim(input);
        plan.Release(Output);
    }

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* y = Output.Stored.At(image, block);
        input.Load(Context.Kernels, image, block, 0, 1, y, Output.Stored.Pixels);
        Context.Kernels.Family.Activate(y, y, Output.Stored.Pixels, activation);
        ClearUnused(block, y, Output.Stored.Pixels);
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* x = scratch, dy = scratch + Part * 16;
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel);
            input.Load(Context.Kernels, image, block, pixel, 1, x, count);
            Output.LoadGradient(Context.Kernels, image, block, pixel, dy, count);
            Context.Kernels.ActivationGradient(x, dy, input.Gradient!.At(image, block) + pixel * 16, count, activation, _add);
        }
    }
}
