using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// The same elements under the shape of constant input 1: 0 copies the input's length (or means 0 when allowzero = 1), one −1 is
/// what remains (ONNX Reshape 19).
/// </summary>
internal sealed class Reshape : ReshapingOperator
{
    public Reshape(OperatorAttributes attributes)
    {
        Attributes = attributes;
        Target = attributes.ConstantInts(1) ?? [];
        AllowZero = attributes.Int("allowzero", 0) != 0;
    }

    public override string OpType => "Reshape";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => Attributes.ConstantInts(1) is not null ? null
        : "Reshape: expected a constant shape (input 1), received one that is computed from the image. "
            + "Export the network with fixed or symbolic lengths folded.";

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    /// <summary>The target shape as ONNX writes it.</summary>
    public IReadOnlyList<long> Target { get; }

    /// <summary>Whether 0 means an empty axis.</summary>
    public bool AllowZero { get; }

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        long known = 1;
        int open = -1;
        int[] lengths = new int[Target.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            long length = Target[i];
            if (length == 0 && !AllowZero)
                length = i < x.Rank ? x[i] : -2;
            if (length == -1 && open < 0)
                open = i;
            else if (length is < 0 or > int.MaxValue)
                return Misfit(check, x);
            else
            {
                lengths[i] = (int)length;
                known = Math.Min(known * length, long.MaxValue / int.MaxValue);
            }
        }
        if (!check.Count(x, out int count))
            return null;
        if (open >= 0)
        {
            if (known == 0 || count % known != 0)
                return Misfit(check, x);
            lengths[open] = (int)(count / known);
        }
        else if (known != count)
            return Misfit(check, x);
        return [new TensorShape(lengths)];
    }

    private TensorShape[]? Misfit(ShapeCheck check, TensorShape x) => check.Misfit($"an input that fits the shape [{string.Join(",", Target)}]", $"{x}");

    /// <summary>Up to opset 4 the shape is an attribute.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        scope.AttributeToInput(node, "shape", 1);
        scope.Emit(node);
    }

    /// <summary>allowzero came with opset 14.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        Downgrades.ZeroBefore(node, scope, 14, "allowzero");
        scope.Emit(node);
    }
}
