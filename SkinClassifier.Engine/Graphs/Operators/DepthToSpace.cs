using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Channels become blocks of pixels: X [N,C·b²,H,W] → Y [N,C,H·b,W·b] with b = blocksize. mode DCR (default): input channel
/// (bh·b + bw)·C + c; CRD: input channel (c·b + bh)·b + bw (ONNX DepthToSpace 13).
/// </summary>
internal sealed class DepthToSpace(OperatorAttributes attributes) : BlockOperator(attributes)
{
    private readonly string _mode = attributes.Text("mode", "DCR");

    public override string OpType => "DepthToSpace";

    internal override string? Refusal => base.Refusal ?? (_mode is "CRD" or "DCR" ? null : Expect.Attribute(OpType, "mode", _mode, "DCR, CRD"));

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        if (!check.Rank("X", x, 4, 4))
            return null;
        if (x[1] % (BlockSize * BlockSize) != 0)
            return check.Misfit($"a number of channels that {BlockSize * BlockSize} divides", $"{x}");
        return check.Length((long)x[2] * BlockSize, out int height) && check.Length((long)x[3] * BlockSize, out int width)
            ? [new TensorShape(x[0], x[1] / (BlockSize * BlockSize), height, width)] : null;
    }

    protected override int Source(TensorShape x, int n, int c, int h, int w)
    {
        int bh = h % BlockSize, bw = w % BlockSize, channels = x[1] / (BlockSize * BlockSize);
        int channel = (_mode == "CRD") ? (c * BlockSize + bh) * BlockSize + bw : (bh * BlockSize + bw) * channels + c;
        return At(x, n, channel, h / BlockSize, w / BlockSize);
    }

    /// <summary>Before opset 11 there is only mode DCR; CRD becomes Reshape, Transpose, Reshape, where the image size is fixed.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset >= 11 || node.Take("mode") is not "CRD")
        {
            scope.Emit(node);
            return;
        }
        if (!scope.HasFixedSides)
            throw scope.Unsupported(node, "mode CRD needs opset 11 or newer, or a network with a fixed image size.");
        TensorShape x = scope.Shape(node.Input(0));
        long size = node.Int("blocksize", 1), channels = x[1] / (size * size);
        string blocks =
            scope.Emit(node, "Reshape", "blocks", node.Input(0), scope.Constant(node, "blocks", OnnxTensor.Ints(0, channels, size, size, x[2], x[3])));
        string turned = scope.Emit(node, "Transpose", "turned", ("perm", new long[] { 0, 1, 4, 2, 5, 3 }), blocks);
        scope.Emit(
            new FileNode("Reshape", node.Name, [turned, scope.Constant(node, "size", OnnxTensor.Ints(0, channels, x[2] * size, x[3] * size))], node.Outputs));
    }
}
