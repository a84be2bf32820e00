using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A convolution over blocked input; row (tap, channel block, lane) of the weight matrix of a part.</summary>
internal sealed unsafe class BlockedConvolutionTrainingStep(
    BlockedContext context, Window window, BlockedValue input, BlockedValue output, Parameter weight, Parameter? bias, ConvolutionParts parts)
    : ConvolutionTrainingStep(context, window, output, weight, bias, parts, window.KernelH * window.KernelW * parts.Inputs, input.Stored.LastLanes,
        !window.IsPoint && input.NeedsGradient)
{
    private readonly int _taps = window.KernelH * window.KernelW;
    private GradientSums? _sums;
    private bool _add;

    /// <summary>Input channels of a point convolution up to which it is cheap: as many products for each number that it makes.</summary>
    private const int FewChannels = 32;

    public override IReadOnlyList<BlockedValue> Reads => [input];

    /// <summary>A point convolution that widens few channels reads little and computes little for what it makes.</summary>
    public override bool IsCheap => WindowOf.IsPoint && Parts.Channels <= FewChannels && Output.Stored.Channels >= 2 * Parts.Channels;

    protected override bool WantsInputGradient => input.NeedsGradient;

    protected override int RowsPerOutput => Parts.GroupInputs * _taps;

    protected override bool CutsAnywhere => WindowOf.IsPoint;

    protected override int BlocksPerPanel => WindowOf.KernelH * WindowOf.KernelW;

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.ClaimNeeded(input);
        plan.Release(Output);
    }

    protected override int RowBlocks(int part) => _taps * Parts.InputsOf(part);

    protected override (int Index, int First, int End) WeightRow(int part, int inputBlock, int lane)
    {
        int channel = (part * Parts.Inputs + inputBlock % Parts.InputsOf(part)) * 16 + lane, group = channel / Parts.GroupInputs;
        int outputs = channel < Parts.Channels ? Parts.GroupOutputs : 0;
        return (channel % Parts.GroupInputs * _taps + inputBlock / Parts.InputsOf(part), group * Parts.GroupOutputs, group * Parts.GroupOutputs + outputs);
    }

    protected override float* GatherBand(int part, int image, int pixel, int count, float* scratch, out nint block)
    {
        int first = part * Parts.Inputs, end = first + Parts.InputsOf(part);
        if (WindowOf.IsPoint && input.Map is null)
        {
            block = input.Stored.Block;
            return input.Stored.At(image, first) + (nint)pixel * 16;
        }
        block = (nint)count * 16;
        float* to = scratch;
        for (int tap = 0; tap < _taps; tap++)
            for (int b = first; b < end; b++, to += block)
                if (WindowOf.IsPoint)
                    input.Load(Context.Kernels, image, b, pixel, 1, to, count);
                else
                    GatherTap(image, b, tap, pixel / WindowOf.OutW, count / WindowOf.OutW, to);
        return scratch;
    }

    protected override float* GatherBlock(int part, int inputBlock, int image, int pixel, int count, float* scratch)
    {
        int tap = inputBlock / Parts.InputsOf(part), block = part * Parts.Inputs + inputBlock % Parts.InputsOf(part);
        if (WindowOf.IsPoint && input.Map is null)
            return input.Stored.At(image, block) + (nint)pixel * 16;
        if (WindowOf.IsPoint)
            input.Load(Context.Kernels, image, block, pixel, 1, scratch, count);
        else
            GatherTap(image, block, tap, pixel / WindowOf.OutW, count / WindowOf.OutW, scratch);
        return scratch;
    }

    public override GradientSums? TakeSums(BlockedValue value) => _sums = WindowOf.IsPoint ? new GradientSums(value, Bands) : null;

    protected override void FinishPixels(int band, int image, int pixel, int count, bool first)
    {
        for (int block = 0; _sums is not null && block < input.Stored.Blocks; block++)
            _sums.Take(Context.Kernels, band, image, block, pixel, count, first);
    }

    protected override void StartImage(int image)
    {
        if (input.NeedsGradient && !_add)
            new Span<float>(input.Gradient!.At(image, 0), (int)(input.Stored.Blocks * input.Stored.Block)).Clear();
    }

    protected override void ScatterBand(int part, int image, int pixel, int count, float* dz, nint dzBlock, float* transposed, float* scratch)
    {
        KernelFamily family = Context.Kernels.Family;
        int lanes = OutputLanes(part), outputs = Parts.OutputsOf(part), first = part * Parts.Inputs, blocks = Parts.InputsOf(part);
        if (WindowOf.IsPoint)
        {
            TileRun.Multiply(family, dz, dzBlock, outputs, lanes, transposed, (nint)outputs * 256, Context.Zeros.Pointer,
                input.Gradient!.At(image, first) + (nint)pixel * 16, input.Stored.Block, blocks, count, _add);
            return;
        }
        float* products = scratch + (nint)InputBlocks * 16 * BandPixels;
        // Several bands of one row: rows of taps from the last to the first, so that every input row adds up output rows in the order of bands one by one.
        for (int i = 0; i < _taps; i++)
        {
            int tap = count > BandPixels ? (WindowOf.KernelH - 1 - i / WindowOf.KernelW) * WindowOf.KernelW + i % WindowOf.KernelW : i;
            TileRun.Multiply(family, dz, dzBlock, outputs, lanes, transposed + (nint)tap * blocks * outputs * 256, (nint)outputs * 256,
                Context.Zeros.Pointer, products, (nint)count * 16, blocks, count, false);
            for (int b = 0; b < blocks; b++)
                ScatterTap(image, first + b, tap, pixel / WindowOf.OutW, count / WindowOf.OutW, products + (nint)b * count * 16);
        }
    }

    private void GatherTap(int image, int block, int tap, int row, int rows, float* to)
    {
        Window g = WindowOf;
        int kh = tap / g.KernelW, kw = tap % g.KernelW;
        (int from, int until) = g.Columns(kw);
        for (int r = row; r < row + rows; r++, to += g.OutW * 16)
        {
            int source = r * g.StrideH - g.PadTop + kh * g.DilationH;
            if (source < 0 || source >= g.InH || from >= until)
            {
                new Span<float>(to, g.OutW * 16).Clear();
                continue;
            }
            new Span<float>(to, from * 16).Clear();
            input.Load(
                Context.Kernels, image, block, source * g.InW + from * g.StrideW - g.PadLeft + kw * g.DilationW, g.StrideW, to + from * 16, until - from);
            new Span<float>(to + until * 16, (g.OutW - until) * 16).Clear();
        }
    }

    private void ScatterTap(int image, int block, int tap, int row, int rows, float* from)
    {
        Window g = WindowOf;
        int kh = tap / g.KernelW, kw = tap % g.KernelW;
        (int first, int until) = g.Columns(kw);
        for (int r = row; r < row + rows; r++, from += g.OutW * 16)
        {
            int target = r * g.StrideH - g.PadTop + kh * g.DilationH;
            if (target >= 0 && target < g.InH && first < until)
                Context.Kernels.AddStrided(from + first * 16,
                    input.Gradient!.At(image, block) + ((nint)target * g.InW + first * g.StrideW - g.PadLeft + kw * g.DilationW) * 16, g.StrideW * 16,
                    until - first);
        }
    }
}
