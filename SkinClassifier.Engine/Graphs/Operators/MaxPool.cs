using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// The largest value under the window, padding left out; NaN wins. X [N,C,H,W] or [N,C,W] → Y [N,C,outH,outW]. Attributes
/// auto_pad, ceil_mode, dilations, kernel_shape, pads, strides as ONNX MaxPool 12. The gradient goes to the first largest element.
/// The second output of ONNX (indices) is not supported.
/// </summary>
internal sealed class MaxPool(OperatorAttributes attributes, int outputCount = 1) : PoolOperator("MaxPool", attributes)
{
    public override string OpType => "MaxPool";

    internal override string? Refusal => base.Refusal ?? (outputCount <= 1 ? null
        : $"{OpType}: expected one output, received {outputCount}. Further outputs of this operator are not supported; export the network for inference.");

    protected override float Value(Window g, ReadOnlySpan<float> x, int oh, int ow)
    {
        int at = Largest(g, x, oh, ow);
        return at < 0 ? float.NegativeInfinity : x[at];
    }

    protected override void AddGradient(Window g, ReadOnlySpan<float> x, int oh, int ow, float dy, Span<float> dx)
    {
        int at = Largest(g, x, oh, ow);
        if (at >= 0)
            dx[at] += dy;
    }

    private static int Largest(Window g, ReadOnlySpan<float> x, int oh, int ow)
    {
        int best = -1;
        foreach (int at in g.Under(oh, ow))
            if (best < 0 || x[at] > x[best] || (float.IsNaN(x[at]) && !float.IsNaN(x[best])))
                best = at;
        return best;
    }

    /// <summary>dilations and ceil_mode came with opset 10.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        WindowExport.ExplicitPads(node, scope);
        PoolExport.SmallPads(node, scope, float.NegativeInfinity, leavesOutPads: false);
        PoolExport.Ceiling(node, scope);
        Downgrades.OnesBefore(node, scope, 10, "dilations");
        scope.Emit(node);
    }
}
