using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Elements of the axis (default 0) at the indices of constant input 1: a list of numbers, or one number, which drops the axis.
/// Negative indices count from the end (ONNX Gather 13).
/// </summary>
internal sealed class Gather(OperatorAttributes attributes) : SelectionOperator
{
    private readonly long[] _indices = attributes.ConstantInts(1) ?? [];

    public override string OpType => "Gather";

    public override OperatorAttributes Attributes => attributes;

    internal override string? Refusal => attributes.ConstantInts(1) is not null ? null
        : "Gather: expected constant indices, received values that are computed from the image. Export the network with fixed sizes.";

    /// <summary>The axis; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", 0);

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1) || !check.Axis(Axis, inputs[0].Rank, out int axis))
            return null;
        int[] lengths = inputs[0].Lengths.ToArray();
        foreach (long index in _indices)
            if (index < -lengths[axis] || index >= lengths[axis])
                return check.Misfit($"indices from {-lengths[axis]} to {lengths[axis] - 1} for axis {axis} of {inputs[0]}", $"{index}");
        lengths[axis] = Map(inputs[0], axis).Length;
        return [new TensorShape(attributes.ConstantInputs[1] is long ? [.. lengths[..axis], .. lengths[(axis + 1)..]] : lengths)];
    }

    protected override int[][] Maps(TensorShape x)
    {
        int axis = Axes.Index(Axis, x.Rank);
        int[][] maps = [.. x.Lengths.ToArray().Select(Whole)];
        maps[axis] = Map(x, axis);
        return maps;
    }

    private int[] Map(TensorShape x, int axis)
    {
        int length = x[axis];
        return [.. _indices.Select(i => (int)(i < 0 ? i + length : i))];
    }

    /// <summary>A table of indices becomes its list, and the result is put into shape again: the operator takes a list.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        if (scope.Known(node, 1) is not { Shape.Rank: > 1 } table)
        {
            scope.Emit(node);
            return;
        }
        TensorShape shape = scope.Shape(node, 0);
        long axis = node.Int("axis", 0);
        int at = (int)(axis < 0 ? axis + shape.Rank : axis);
        if (at < 0 || at >= shape.Rank)
        {
            scope.Damaged(node, $"axis {axis} does not fit a value of shape {shape}.");
            return;
        }
        string list = scope.Fresh(node, "list");
        scope.Emit(new FileNode("Gather", node.Name, [node.Input(0),
            scope.Constant(node, "indices", new OnnxTensor(new TensorShape(table.Shape.ElementCount), table.AsIntegers()))],
            [list])
        { Attributes = { ["axis"] = (long)at } });
        long[] target =
            [.. Enumerable.Repeat(0L, at), .. table.Shape.Lengths.ToArray().Select(l => (long)l), .. shape.Lengths[(at + 1)..].ToArray().Select(l => (long)l)];
        if (at + 1 < shape.Rank)
            target[^1] = -1;
        scope.Emit(new FileNode("Reshape", $"{node.Name}/Reshape", [list, scope.Constant(node, "shape", OnnxTensor.Ints(target))], node.Outputs));
    }
}
