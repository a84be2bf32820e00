namespace SkinClassifier.Execution.Training.Steps;

/// <summary>The product of two values of one shape.</summary>
internal sealed unsafe class ProductTrainingStep(BlockedContext context, BlockedValue a, BlockedValue b, BlockedValue output)
    : PlaneTrainingStep(context, output, 2)
{
    private bool _addA, _addB;

    public override IReadOnlyList<BlockedValue> Reads => [a, b];

    public override void PlanGradients(GradientPlan plan)
    {
        _addA = plan.ClaimNeeded(a);
        _addB = plan.ClaimNeeded(b);
        plan.Release(Output);
    }

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel);
            float* y = Output.Stored.At(image, block) + pixel * 16;
            a.Load(Context.Kernels, image, block, pixel, 1, y, count);
            b.Load(Context.Kernels, image, block, pixel, 1, scratch, count);
            Context.Kernels.Family.Multiply(y, scratch, y, count);
        }
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* dy = scratch, other = scratch + Part * 16;
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel);
            Output.LoadGradient(Context.Kernels, image, block, pixel, dy, count);
            Give(a, b, _addA);
            Give(b, a, _addB);

            void Give(BlockedValue to, BlockedValue factor, bool add)
            {
                if (!to.NeedsGradient)
                    return;
                factor.Load(Context.Kernels, image, block, pixel, 1, other, count);
                Context.Kernels.Family.Multiply(dy, other, other, count);
                Put(other, to.Gradient!.At(image, block) + pixel * 16, count, add);
            }
        }
    }
}

/// <summary>A value times one factor for each image and channel, [N,C,1,1]: squeeze and excitation.</summary>
internal sealed unsafe class ChannelProductTrainingStep(BlockedContext context, BlockedValue input, BlockedValue factor, BlockedValue output)
    : PlaneTrainingStep(context, output, 2)
{
    private bool _add, _addFactor;

    public override IReadOnlyList<BlockedValue> Reads => [input, factor];

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.ClaimNeeded(input);
        _addFactor = plan.ClaimNeeded(factor);
        plan.Release(Output);
    }

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* y = Output.Stored.At(image, block);
        input.Load(Context.Kernels, image, block, 0, 1, y, Output.Stored.Pixels);
        factor.Load(Context.Kernels, image, block, 0, 1, scratch, 1);
        Context.Kernels.Family.Scale(y, scratch, null, y, Output.Stored.Pixels);
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* dy = scratch, x = scratch + Part * 16, own = stackalloc float[32], sums = own + 16;
        factor.Load(Context.Kernels, image, block, 0, 1, own, 1);
        Span<double> total = stackalloc double[16];
        total.Clear();
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel);
            Output.LoadGradient(Context.Kernels, image, block, pixel, dy, count);
            if (factor.NeedsGradient)
            {
                input.Load(Context.Kernels, image, block, pixel, 1, x, count);
                Context.Kernels.Family.Multiply(dy, x, x, count);
                new Span<float>(sums, 16).Clear();
                Context.Kernels.AddSum(x, count, sums);
                for (int lane = 0; lane < 16; lane++)
                    total[lane] += sums[lane];
            }
            if (input.NeedsGradient)
            {
                Context.Kernels.Family.Scale(dy, own, null, dy, count);
                Put(dy, input.Gradient!.At(image, block) + pixel * 16, count, _add);
            }
        }
        if (!factor.NeedsGradient)
            return;
        for (int lane = 0; lane < 16; lane++)
            sums[lane] = (float)total[lane];
        Put(sums, factor.Gradient!.At(image, block), 1, _addFactor);
    }
}
