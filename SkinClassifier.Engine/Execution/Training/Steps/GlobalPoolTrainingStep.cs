namespace SkinClassifier.Execution.Training.Steps;

/// <summary>The mean of every channel, from blocks to NCHW, [N,C,1,1].</summary>
internal sealed unsafe class GlobalPoolTrainingStep(BlockedContext context, BlockedValue input, NchwValue output) : NchwOutputTrainingStep(context, input)
{
    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* sums = stackalloc float[16];
        Span<double> total = stackalloc double[16];
        total.Clear();
        for (int pixel = 0; pixel < Input.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Input.Stored.Pixels - pixel);
            Input.Load(Context.Kernels, image, block, pixel, 1, scratch, count);
            new Span<float>(sums, 16).Clear();
            Context.Kernels.AddSum(scratch, count, sums);
            for (int lane = 0; lane < 16; lane++)
                total[lane] += sums[lane];
        }
        Span<float> to = output.Values.Span.Slice(image * Input.Stored.Channels + block * 16, Input.Stored.Lanes(block));
        for (int lane = 0; lane < to.Length; lane++)
            to[lane] = (float)(total[lane] / Input.Stored.Pixels);
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* share = stackalloc float[16];
        new Span<float>(share, 16).Clear();
        ReadOnlySpan<float> from = output.Gradient.Span.Slice(image * Input.Stored.Channels + block * 16, Input.Stored.Lanes(block));
        for (int lane = 0; lane < from.Length; lane++)
            share[lane] = from[lane] / Input.Stored.Pixels;
        Context.Kernels.AddConstant(share, Input.Gradient!.At(image, block), Input.Stored.Pixels, !Adds);
    }
}
