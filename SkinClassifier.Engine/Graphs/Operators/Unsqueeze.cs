using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Puts in axes of length 1 so that they lie at the positions of constant input 1 in the result (ONNX Unsqueeze 13).</summary>
internal sealed class Unsqueeze(OperatorAttributes attributes) : ReshapingOperator
{
    private readonly long[] _axes = attributes.ConstantInts(1) ?? [];

    public override string OpType => "Unsqueeze";

    public override OperatorAttributes Attributes => attributes;

    internal override string? Refusal => attributes.ConstantInts(1) is not null ? null
        : "Unsqueeze: expected constant axes, received values that are computed from the image. Export the network with fixed sizes.";

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        int rank = inputs[0].Rank + _axes.Length;
        bool[] added = new bool[rank];
        foreach (long value in _axes)
        {
            if (!check.Axis(value, rank, out int axis))
                return null;
            if (added[axis])
                return check.Misfit("axes without repetition", $"[{string.Join(",", _axes)}]");
            added[axis] = true;
        }
        int[] lengths = new int[rank];
        for (int axis = 0, from = 0; axis < rank; axis++)
            lengths[axis] = added[axis] ? 1 : inputs[0][from++];
        return [new TensorShape(lengths)];
    }
}
