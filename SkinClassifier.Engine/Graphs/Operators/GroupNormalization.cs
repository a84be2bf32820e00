using SkinClassifier.Graphs.Files;
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
    public int Groups { get; } = attributes.Int("num_groups", 0) is > 0 and <= int.MaxValue and long groups ? (int)groups : 0;

    internal override string? Refusal => Groups > 0 ? null : Expect.Attribute(OpType, "num_groups", $"{attributes.Int("num_groups", 0)}", "1 or more");

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 3, 3))
            return null;
        TensorShape x = inputs[0];
        if (!check.Rank("X", x, 3, 8))
            return null;
        if (x[1] % Groups != 0)
            return check.Misfit($"channels divisible by num_groups {Groups}", $"{x}");
        if (inputs[1] != new TensorShape(Groups) && !check.Shape("scale", inputs[1], new TensorShape(x[1])))
            return null;
        if (!check.Shape("bias", inputs[2], inputs[1]))
            return null;
        return [x];
    }

    protected override RowLayout Layout(TensorShape x, TensorShape scale)
    {
        int rows = x[0] * Groups, length = rows == 0 ? 0 : x.ElementCount / rows, perRow = scale[0] == x[1] ? x[1] / Groups : 1;
        return new RowLayout(rows, length, Math.Max(1, length / perRow), Groups, perRow);
    }

    /// <summary>Before opset 18 instance normalization of the groups, laid out as channels; scale and bias per channel (opset 21) become Mul and Add.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        const int since = 18;
        int groups = (int)node.Int("num_groups", 1);
        bool perChannel = scope.Shape(node.Input(1))[0] != groups;
        if (scope.Opset >= since && !perChannel)
        {
            scope.Emit(node);
            return;
        }
        string x = node.Input(0), scale = node.Input(1), bias = node.Input(2);
        if (perChannel)
        {
            float[] ones = new float[groups];
            Array.Fill(ones, 1);
            scale = scope.Constant(node, "one", new OnnxTensor(new TensorShape(groups), ones));
            bias = scope.Constant(node, "zero", new OnnxTensor(new TensorShape(groups), new float[groups]));
        }
        string normal;
        if (scope.Opset >= since)
        {
            normal = scope.Fresh($"{node.Name}/normal");
            scope.Emit(new FileNode("GroupNormalization", normal, [x, scale, bias], [normal]) { Attributes = node.Attributes });
        }
        else
        {
            string grouped = scope.Emit(node, "Reshape", "groups", x, scope.Constant(node, "grouping", OnnxTensor.Ints(0, groups, -1)));
            string rows = scope.Emit(node, "InstanceNormalization", "rows", ("epsilon", node.Float("epsilon", 1e-5f)), grouped, scale, bias);
            normal = scope.Emit(node, "Reshape", "normal", rows, scope.Emit(node, "Shape", "shape", x));
        }
        if (!perChannel)
        {
            scope.Emit(new FileNode("Identity", node.Name, [normal], node.Outputs));
            return;
        }
        string wide = scope.Constant(node, "wide", OnnxTensor.Ints([-1, .. Enumerable.Repeat(1L, scope.Rank(x) - 2)]));
        string scaled = scope.Emit(node, "Mul", "scaled", normal, scope.Emit(node, "Reshape", "scale", node.Input(1), wide));
        scope.Emit(new FileNode("Add", node.Name, [scaled, scope.Emit(node, "Reshape", "bias", node.Input(2), wide)], node.Outputs));
    }
}
