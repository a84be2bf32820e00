using SkinClassifier.Graphs.Files;
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

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 2, 3))
            return null;
        TensorShape x = inputs[0], row = x;
        if (!check.Axis(Axis, x.Rank, out int axis))
            return null;
        TensorShape expected = new(x.Lengths[axis..]);
        if (!check.Shape("Scale", inputs[1], expected))
            return null;
        if (inputs.Length == 3 && inputs[2].Rank > 0 && !check.Shape("B", inputs[2], expected))
            return null;
        for (int i = axis; i < x.Rank; i++)
            row = row.With(i, 1);
        return [x, row, row];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.IsInner(Axis);

    protected override RowLayout Layout(TensorShape x, TensorShape scale)
    {
        int length = scale.ElementCount;
        return new RowLayout(length == 0 ? 0 : x.ElementCount / length, length, 1, 1, 0);
    }

    /// <summary>(x − mean) / √(variance + epsilon) · scale + bias over the axes from axis on.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        const int since = 17;
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        int rank = scope.Rank(node.Input(0));
        long axis = node.Int("axis", -1);
        long[] axes = [.. Enumerable.Range(0, rank).Select(i => (long)i).Where(i => i >= (axis < 0 ? axis + rank : axis))];
        string x = node.Input(0), mean = scope.Emit(node, "ReduceMean", "mean", ("axes", axes), x);
        string centerd = scope.Emit(node, "Sub", "centerd", x, mean), square = scope.Emit(node, "Mul", "square", centerd, centerd);
        string variance = scope.Emit(node, "ReduceMean", "variance", ("axes", axes), square);
        string shifted = scope.Emit(node, "Add", "shifted", variance, Downgrades.Number(node, scope, "epsilon", node.Float("epsilon", 1e-5f)));
        string normal = scope.Emit(node, "Div", "normal", centerd, scope.Emit(node, "Sqrt", "deviation", shifted));
        bool hasBias = node.Input(2).Length > 0;
        if (hasBias)
            scope.Emit(new FileNode("Add", node.Name, [scope.Emit(node, "Mul", "product", normal, node.Input(1)), node.Input(2)], [node.Outputs[0]]));
        else
            scope.Emit(new FileNode("Mul", node.Name, [normal, node.Input(1)], [node.Outputs[0]]));
        if (node.Outputs.Count > 1)
            throw scope.Unsupported(node, "mean and deviation as outputs need opset 17 or newer.");
    }
}
