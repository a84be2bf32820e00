using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Blocks of pixels become channels: X [N,C,H·b,W·b] → Y [N,C·b²,H,W] with b = blocksize; output channel (bh·b + bw)·C + c
/// (ONNX SpaceToDepth 13).
/// </summary>
internal sealed class SpaceToDepth(OperatorAttributes attributes) : BlockOperator(attributes)
{
    public override string OpType => "SpaceToDepth";

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        TensorShape x = inputs[0];
        Expect.Rank(OpType, "X", x, 4, 4);
        if (x[2] % BlockSize != 0 || x[3] % BlockSize != 0)
            throw Expect.Error(OpType, $"a height and a width that {BlockSize} divides", $"{x}");
        return [new TensorShape(x[0], Expect.Length(OpType, (long)x[1] * BlockSize * BlockSize), x[2] / BlockSize, x[3] / BlockSize)];
    }

    protected override int Source(TensorShape x, int n, int c, int h, int w)
    {
        int block = c / x[1];
        return At(x, n, c % x[1], h * BlockSize + block / BlockSize, w * BlockSize + block % BlockSize);
    }
}
