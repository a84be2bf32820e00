using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Normalizes over all axes from axis on. X, scale and optional B with the shape of those axes → Y like X; optional outputs mean and
/// 1 / √(var + epsilon) with those axes of length 1, without gradients. Defaults: axis −1, epsilon 1e-5 (ONNX LayerNormalization 17).
/// </summary>
internal sealed class LayerNormalization(OperatorAttributes attributes) : RowNormalization
{
    public override string OpType => "LayerNormalization";

    public override OperatorAttributes Attributes => attributes;

    public override float Epsilon { get; } = attributes.Float("epsilon", 1e-5f);

    /// <summary>The first axis that is normalized over; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", -1);

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 2, 3);
        TensorShape x = inputs[0], row = x;
        int axis = Expect.Axis(OpType, Axis, x.Rank);
        TensorShape expected = new(x.Lengths[axis..]);
        Expect.Shape(OpType, "Scale", inputs[1], expected);
        if (inputs.Length == 3 && inputs[2].Rank > 0)
            Expect.Shape(OpType, "B", inputs[2], expected);
        for (int i = axis; i < x.Rank; i++)
            row = row.With(i, 1);
        return [x, row, row];
    }

    protected override RowLayout Layout(TensorShape x, TensorShape scale)
    {
        int length = scale.ElementCount;
        return new RowLayout(length == 0 ? 0 : x.ElementCount / length, length, 1, 1, 0);
    }
}
