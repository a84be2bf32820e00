using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Training;

/// <summary>The mean under a window; pixels outside the image count as zeros or not at all.</summary>
internal sealed unsafe class AveragePoolStage : PlaneStage
{
    private readonly Window _g;
    private readonly bool _countPad;
    private readonly BlockedValue _input;
    private bool _add;

    public AveragePoolStage(BlockedContext context, Window window, bool countPad, BlockedValue input, BlockedValue output) : base(context, output, 0)
    {
        (_g, _countPad, _input) = (window, countPad, input);
        context.Reserve(Math.Max(input.Shape.Plane, output.Shape.Plane), 0, 0);
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
        _input.Load(Context.Kernels, image, block, 0, 1, scratch, _input.Shape.Pixels);
        for (int row = 0; row < _g.OutH; row++)
            for (int column = 0; column < _g.OutW; column++, y += 16)
            {
                (int top, int rows, int left, int columns, float factor) = Under(row, column);
                Context.Kernels.Family.SumOf(scratch + ((nint)top * _g.InW + left) * 16, rows, (nint)_g.DilationH * _g.InW * 16, columns, _g.DilationW * 16, factor, y);
            }
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* dx = _input.Gradient!.At(image, block), share = stackalloc float[16], factors = stackalloc float[16];
        if (!_add)
            new Span<float>(dx, (int)_input.Shape.Plane).Clear();
        Output.LoadGradient(Context.Kernels, image, block, 0, scratch, Output.Shape.Pixels);
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
        (int top, int rows, int allRows) = Side(row * _g.StrideH - _g.PadTop, _g.KernelH, _g.DilationH, _g.InH, _g.PadBottom);
        (int left, int columns, int allColumns) = Side(column * _g.StrideW - _g.PadLeft, _g.KernelW, _g.DilationW, _g.InW, _g.PadRight);
        if (rows == 0 || columns == 0)
            return (0, 0, 0, 0, 0);
        return (top, rows, left, columns, 1f / (_countPad ? allRows * allColumns : rows * columns));
    }

    /// <summary>First position inside the image, how many are inside, how many inside image and padding.</summary>
    private static (int First, int Count, int Padded) Side(int start, int kernel, int dilation, int length, int tail)
    {
        int skip = start >= 0 ? 0 : (-start + dilation - 1) / dilation, first = start + skip * dilation;
        int count = first >= length ? 0 : Math.Min(kernel - skip, (length - first + dilation - 1) / dilation);
        return (first, Math.Max(count, 0), Math.Max(Math.Min(kernel, (length + tail - start + dilation - 1) / dilation), 0));
    }
}
