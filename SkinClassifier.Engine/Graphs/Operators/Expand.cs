using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>X repeated so that it broadcasts with the shape of constant input 1 (ONNX Expand 13).</summary>
internal sealed class Expand(OperatorAttributes attributes) : SelectionOperator
{
    private readonly TensorShape _target = Target(attributes);

    public override string OpType => "Expand";

    public override OperatorAttributes Attributes => attributes;

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        return [Broadcast.Shape(OpType, inputs[0], _target)];
    }

    protected override int[][] Maps(TensorShape x)
    {
        TensorShape y = Broadcast.Shape(OpType, x, _target);
        int[][] maps = new int[y.Rank][];
        for (int back = 1; back <= y.Rank; back++)
            maps[^back] = back <= x.Rank && x[x.Rank - back] != 1 ? Whole(y[y.Rank - back]) : new int[y[y.Rank - back]];
        return maps;
    }

    private static TensorShape Target(OperatorAttributes attributes)
    {
        long[] shape = attributes.ConstantInts(1)
            ?? throw new Common.UnsupportedContentException(
                "Expand: expected a constant shape, received one that is computed from the image. Export the network with fixed sizes.");
        foreach (long length in shape)
            if (length is < 0 or > int.MaxValue)
                throw Expect.Attribute("Expand", "shape", $"{length}", "0 or more");
        return new TensorShape([.. shape.Select(l => (int)l)]);
    }
}
