namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A blocked value to NCHW.</summary>
internal sealed unsafe class ToNchwTrainingStep(BlockedContext context, BlockedValue input, NchwValue output) : NchwOutputTrainingStep(context, input)
{
    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        int pixels = Input.Stored.Pixels;
        for (int pixel = 0; pixel < pixels; pixel += Part)
        {
            int count = Math.Min(Part, pixels - pixel);
            Input.Load(Context.Kernels, image, block, pixel, 1, scratch, count);
            for (int lane = 0; lane < Input.Stored.Lanes(block); lane++)
            {
                Span<float> to = output.Values.Span.Slice((image * Input.Stored.Channels + block * 16 + lane) * pixels + pixel, count);
                for (int i = 0; i < count; i++)
                    to[i] = scratch[i * 16 + lane];
            }
        }
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        int pixels = Input.Stored.Pixels;
        float* to = Input.Gradient!.At(image, block);
        if (!Adds)
            new Span<float>(to, pixels * 16).Clear();
        for (int lane = 0; lane < Input.Stored.Lanes(block); lane++)
        {
            ReadOnlySpan<float> from = output.Gradient.Span.Slice((image * Input.Stored.Channels + block * 16 + lane) * pixels, pixels);
            for (int i = 0; i < pixels; i++)
                to[i * 16 + lane] += from[i];
        }
    }
}

/// <summary>A value in NCHW to blocks.</summary>
internal sealed unsafe class ToBlockedTrainingStep(BlockedContext context, NchwValue input, BlockedValue output) : PlaneTrainingStep(context, output, 1)
{
    public override void PlanGradients(GradientPlan plan) => plan.Release(Output);

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        int pixels = Output.Stored.Pixels;
        float* to = Output.Stored.At(image, block);
        if (Output.Stored.Lanes(block) < 16)
            new Span<float>(to, pixels * 16).Clear();
        for (int lane = 0; lane < Output.Stored.Lanes(block); lane++)
        {
            ReadOnlySpan<float> from = input.Values.Span.Slice((image * Output.Stored.Channels + block * 16 + lane) * pixels, pixels);
            for (int i = 0; i < pixels; i++)
                to[i * 16 + lane] = from[i];
        }
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        int pixels = Output.Stored.Pixels;
        for (int pixel = 0; pixel < pixels; pixel += Part)
        {
            int count = Math.Min(Part, pixels - pixel);
            Output.LoadGradient(Context.Kernels, image, block, pixel, scratch, count);
            for (int lane = 0; lane < Output.Stored.Lanes(block); lane++)
            {
                Span<float> to = input.Gradient.Span.Slice((image * Output.Stored.Channels + block * 16 + lane) * pixels + pixel, count);
                for (int i = 0; i < count; i++)
                    to[i] += scratch[i * 16 + lane];
            }
        }
    }
}
