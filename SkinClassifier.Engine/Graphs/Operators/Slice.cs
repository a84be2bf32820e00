using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// A part of the input: from starts to before ends with steps (default 1, may be negative) along axes (default the first ones).
/// These are constant inputs 1 to 4; negative positions count from the end, positions outside are clamped (ONNX Slice 13).
/// </summary>
internal sealed class Slice : SelectionOperator
{
    private readonly long[] _starts, _ends, _steps;
    private readonly long[]? _axes;

    public Slice(OperatorAttributes attributes)
    {
        Attributes = attributes;
        _starts = attributes.ConstantInts(1) ?? [];
        _ends = attributes.ConstantInts(2) ?? [];
        _axes = attributes.ConstantInts(3);
        _steps = attributes.ConstantInts(4) ?? [.. _starts.Select(_ => 1L)];
    }

    public override string OpType => "Slice";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => Attributes.ConstantInts(1) is null ? Missing("starts") : Attributes.ConstantInts(2) is null ? Missing("ends")
        : _ends.Length != _starts.Length || _steps.Length != _starts.Length || (_axes ?? _starts).Length != _starts.Length || _steps.Contains(0)
        ? $"Slice: expected as many ends, axes and steps (none 0) as starts ({_starts.Length}). The file is damaged; export it again." : null;

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        for (int i = 0; i < _starts.Length; i++)
            if (!check.Axis(_axes is null ? i : _axes[i], inputs[0].Rank, out int _))
                return null;
        int[] lengths = inputs[0].Lengths.ToArray();
        foreach ((int axis, _, _, int count) in Ranges(inputs[0]))
            lengths[axis] = count;
        return [new TensorShape(lengths)];
    }

    protected override int[][] Maps(TensorShape x)
    {
        int[][] maps = [.. x.Lengths.ToArray().Select(Whole)];
        foreach ((int axis, long start, long step, int count) in Ranges(x))
            maps[axis] = [.. Enumerable.Range(0, count).Select(i => (int)(start + i * step))];
        return maps;
    }

    private IEnumerable<(int Axis, long Start, long Step, int Count)> Ranges(TensorShape x)
    {
        for (int i = 0; i < _starts.Length; i++)
        {
            int axis = Axes.Index(_axes is null ? i : _axes[i], x.Rank), length = x[axis];
            long step = Math.Clamp(_steps[i], -int.MaxValue, int.MaxValue), start = Position(_starts[i], length), end = Position(_ends[i], length);
            (start, end) = step > 0 ? (Math.Clamp(start, 0, length), Math.Clamp(end, 0, length))
                : (Math.Clamp(start, 0, Math.Max(0, length - 1)), Math.Clamp(end, -1, length - 1));
            long distance = step > 0 ? end - start : start - end;
            yield return (axis, start, step, length == 0 || distance <= 0 ? 0 : (int)((distance - 1) / Math.Abs(step) + 1));
        }
    }

    private static long Position(long value, int length) => value < 0 ? Math.Max(value, -length - 1L) + length : value;

    private static string Missing(string name) =>
        $"Slice: expected constant {name}, received values that are computed from the image. Export the network with fixed sizes.";

    /// <summary>Up to opset 9 starts, ends and axes are attributes.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        scope.AttributeToInput(node, "starts", 1);
        scope.AttributeToInput(node, "ends", 2);
        scope.AttributeToInput(node, "axes", 3);
        scope.Emit(node);
    }

    /// <summary>Attributes and no steps before opset 10.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 10)
        {
            if (scope.TakeConstant(node, 4) is OnnxTensor steps && steps.AsIntegers().Any(s => s != 1))
                throw scope.Unsupported(node, "steps other than 1 need opset 10 or newer.");
            scope.InputToAttribute(node, 1, "starts");
            scope.InputToAttribute(node, 2, "ends");
            scope.InputToAttribute(node, 3, "axes");
        }
        scope.Emit(node);
    }
}
