using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Channels become blocks of pixels: X [N,C·b²,H,W] → Y [N,C,H·b,W·b] with b = blocksize. mode DCR (default): input channel
/// (bh·b + bw)·C + c; CRD: input channel (c·b + bh)·b + bw (ONNX DepthToSpace 13).
/// </summary>
internal sealed class DepthToSpace : BlockOperator
{
    private readonly bool _channelsFirst;

    public DepthToSpace(OperatorAttributes attributes) : base(attributes)
    {
        string mode = attributes.Text("mode", "DCR");
        _channelsFirst = mode is "CRD" or "DCR" ? mode == "CRD" : throw Expect.Attribute(OpType, "mode", mode, "DCR, CRD");
    }

    public override string OpType => "DepthToSpace";

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        TensorShape x = inputs[0];
        Expect.Rank(OpType, "X", x, 4, 4);
        if (x[1] % (BlockSize * BlockSize) != 0)
            throw Expect.Error(OpType, $"a number of channels that {BlockSize * BlockSize} divides", $"{x}");
        return [new TensorShape(
            x[0], x[1] / (BlockSize * BlockSize), Expect.Length(OpType, (long)x[2] * BlockSize), Expect.Length(OpType, (long)x[3] * BlockSize))];
    }

    protected override int Source(TensorShape x, int n, int c, int h, int w)
    {
        int bh = h % BlockSize, bw = w % BlockSize, channels = x[1] / (BlockSize * BlockSize);
        int channel = _channelsFirst ? (c * BlockSize + bh) * BlockSize + bw : (bh * BlockSize + bw) * channels + c;
        return At(x, n, channel, h / BlockSize, w / BlockSize);
    }
}
