using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Normalizes every channel of every image by itself. X [N,C,…], scale and B [C] → Y like X. Default: epsilon 1e-5 (ONNX InstanceNormalization 6).
/// </summary>
internal sealed class InstanceNormalization(OperatorAttributes attributes) : RowNormalization
{
    public override string OpType => "InstanceNormalization";

    public override OperatorAttributes Attributes => attributes;

    public override float Epsilon { get; } = attributes.Float("epsilon", 1e-5f);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 3, 3);
        Expect.Rank(OpType, "input", inputs[0], 3, 8);
        Expect.Shape(OpType, "scale", inputs[1], new TensorShape(inputs[0][1]));
        Expect.Shape(OpType, "B", inputs[2], new TensorShape(inputs[0][1]));
        return [inputs[0]];
    }

    protected override RowLayout Layout(TensorShape x, TensorShape scale)
    {
        int rows = x[0] * x[1], length = rows == 0 ? 0 : x.ElementCount / rows;
        return new RowLayout(rows, length, Math.Max(1, length), x[1], 1);
    }
}
