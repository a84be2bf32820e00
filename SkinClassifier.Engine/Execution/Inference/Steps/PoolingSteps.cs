using SkinClassifier.Execution.Layout;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>MaxPool and AveragePool. Windows are cut at the image's edge, so no padding is read.</summary>
internal sealed unsafe class PoolingStep(BlockedTensor x, BlockedTensor y, Window window, bool isMax, bool countIncludePad, Activation activation,
    KernelFamily family) : RowStep(y, activation, family, x.Buffer)
{
    /// <inheritdoc/>
    public override string Name => $"{(isMax ? "MaxPool" : "AveragePool")} {window.KernelH}×{window.KernelW} {Y.Channels} {Y.Height}×{Y.Width}";

    /// <inheritdoc/>
    protected override void Row(int image, int block, int row, float* y)
    {
        WindowTaps rows = WindowTaps.Rows(window, row);
        for (int column = 0; column < Y.Width; column++, y += 16)
        {
            WindowTaps columns = WindowTaps.Columns(window, column);
            if (rows.Count == 0 || columns.Count == 0)
            {
                new Span<float>(y, 16).Fill(isMax ? float.NegativeInfinity : 0);
                continue;
            }
            float* from = x.At(image, block, rows.First, columns.First);
            if (isMax)
                Family.MaxOf(from, rows.Count, window.DilationH * x.Row, columns.Count, window.DilationW * 16, y);
            else
                Family.SumOf(from, rows.Count, window.DilationH * x.Row, columns.Count, window.DilationW * 16,
                    WindowTaps.MeanFactor(rows, columns, countIncludePad), y);
        }
    }
}

/// <summary>The mean or the largest value of every plane.</summary>
internal sealed unsafe class GlobalPoolingStep(BlockedTensor x, BlockedTensor y, bool isMax, Activation activation, KernelFamily family)
    : RowStep(y, activation, family, x.Buffer)
{
    /// <inheritdoc/>
    public override string Name => $"Global {(isMax ? "max" : "average")} {Y.Channels}";

    /// <inheritdoc/>
    protected override void Row(int image, int block, int row, float* y)
    {
        float* from = x.At(image, block, 0, 0);
        if (isMax)
            Family.MaxOf(from, x.Height, x.Row, x.Width, 16, y);
        else
            Family.SumOf(from, x.Height, x.Row, x.Width, 16, 1f / (x.Height * x.Width), y);
    }
}
