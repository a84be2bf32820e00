using SkinClassifier.Execution.Layout;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>The mean under a window; pixels outside the image count as zeros or not at all.</summary>
internal sealed unsafe class AveragePoolTrainingStep : PlaneTrainingStep
{
    private readonly Window _g;
    private readonly bool _countPad;
    private readonly BlockedValue _input;
    private bool _add;

    public AveragePoolTrainingStep(BlockedContext context, Window window, bool countPad, BlockedValue input, BlockedValue output) : base(context, output, 0)
    {
        (_g, _countPad, _input) = (window, countPad, input);
        context.Reserve(Math.Max(input.Stored.Block, output.Stored.Block), 0, 0);
    }

    public override IReadOnlyList<BlockedValue> Reads => [_input];

    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.Claim(_input);
        plan.Release(Output);
    }

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* y = Output.Stored.At(image, block);
        _input.Load(Context.Kernels, image, block, 0, 1, scratch, _input.Stored.Pixels);
        for (int row = 0; row < _g.OutH; row++)
            for (int column = 0; column < _g.OutW; column++, y += 16)
            {
                (int top, int rows, int left, int columns, float factor) = Under(row, column);
                Context.Kernels.Family.SumOf(
                    scratch + ((nint)top * _g.InW + left) * 16, rows, (nint)_g.DilationH * _g.InW * 16, columns, _g.DilationW * 16, factor, y);
            }
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* dx = _input.Gradient!.At(image, block), share = stackalloc float[16], factors = stackalloc float[16];
        if (!_add)
            new Span<float>(dx, (int)_input.Stored.Block).Clear();
        Output.LoadGradient(Context.Kernels, image, block, 0, scratch, Output.Stored.Pixels);
        for (int row = 0; row < _g.OutH; row++)
            for (int column = 0; column < _g.OutW; column++, scratch += 16)
            {
                (int top, int rows, int left, int columns, float factor) = Under(row, column);
                new Span<float>(factors, 16).Fill(factor);
                Context.Kernels.Family.Multiply(scratch, factors, share, 1);
                for (int r = 0; r < rows; r++)
                {
                    float* to = dx + ((nint)(top + r * _g.DilationH) * _g.InW + left) * 16;
                    if (_g.DilationW == 1)
                        Context.Kernels.AddConstant(share, to, columns, false);
                    else
                        for (int c = 0; c < columns; c++)
                            Context.Kernels.AddConstant(share, to + c * _g.DilationW * 16, 1, false);
                }
            }
    }

    private (int Top, int Rows, int Left, int Columns, float Factor) Under(int row, int column)
    {
        WindowTaps rows = WindowTaps.Rows(_g, row), columns = WindowTaps.Columns(_g, column);
        return rows.Count == 0 || columns.Count == 0 ? default
            : (rows.First, rows.Count, columns.First, columns.Count, WindowTaps.MeanFactor(rows, columns, _countPad));
    }
}
