using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>X repeated so that it broadcasts with the shape of constant input 1 (ONNX Expand 13).</summary>
internal sealed class Expand(OperatorAttributes attributes) : SelectionOperator
{
    private readonly TensorShape _target = new([.. (attributes.ConstantInts(1) ?? []).Select(l => (int)Math.Clamp(l, 0, int.MaxValue))]);

    public override string OpType => "Expand";

    public override OperatorAttributes Attributes => attributes;

    internal override string? Refusal => attributes.ConstantInts(1) is not long[] shape
        ? "Expand: expected a constant shape, received one that is computed from the image. Export the network with fixed sizes."
        : shape.Where(l => l is < 0 or > int.MaxValue).Select(l => Expect.Attribute(OpType, "shape", $"{l}", "0 or more")).FirstOrDefault();

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        return check.Inputs(inputs, 1, 1) && Broadcast.Shape(check, inputs[0], _target) is TensorShape shape ? [shape] : null;
    }

    protected override int[][] Maps(TensorShape x)
    {
        TensorShape y = Broadcast.Shape(OpType, x, _target);
        int[][] maps = new int[y.Rank][];
        for (int back = 1; back <= y.Rank; back++)
            maps[^back] = back <= x.Rank && x[x.Rank - back] != 1 ? Whole(y[y.Rank - back]) : new int[y[y.Rank - back]];
        return maps;
    }
}
