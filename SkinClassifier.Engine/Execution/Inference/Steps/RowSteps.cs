using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>A step that makes every row of every block of its output on its own.</summary>
internal abstract unsafe class RowStep : ChunkedStep
{
    private readonly Activation _activation;
    private readonly PlanBuffer[] _reads;
    private readonly bool _byRows;

    /// <summary>Prepares the cut of <paramref name="y"/>, made from <paramref name="reads"/>, into bands of at least 4096 pixel groups.</summary>
    protected RowStep(BlockedTensor y, Activation activation, KernelFamily family, params PlanBuffer[] reads)
    {
        (Y, _activation, Family, _reads) = (y, activation, family, reads);
        _byRows = y.Height * y.Width >= ConvolutionGeometry.SmallPlane;
        Bands = Math.Clamp(y.Height * y.Width / 2048, _byRows ? 2 : 1, y.Height);
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<PlanBuffer> Buffers => [.. _reads, Y.Buffer];

    /// <summary>The output.</summary>
    protected BlockedTensor Y { get; }

    /// <summary>The kernels.</summary>
    protected KernelFamily Family { get; }

    /// <summary>Row ranges that a block is cut into.</summary>
    protected int Bands { get; }

    /// <inheritdoc/>
    protected override int ChunksPerImage => Y.Blocks * Bands;

    /// <inheritdoc/>
    protected override void Run(int image, int chunk)
    {
        int block = _byRows ? chunk % Y.Blocks : chunk / Bands, band = _byRows ? chunk / Y.Blocks : chunk % Bands, from = band * Y.Height / Bands,
            to = (band + 1) * Y.Height / Bands;
        for (int row = from; row < to; row++)
        {
            float* y = Y.At(image, block, row, 0);
            Row(image, block, row, y);
            if (!_activation.IsNone)
                Family.Activate(y, y, Y.Width, _activation);
        }
        Y.ClearBorder(image, block, from, to);
    }

    /// <summary>Writes one row of one block, 16 floats for each column.</summary>
    protected abstract void Row(int image, int block, int row, float* y);
}

/// <summary>y = x · scale + shift per channel.</summary>
internal sealed unsafe class AffineStep(
    BlockedTensor x, BlockedTensor y, PinnedFloats scale, PinnedFloats shift, Activation activation, KernelFamily family)
    : RowStep(y, activation, family, x.Buffer)
{
    /// <inheritdoc/>
    public override string Name => $"Scale {Y.Channels} {Y.Height}×{Y.Width}";

    /// <inheritdoc/>
    protected override void Row(int image, int block, int row, float* y) =>
        Family.Scale(x.At(image, block, row, 0), scale.Pointer + block * 16, shift.Pointer + block * 16, y, Y.Width);
}

/// <summary>y = f(x).</summary>
internal sealed unsafe class ActivationStep(BlockedTensor x, BlockedTensor y, Activation activation, KernelFamily family)
    : RowStep(y, default, family, x.Buffer)
{
    /// <inheritdoc/>
    public override string Name => $"{activation.Kind} {Y.Channels} {Y.Height}×{Y.Width}";

    /// <inheritdoc/>
    protected override void Row(int image, int block, int row, float* y) => Family.Activate(x.At(image, block, row, 0), y, Y.Width, activation);
}

/// <summary>y = a + b, y = a · b, or y = a · b with one pixel of b for each image.</summary>
internal sealed unsafe class CombinationStep(BlockedTensor a, BlockedTensor b, BlockedTensor y, bool isProduct, bool perChannel, Activation activation,
    KernelFamily family) : RowStep(y, activation, family, a.Buffer, b.Buffer)
{
    /// <inheritdoc/>
    public override string Name => $"{(isProduct ? "Mul" : "Add")}{(perChannel ? " per channel" : "")} {Y.Channels} {Y.Height}×{Y.Width}";

    /// <inheritdoc/>
    protected override void Row(int image, int block, int row, float* y)
    {
        float* left = a.At(image, block, row, 0);
        if (perChannel)
            Family.Scale(left, b.At(image, block, 0, 0), null, y, Y.Width);
        else if (isProduct)
            Family.Multiply(left, b.At(image, block, row, 0), y, Y.Width);
        else
            Family.Add(left, b.At(image, block, row, 0), y, Y.Width);
    }
}

/// <summary>Images one behind the other along the channels; blocks that start inside a block of the input are put together lane by lane.</summary>
internal sealed unsafe class ConcatStep(BlockedTensor[] parts, BlockedTensor y, Activation activation, KernelFamily family)
    : RowStep(y, activation, family, [.. parts.Select(p => p.Buffer)])
{
    private readonly int[] _starts = Starts(parts);

    /// <inheritdoc/>
    public override string Name => $"Concat {Y.Channels} {Y.Height}×{Y.Width}";

    /// <inheritdoc/>
    protected override void Row(int image, int block, int row, float* y)
    {
        int channel = block * 16, end = Math.Min(channel + 16, Y.Channels), part = 0;
        if (end < channel + 16)
            new Span<float>(y, Y.Width * 16).Clear();
        while (channel < end)
        {
            while (part + 1 < _starts.Length && _starts[part + 1] <= channel)
                part++;
            int inside = channel - _starts[part];
            int lanes = Math.Min(Math.Min(end - channel, parts[part].Channels - inside), 16 - inside % 16);
            float* x = parts[part].At(image, inside / 16, row, 0) + inside % 16;
            float* to = y + channel % 16;
            if (lanes == 16)
                new ReadOnlySpan<float>(x, Y.Width * 16).CopyTo(new Span<float>(to, Y.Width * 16));
            else
                for (int column = 0; column < Y.Width; column++)
                    for (int lane = 0; lane < lanes; lane++)
                        to[column * 16 + lane] = x[column * 16 + lane];
            channel += lanes;
        }
    }

    private static int[] Starts(BlockedTensor[] parts)
    {
        int[] starts = new int[parts.Length];
        for (int i = 1; i < parts.Length; i++)
            starts[i] = starts[i - 1] + parts[i - 1].Channels;
        return starts;
    }
}
