using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// The input cut along axis (default 0) into one part per output, of the lengths of constant input 1; without it into equal parts,
/// the last one smaller when the length does not divide (ONNX Split 18).
/// </summary>
internal sealed class Split(OperatorAttributes attributes, int outputCount) : Operator
{
    private readonly long[]? _lengths = attributes.ConstantInts(1);

    public override string OpType => "Split";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The axis; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", 0);

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        if (!check.Axis(Axis, x.Rank, out int axis))
            return null;
        int length = x[axis], part = (int)((length + (long)outputCount - 1) / outputCount);
        TensorShape[] outputs = new TensorShape[outputCount];
        if (_lengths is not null && (_lengths.Length != outputCount || _lengths.Any(l => l < 0 || l > length) || _lengths.Sum() != length))
            return check.Misfit($"{outputCount} lengths that sum to {length}", $"[{string.Join(",", _lengths)}]");
        for (int i = 0; i < outputCount; i++)
            outputs[i] = x.With(axis, _lengths is null ? (int)Math.Clamp(length - (long)i * part, 0, part) : (int)_lengths[i]);
        return outputs;
    }

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        int axis = Axes.Index(Axis, shape.Rank), start = 0;
        Axes whole = Axes.Of(shape, axis);
        int row = whole.Length * whole.Inner;
        for (int output = 0; output < step.OutputCount; output++)
        {
            int part = step.OutputShape(output)[axis] * whole.Inner;
            for (int outer = 0; outer < whole.Outer; outer++)
                step.Input(0).Slice(outer * row + start, part).CopyTo(step.Output(output)[(outer * part)..]);
            start += part;
        }
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        TensorShape shape = step.InputShape(0);
        int axis = Axes.Index(Axis, shape.Rank), start = 0;
        Axes whole = Axes.Of(shape, axis);
        int row = whole.Length * whole.Inner;
        for (int output = 0; output < step.OutputCount; output++)
        {
            int part = step.OutputShape(output)[axis] * whole.Inner;
            for (int outer = 0; outer < whole.Outer && !step.OutputGradient(output).IsEmpty; outer++)
                Rows.Add(step.OutputGradient(output).Slice(outer * part, part), step.InputGradient(0).Slice(outer * row + start, part));
            start += part;
        }
    }

    /// <summary>Up to opset 12 the lengths are an attribute; num_outputs came with opset 18.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        scope.AttributeToInput(node, "split", 1);
        if (node.Input(1).Length == 0)
            node.Attributes.TryAdd("num_outputs", (long)node.Outputs.Count);
        scope.Emit(node);
    }

    /// <summary>num_outputs came with opset 18, lengths are an attribute before opset 13.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 18)
        {
            node.Take("num_outputs");
            if (node.Input(1).Length == 0)
            {
                // A last part that is shorter must be said before opset 18.
                TensorShape x = scope.Shape(node.Input(0));
                long axis = node.Int("axis", 0), length = x[(int)(axis < 0 ? axis + x.Rank : axis)], count = node.Outputs.Count,
                    part = (length + count - 1) / count;
                if (length % count != 0)
                    node.SetInput(1, scope.Constant(
                        node, "lengths", OnnxTensor.Ints([.. Enumerable.Range(0, (int)count).Select(i => Math.Clamp(length - i * part, 0, part))])));
            }
        }
        if (scope.Opset < 13)
            scope.InputToAttribute(node, 1, "split");
        scope.Emit(node);
    }
}
