using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Training;

/// <summary>A convolution without groups over few planar channels, such as an image's three; rows of the weight matrix are (channel, tap), packed without gaps.</summary>
internal sealed unsafe class FirstConvolution(BlockedContext context, Window window, TrainingValue input, BlockedValue output, Parameter weight, Parameter? bias)
    : ConvolutionStage(context, window, output, weight, bias, new ConvolutionParts(1, input.Shape[1], output.Shape.Channels), (Rows(window, input) + 15) / 16, (Rows(window, input) - 1) % 16 + 1, input.NeedsGradient)
{
    private readonly int _rows = Rows(window, input), _taps = window.KernelH * window.KernelW, _channels = input.Shape[1];

    protected override bool WantsInputGradient => input.NeedsGradient;

    protected override int RowsPerOutput => _rows;

    public override void PlanGradients(GradientPlan plan) => plan.Release(Output);

    protected override (int Index, int First, int End) WeightRow(int part, int inputBlock, int lane) => (inputBlock * 16 + lane, 0, inputBlock * 16 + lane < _rows ? Output.Shape.Channels : 0);

    protected override float* GatherBand(int part, int image, int pixel, int count, float* scratch, out nint block)
    {
        Window g = WindowOf;
        block = (nint)count * 16;
        new Span<float>(scratch, (int)(InputBlocks * block)).Clear();
        fixed (float* x = input.Values.Span)
            for (int k = 0; k < _rows; k++)
            {
                float* plane = x + ((nint)image * _channels + k / _taps) * g.InH * g.InW;
                int kh = k % _taps / g.KernelW, kw = k % g.KernelW;
                (int from, int until) = g.Columns(kw);
                float* to = scratch + k / 16 * block + k % 16;
                for (int r = pixel / g.OutW; r < (pixel + count) / g.OutW; r++, to += g.OutW * 16)
                {
                    int source = r * g.StrideH - g.PadTop + kh * g.DilationH;
                    if (source < 0 || source >= g.InH)
                        continue;
                    float* row = plane + (nint)source * g.InW - g.PadLeft + kw * g.DilationW;
                    for (int w = from; w < until; w++)
                        to[w * 16] = row[w * g.StrideW];
                }
            }
        return scratch;
    }

    protected override void ScatterBand(int part, int image, int pixel, int count, float* dz, nint dzBlock, float* transposed, float* scratch)
    {
        Window g = WindowOf;
        float* products = scratch + (nint)InputBlocks * 16 * BandPixels;
        nint block = (nint)count * 16;
        TileRun.Multiply(Context.Kernels.Family, dz, dzBlock, OutputBlocks, Output.Shape.LastLanes, transposed, Context.Zeros.Pointer, products, block, InputBlocks, count, false);
        fixed (float* dx = input.Gradient.Span)
            for (int k = 0; k < _rows; k++)
            {
                float* plane = dx + ((nint)image * _channels + k / _taps) * g.InH * g.InW;
                int kh = k % _taps / g.KernelW, kw = k % g.KernelW;
                (int from, int until) = g.Columns(kw);
                float* source = products + k / 16 * block + k % 16;
                for (int r = pixel / g.OutW; r < (pixel + count) / g.OutW; r++, source += g.OutW * 16)
                {
                    int target = r * g.StrideH - g.PadTop + kh * g.DilationH;
                    if (target < 0 || target >= g.InH)
                        continue;
                    float* row = plane + (nint)target * g.InW - g.PadLeft + kw * g.DilationW;
                    for (int w = from; w < until; w++)
                        row[w * g.StrideW] += source[w * 16];
                }
            }
    }

    private static int Rows(Window window, TrainingValue input) => input.Shape[1] * window.KernelH * window.KernelW;
}
