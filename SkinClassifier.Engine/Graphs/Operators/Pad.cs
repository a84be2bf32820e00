using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// More elements at the ends of axes. pads (constant input 1): first all heads, then all tails; negative ones cut off, before anything is added. Mode constant
/// (default; the value is constant input 2, default 0), reflect, edge or wrap. axes (constant input 3) default to all (ONNX Pad 19).
/// </summary>
internal sealed class Pad : SelectionOperator
{
    private readonly long[] _pads;
    private readonly long[]? _axes;

    public Pad(OperatorAttributes attributes)
    {
        Attributes = attributes;
        _pads = attributes.ConstantInts(1) ?? [];
        _axes = attributes.ConstantInts(3);
        Fill = attributes.ConstantFloat(2) ?? 0;
        Mode = attributes.Text("mode", "constant");
    }

    public override string OpType => "Pad";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal =>
        Attributes.ConstantInts(1) is null
            ? "Pad: expected constant pads, received values that are computed from the image. Export the network with fixed sizes."
        : Mode is not ("constant" or "reflect" or "edge" or "wrap") ? Expect.Attribute(OpType, "mode", Mode, "constant, reflect, edge, wrap")
        : _pads.Where(p => p is < -1_000_000 or > 1_000_000).Select(p => Expect.Attribute(OpType, "pads", $"{p}", "−1000000 to 1000000")).FirstOrDefault();

    /// <summary>constant, reflect, edge or wrap.</summary>
    public string Mode { get; }

    /// <summary>Heads, then tails, as ONNX writes them.</summary>
    public IReadOnlyList<long> Pads => _pads;

    /// <summary>The axes of <see cref="Pads"/>; null means all.</summary>
    public IReadOnlyList<long>? PaddedAxes => _axes;

    protected override float Fill { get; }

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        int count = _axes?.Length ?? x.Rank;
        if (_pads.Length != 2 * count)
            return check.Misfit($"{2 * count} pads for input {x}", $"{_pads.Length}");
        foreach (long axis in _axes ?? [])
            if (!check.Axis(axis, x.Rank, out int _))
                return null;
        int[] lengths = x.Lengths.ToArray();
        foreach ((int axis, int head, int tail) in Padded(x))
        {
            int kept = x[axis] + Math.Min(head, 0) + Math.Min(tail, 0);
            if (kept < 0 || (Mode == "reflect" && Math.Max(head, tail) >= Math.Max(kept, 1)) || (Mode != "constant" && kept == 0 && Math.Max(head, tail) > 0))
                return check.Misfit(
                    $"an axis {axis} that can be padded by {head} and {tail} ({Mode}), longer than the reflected part after negative pads are cut off", $"{x}");
            if (!check.Length((long)x[axis] + head + tail, out lengths[axis]))
                return null;
        }
        return [new TensorShape(lengths)];
    }

    /// <summary>Negative pads are cut off first; what is added then comes from what is left (as ONNX Runtime does).</summary>
    protected override int[][] Maps(TensorShape x)
    {
        int[][] maps = [.. x.Lengths.ToArray().Select(Whole)];
        foreach ((int axis, int head, int tail) in Padded(x))
        {
            int first = Math.Max(-head, 0), kept = x[axis] + Math.Min(head, 0) + Math.Min(tail, 0);
            int[] map = new int[x[axis] + head + tail];
            for (int o = 0; o < map.Length; o++)
                map[o] = Source(o - Math.Max(head, 0), kept) is >= 0 and int at ? first + at : -1;
            maps[axis] = map;
        }
        return maps;
    }

    private IEnumerable<(int Axis, int Head, int Tail)> Padded(TensorShape x)
    {
        int count = _axes?.Length ?? x.Rank;
        for (int i = 0; i < count; i++)
            yield return (_axes is null ? i : Axes.Index(_axes[i], x.Rank), (int)_pads[i], (int)_pads[count + i]);
    }

    private int Source(int at, int length) => at >= 0 && at < length ? at : Mode switch
    {
        "edge" => Math.Clamp(at, 0, length - 1),
        "reflect" => at < 0 ? -at : 2 * (length - 1) - at,
        "wrap" => (at % length + length) % length,
        _ => -1,
    };

    /// <summary>Up to opset 10 pads and value are attributes.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        scope.AttributeToInput(node, "paddings", 1);
        scope.AttributeToInput(node, "pads", 1);
        if (node.Take("value") is float value)
            node.SetInput(2, scope.Constant(node, "value", OnnxTensor.Float(value)));
        scope.Emit(node);
    }

    /// <summary>Pads and value as attributes where the opset has them so.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 18 && node.Input(3).Length > 0)
        {
            int rank = scope.Rank(node.Input(0));
            long[] axes = scope.TakeConstant(node, 3)!.AsIntegers(), pads = scope.TakeConstant(node, 1)!.AsIntegers(), full = new long[2 * rank];
            for (int i = 0; i < axes.Length; i++)
            {
                long axis = axes[i] < 0 ? axes[i] + rank : axes[i];
                (full[axis], full[axis + rank]) = (pads[i], pads[i + axes.Length]);
            }
            node.SetInput(1, scope.Constant(node, "all_pads", OnnxTensor.Ints(full)));
        }
        if (scope.Opset < 11)
        {
            scope.InputToAttribute(node, 1, "pads");
            scope.InputToFloat(node, 2, "value");
        }
        scope.Emit(node);
    }
}
