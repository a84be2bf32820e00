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

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 3, 3) || !check.Rank("input", inputs[0], 3, 8))
            return null;
        if (!check.Shape("scale", inputs[1], new TensorShape(inputs[0][1])))
            return null;
        if (!check.Shape("B", inputs[2], new TensorShape(inputs[0][1])))
            return null;
        return [inputs[0]];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    protected override RowLayout Layout(TensorShape x, TensorShape scale)
    {
        int rows = x[0] * x[1], length = rows == 0 ? 0 : x.ElementCount / rows;
        return new RowLayout(rows, length, Math.Max(1, length), x[1], 1);
    }
}
