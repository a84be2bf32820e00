using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Layout;

/// <summary>Taps of a window along one axis: the place of the first one inside the image, how many are inside, how many inside image and padding.</summary>
internal readonly record struct WindowTaps(int First, int Count, int Padded)
{
    /// <summary>Rows under output row <paramref name="row"/>.</summary>
    public static WindowTaps Rows(Window g, int row) => Of(row * g.StrideH - g.PadTop, g.KernelH, g.DilationH, g.InH, g.PadBottom);

    /// <summary>Columns under output column <paramref name="column"/>.</summary>
    public static WindowTaps Columns(Window g, int column) => Of(column * g.StrideW - g.PadLeft, g.KernelW, g.DilationW, g.InW, g.PadRight);

    /// <summary>1 / number of values that a mean over both axes has; with or without those in the padding.</summary>
    public static float MeanFactor(WindowTaps rows, WindowTaps columns, bool countPadding) =>
        1f / (countPadding ? rows.Padded * columns.Padded : rows.Count * columns.Count);

    private static WindowTaps Of(int start, int kernel, int dilation, int length, int tail)
    {
        int skip = start >= 0 ? 0 : (-start + dilation - 1) / dilation, first = start + skip * dilation;
        int count = first >= length ? 0 : Math.Min(kernel - skip, (length - first + dilation - 1) / dilation);
        int padded = Math.Min(kernel, (length + tail - start + dilation - 1) / dilation);
        return new WindowTaps(first, Math.Max(count, 0), Math.Max(padded, 0));
    }
}
