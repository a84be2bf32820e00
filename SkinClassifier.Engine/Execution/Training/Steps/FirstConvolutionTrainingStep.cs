using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// A convolution without groups over few channels in NCHW, such as an image's three; rows of the weight matrix are (channel, tap), packed without
/// gaps.
/// </summary>
internal sealed unsafe class FirstConvolutionTrainingStep(
    BlockedContext context, Window window, NchwValue input, BlockedValue output, Parameter weight, Parameter? bias)
    : ConvolutionTrainingStep(context, window, output, weight, bias, new ConvolutionParts(1, input.Shape[1], output.Stored.Channels),
        (Rows(window, input) + 15) / 16, (Rows(window, input) - 1) % 16 + 1, input.NeedsGradient)
{
    private readonly int _rows = Rows(window, input), _taps = window.KernelH * window.KernelW, _channels = input.Shape[1];

    protected override bool WantsInputGradient => input.NeedsGradient;

    protected override int RowsPerOutput => _rows;

    protected override bool CutsAnywhere => false;

    protected override int BlocksPerPanel => InputBlocks;

    public override void PlanGradients(GradientPlan plan) => plan.Release(Output);

    protected override (int Index, int First, int End) WeightRow(int part, int inputBlock, int lane) =>
        (inputBlock * 16 + lane, 0, inputBlock * 16 + lane < _rows ? Output.Stored.Channels : 0);

    protected override float* GatherBand(int part, int image, int pixel, int count, float* scratch, out nint block)
    {
        block = (nint)count * 16;
        new Span<float>(scratch, (int)(InputBlocks * block)).Clear();
        fixed (float* x = input.Values.Span)
            // Row by row: the lanes of all taps of one row stay in the first cache.
            for (int at = 0; at < count; at += WindowOf.OutW)
                Walk<Gather>(x, image, pixel + at, WindowOf.OutW, scratch + (nint)at * 16, block);
        return scratch;
    }

    protected override void ScatterBand(int part, int image, int pixel, int count, float* dz, nint dzBlock, float* transposed, float* scratch)
    {
        float* products = scratch + (nint)InputBlocks * 16 * BandPixels;
        TileRun.Multiply(Context.Kernels.Family, dz, dzBlock, OutputBlocks, Output.Stored.LastLanes, transposed, (nint)OutputBlocks * 256,
            Context.Zeros.Pointer, products, (nint)count * 16, InputBlocks, count, false);
        fixed (float* dx = input.Gradient.Span)
            Walk<Scatter>(dx, image, pixel, count, products, (nint)count * 16);
    }

    /// <summary>Every row of the planes under a band with the lane of its (channel, tap) in <paramref name="lanes"/>, [rows / 16][pixels][16].</summary>
    private void Walk<TMove>(float* planes, int image, int pixel, int count, float* lanes, nint block) where TMove : IMove
    {
        Window g = WindowOf;
        for (int k = 0; k < _rows; k++)
        {
            float* plane = planes + ((nint)image * _channels + k / _taps) * g.InH * g.InW, lane = lanes + k / 16 * block + k % 16;
            int kh = k % _taps / g.KernelW, kw = k % g.KernelW;
            (int from, int until) = g.Columns(kw);
            for (int r = pixel / g.OutW; r < (pixel + count) / g.OutW; r++, lane += g.OutW * 16)
            {
                int row = r * g.StrideH - g.PadTop + kh * g.DilationH;
                if (row >= 0 && row < g.InH)
                    TMove.Move(plane + (nint)row * g.InW - g.PadLeft + kw * g.DilationW, g.StrideW, lane, from, until);
            }
        }
    }

    private static int Rows(Window window, NchwValue input) => input.Shape[1] * window.KernelH * window.KernelW;

    private interface IMove
    {
        static abstract void Move(float* row, int stride, float* lane, int from, int until);
    }

    private readonly struct Gather : IMove
    {
        public static void Move(float* row, int stride, float* lane, int from, int until)
        {
            for (int w = from; w < until; w++)
                lane[w * 16] = row[w * stride];
        }
    }

    private readonly struct Scatter : IMove
    {
        public static void Move(float* row, int stride, float* lane, int from, int until)
        {
            for (int w = from; w < until; w++)
                row[w * stride] += lane[w * 16];
        }
    }
}
