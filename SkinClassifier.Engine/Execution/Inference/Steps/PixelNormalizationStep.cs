using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>Every pixel normalized over its channels, then scaled and shifted per channel.</summary>
internal sealed unsafe class PixelNormalizationStep(
    BlockedTensor x, BlockedTensor y, PinnedFloats scale, PinnedFloats shift, float epsilon, KernelFamily family) : ChunkedStep
{
    private readonly int _bands = Math.Clamp(y.Blocks * y.Height * y.Width / 2048, Math.Min(2, y.Height), y.Height);

    /// <inheritdoc/>
    public override string Name => $"Normalize pixels {y.Channels} {y.Height}×{y.Width}";

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => [x.Buffer, y.Buffer];

    /// <inheritdoc/>
    protected override int ChunksPerImage => _bands;

    /// <inheritdoc/>
    protected override void Run(int image, int band)
    {
        int from = band * y.Height / _bands, to = (band + 1) * y.Height / _bands;
        for (int row = from; row < to; row++)
            family.NormalizePixels(
                x.At(image, 0, row, 0), x.Block, y.Channels, scale.Pointer, shift.Pointer, epsilon, y.At(image, 0, row, 0), y.Block, y.Width);
        for (int block = 0; block < y.Blocks; block++)
            y.ClearBorder(image, block, from, to);
    }
}
