using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// The mean under the window. X [N,C,H,W] or [N,C,W] → Y [N,C,outH,outW]. count_include_pad = 0 (default) divides by the taps
/// inside the image, 1 by the taps inside the image and its padding; taps beyond the padding (ceil_mode) never count.
/// Other attributes as MaxPool (ONNX AveragePool 19).
/// </summary>
internal sealed class AveragePool(OperatorAttributes attributes) : PoolOperator("AveragePool", attributes)
{
    public override string OpType => "AveragePool";

    /// <summary>Whether padding counts in the divisor.</summary>
    public bool CountIncludePad { get; } = attributes.Int("count_include_pad", 0) != 0;

    protected override float Value(Window g, ReadOnlySpan<float> x, int oh, int ow)
    {
        double sum = 0;
        foreach (int at in g.Under(oh, ow))
            sum += x[at];
        int count = Count(g, oh, ow);
        return count == 0 ? 0 : (float)(sum / count);
    }

    protected override void AddGradient(Window g, ReadOnlySpan<float> x, int oh, int ow, float dy, Span<float> dx)
    {
        float share = dy / Count(g, oh, ow);
        foreach (int at in g.Under(oh, ow))
            dx[at] += share;
    }

    /// <summary>The divisor of one output pixel.</summary>
    private int Count(Window g, int oh, int ow) => CountIncludePad
        ? Taps(oh * g.StrideH, g.KernelH, g.DilationH, 0, g.PadTop + g.InH + g.PadBottom)
            * Taps(ow * g.StrideW, g.KernelW, g.DilationW, 0, g.PadLeft + g.InW + g.PadRight)
        : Taps(oh * g.StrideH, g.KernelH, g.DilationH, g.PadTop, g.PadTop + g.InH) * Taps(ow * g.StrideW, g.KernelW, g.DilationW, g.PadLeft, g.PadLeft + g.InW);

    private static int Taps(int start, int kernel, int dilation, int from, int to)
    {
        int count = 0;
        for (int k = 0, at = start; k < kernel; k++, at += dilation)
            if (at >= from && at < to)
                count++;
        return count;
    }

    /// <summary>dilations came with opset 19, ceil_mode with opset 10.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        WindowExport.ExplicitPads(node, scope);
        PoolExport.SmallPads(node, scope, 0, leavesOutPads: node.Int("count_include_pad", 0) == 0);
        PoolExport.Ceiling(node, scope);
        Downgrades.OnesBefore(node, scope, 19, "dilations");
        scope.Emit(node);
    }
}
