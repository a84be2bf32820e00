using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Inputs one behind the other along axis; all other lengths are equal (ONNX Concat 13).</summary>
internal sealed class Concat(OperatorAttributes attributes) : Operator
{
    public override string OpType => "Concat";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The axis; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", 0);

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, int.MaxValue) || !check.Axis(Axis, inputs[0].Rank, out int axis))
            return null;
        long length = 0;
        foreach (TensorShape input in inputs)
        {
            if (input.Rank != inputs[0].Rank || input.With(axis, 1) != inputs[0].With(axis, 1))
                return check.Misfit($"inputs that differ along axis {axis} only", $"{inputs[0]} and {input}");
            length += input[axis];
        }
        return check.Length(length, out int all) ? [inputs[0].With(axis, all)] : null;
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.IsInner(Axis) && inputs.AllVary;

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.OutputShape(0);
        int axis = Axes.Index(Axis, shape.Rank), start = 0;
        Axes whole = Axes.Of(shape, axis);
        int row = whole.Length * whole.Inner;
        for (int input = 0; input < step.InputCount; input++)
        {
            int part = step.InputShape(input)[axis] * whole.Inner;
            for (int outer = 0; outer < whole.Outer; outer++)
                step.Input(input).Slice(outer * part, part).CopyTo(step.Output(0)[(outer * row + start)..]);
            start += part;
        }
    }

    internal override void Backward(BackwardStep step)
    {
        TensorShape shape = step.OutputShape(0);
        int axis = Axes.Index(Axis, shape.Rank), start = 0;
        Axes whole = Axes.Of(shape, axis);
        int row = whole.Length * whole.Inner;
        for (int input = 0; input < step.InputCount; input++)
        {
            int part = step.InputShape(input)[axis] * whole.Inner;
            for (int outer = 0; outer < whole.Outer && step.Wants(input); outer++)
                Rows.Add(step.OutputGradient(0).Slice(outer * row + start, part), step.InputGradient(input).Slice(outer * part, part));
            start += part;
        }
    }

    /// <summary>Up to opset 3 axis has the default 1.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        if (scope.Opset < 4)
            node.Attributes.TryAdd("axis", 1L);
        scope.Emit(node);
    }
}
