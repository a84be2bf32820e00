using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>NCHW to blocks of 16 channels.</summary>
internal sealed unsafe class ToBlockedStep(PlanBuffer x, BlockedTensor y, KernelFamily family) : RowStep(y, default, family, x)
{
    /// <inheritdoc/>
    public override string Name => $"To blocks {Y.Channels} {Y.Height}×{Y.Width}";

    /// <inheritdoc/>
    protected override void Row(int image, int block, int row, float* y)
    {
        int lanes = Math.Min(16, Y.Channels - block * 16);
        if (lanes < 16)
            new Span<float>(y, Y.Width * 16).Clear();
        nint plane = (nint)Y.Height * Y.Width;
        float* from = x.Pointer + ((nint)image * Y.Channels + block * 16) * plane + (nint)row * Y.Width;
        for (int lane = 0; lane < lanes; lane++)
            for (int column = 0; column < Y.Width; column++)
                y[column * 16 + lane] = from[lane * plane + column];
    }
}

/// <summary>Blocks of 16 channels to NCHW.</summary>
internal sealed unsafe class ToNchwStep(BlockedTensor x, PlanBuffer y) : ChunkedStep
{
    /// <inheritdoc/>
    public override string Name => $"To planes {x.Channels} {x.Height}×{x.Width}";

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => [x.Buffer, y];

    /// <inheritdoc/>
    protected override int ChunksPerImage => Math.Min(x.Blocks, 8);

    /// <inheritdoc/>
    protected override void Run(int image, int chunk)
    {
        int parts = ChunksPerImage;
        nint plane = (nint)x.Height * x.Width;
        for (int block = chunk * x.Blocks / parts; block < (chunk + 1) * x.Blocks / parts; block++)
            for (int row = 0; row < x.Height; row++)
            {
                float* from = x.At(image, block, row, 0);
                float* to = y.Pointer + ((nint)image * x.Channels + block * 16) * plane + (nint)row * x.Width;
                int lanes = Math.Min(16, x.Channels - block * 16);
                for (int lane = 0; lane < lanes; lane++)
                    for (int column = 0; column < x.Width; column++)
                        to[lane * plane + column] = from[column * 16 + lane];
            }
    }
}
