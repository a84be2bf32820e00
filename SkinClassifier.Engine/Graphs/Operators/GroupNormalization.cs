using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Normalizes groups of C / num_groups channels of every image. X [N,C,…] → Y like X. Scale and bias have one element per group
/// (ONNX GroupNormalization 18) or per channel (21). Default: epsilon 1e-5.
/// </summary>
internal sealed class GroupNormalization(OperatorAttributes attributes) : RowNormalization
{
    public override string OpType => "GroupNormalization";

    public override OperatorAttributes Attributes => attributes;

    public override float Epsilon { get; } = attributes.Float("epsilon", 1e-5f);

    /// <summary>Number of groups.</summary>
    public int Groups { get; } = attributes.Int("num_groups", 0) is > 0 and <= int.MaxValue and long groups ? (int)groups
        : throw Expect.Attribute("GroupNormalization", "num_groups", $"{attributes.Int("num_groups", 0)}", "1 or more");

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 3, 3);
        TensorShape x = inputs[0];
        Expect.Rank(OpType, "X", x, 3, 8);
        if (x[1] % Groups != 0)
            throw Expect.Error(OpType, $"channels divisible by num_groups {Groups}", $"{x}");
        if (inputs[1] != new TensorShape(Groups))
            Expect.Shape(OpType, "scale", inputs[1], new TensorShape(x[1]));
        Expect.Shape(OpType, "bias", inputs[2], inputs[1]);
        return [x];
    }

    protected override RowLayout Layout(TensorShape x, TensorShape scale)
    {
        int rows = x[0] * Groups, length = rows == 0 ? 0 : x.ElementCount / rows, perRow = scale[0] == x[1] ? x[1] / Groups : 1;
        return new RowLayout(rows, length, Math.Max(1, length / perRow), Groups, perRow);
    }
}
