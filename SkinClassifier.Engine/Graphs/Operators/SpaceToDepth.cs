using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Blocks of pixels become channels: X [N,C,H·b,W·b] → Y [N,C·b²,H,W] with b = blocksize; output channel (bh·b + bw)·C + c
/// (ONNX SpaceToDepth 13).
/// </summary>
internal sealed class SpaceToDepth(OperatorAttributes attributes) : BlockOperator(attributes)
{
    public override string OpType => "SpaceToDepth";

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        if (!check.Rank("X", x, 4, 4))
            return null;
        if (x[2] % BlockSize != 0 || x[3] % BlockSize != 0)
            return check.Misfit($"a height and a width that {BlockSize} divides", $"{x}");
        return check.Length((long)x[1] * BlockSize * BlockSize, out int channels)
            ? [new TensorShape(x[0], channels, x[2] / BlockSize, x[3] / BlockSize)] : null;
    }

    protected override int Source(TensorShape x, int n, int c, int h, int w)
    {
        int block = c / x[1];
        return At(x, n, c % x[1], h * BlockSize + block / BlockSize, w * BlockSize + block % BlockSize);
    }
}
