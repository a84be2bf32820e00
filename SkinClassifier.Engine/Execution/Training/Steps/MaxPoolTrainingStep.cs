using SkinClassifier.Execution.Layout;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// The largest value under a window. Backward finds the largest value again and gives the
/// gradient to the first pixel that holds it (where NaN or −∞ take part, to the first pixel of that kind).
/// </summary>
internal sealed unsafe class MaxPoolTrainingStep : PlaneTrainingStep
{
    private const int BandFloats = 24 * 1024;

    private readonly Window _g;
    private readonly BlockedValue _input;
    private readonly int _rows;
    private bool _add;

    public MaxPoolTrainingStep(BlockedContext context, Window window, BlockedValue input, BlockedValue output) : base(context, output, 0)
    {
        (_g, _input) = (window, input);
        _rows = Math.Clamp(BandFloats / (_g.InW * 16 * _g.StrideH), 1, _g.OutH);
        int reach = (_g.KernelH - 1) * _g.DilationH + 1;
        context.Reserve((long)((_rows - 1) * _g.StrideH + reach) * _g.InW * 16 + (long)_rows * _g.OutW * 16, 0, 0);
    }

    public override IReadOnlyList<BlockedValue> Reads => [_input];

    public override IReadOnlyList<BlockedValue> BackwardReads => [_input, Output];

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.Claim(_input);
        plan.Release(Output);
    }

    private (int First, int Count) InputRows(int row, int rows)
    {
        int first = Math.Clamp(row * _g.StrideH - _g.PadTop, 0, _g.InH);
        int end = Math.Clamp((row + rows - 1) * _g.StrideH - _g.PadTop + (_g.KernelH - 1) * _g.DilationH + 1, first, _g.InH);
        return (first, end - first);
    }

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* x = scratch, y = Output.Stored.At(image, block);
        for (int row = 0; row < _g.OutH; row += _rows)
        {
            int rows = Math.Min(_rows, _g.OutH - row);
            (int first, int count) = InputRows(row, rows);
            _input.Load(Context.Kernels, image, block, first * _g.InW, 1, x, count * _g.InW);
            for (int r = row; r < row + rows; r++)
            {
                WindowTaps under = WindowTaps.Rows(_g, r);
                for (int c = 0; c < _g.OutW; c++, y += 16)
                {
                    WindowTaps columns = WindowTaps.Columns(_g, c);
                    if (under.Count > 0 && columns.Count > 0)
                        Context.Kernels.Family.MaxOf(
                            x + ((nint)(under.First - first) * _g.InW + columns.First) * 16, under.Count, (nint)_g.DilationH * _g.InW * 16,
                            columns.Count, _g.DilationW * 16, y);
                    else
                        new Span<float>(y, 16).Fill(float.NegativeInfinity);
                }
            }
        }
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* dz = scratch, x = dz + (nint)_rows * _g.OutW * 16, y = Output.Stored.At(image, block),
            dx = _input.Gradient!.At(image, block);
        if (!_add)
            new Span<float>(dx, (int)_input.Stored.Block).Clear();
        for (int row = 0; row < _g.OutH; row += _rows)
        {
            int rows = Math.Min(_rows, _g.OutH - row);
            (int first, int count) = InputRows(row, rows);
            _input.Load(Context.Kernels, image, block, first * _g.InW, 1, x, count * _g.InW);
            Output.LoadGradient(Context.Kernels, image, block, row * _g.OutW, dz, rows * _g.OutW);
            float* d = dz;
            for (int r = row; r < row + rows; r++)
            {
                WindowTaps under = WindowTaps.Rows(_g, r);
                for (int c = 0; c < _g.OutW; c++, y += 16, d += 16)
                {
                    WindowTaps columns = WindowTaps.Columns(_g, c);
                    Context.Kernels.MaxGradient(x + ((nint)(under.First - first) * _g.InW + columns.First) * 16, under.Count, (nint)_g.DilationH * _g.InW * 16,
                        columns.Count, _g.DilationW * 16, y, d, dx + ((nint)under.First * _g.InW + columns.First) * 16);
                }
            }
        }
    }
}
