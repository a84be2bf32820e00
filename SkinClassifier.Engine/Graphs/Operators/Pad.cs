using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// More elements at the ends of axes. pads (constant input 1): first all heads, then all tails; negative ones cut off. Mode constant
/// (default; the value is constant input 2, default 0), reflect, edge or wrap. axes (constant input 3) default to all (ONNX Pad 19).
/// </summary>
internal sealed class Pad : SelectionOperator
{
    private readonly long[] _pads;
    private readonly long[]? _axes;

    public Pad(OperatorAttributes attributes)
    {
        Attributes = attributes;
        _pads = attributes.ConstantInts(1) ?? throw new Common.UnsupportedContentException("Pad: expected constant pads, received values that are computed from the image. Export the network with fixed sizes.");
        _axes = attributes.ConstantInts(3);
        Fill = attributes.ConstantFloat(2) ?? 0;
        Mode = attributes.Text("mode", "constant");
        if (Mode is not ("constant" or "reflect" or "edge" or "wrap"))
            throw Expect.Attribute(OpType, "mode", Mode, "constant, reflect, edge, wrap");
        foreach (long pad in _pads)
            if (pad is < -1_000_000 or > 1_000_000)
                throw Expect.Attribute(OpType, "pads", $"{pad}", "−1000000 to 1000000");
    }

    public override string OpType => "Pad";

    public override OperatorAttributes Attributes { get; }

    /// <summary>constant, reflect, edge or wrap.</summary>
    public string Mode { get; }

    /// <summary>Heads, then tails, as ONNX writes them.</summary>
    public IReadOnlyList<long> Pads => _pads;

    /// <summary>The axes of <see cref="Pads"/>; null means all.</summary>
    public IReadOnlyList<long>? PaddedAxes => _axes;

    protected override float Fill { get; }

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        return [new TensorShape([.. Maps(inputs[0]).Select(m => m.Length)])];
    }

    protected override int[][] Maps(TensorShape x)
    {
        int count = _axes?.Length ?? x.Rank;
        if (_pads.Length != 2 * count)
            throw Expect.Error(OpType, $"{2 * count} pads for input {x}", $"{_pads.Length}");
        int[][] maps = [.. x.Lengths.ToArray().Select(Whole)];
        for (int i = 0; i < count; i++)
        {
            int axis = _axes is null ? i : Expect.Axis(OpType, _axes[i], x.Rank), length = x[axis], head = (int)_pads[i], tail = (int)_pads[count + i];
            if (length + head + tail < 0 || (Mode == "reflect" && Math.Max(head, tail) >= length && Math.Max(head, tail) > 0) || (Mode != "constant" && length == 0))
                throw Expect.Error(OpType, $"an axis {axis} that can be padded by {head} and {tail} ({Mode})", $"{x}");
            int[] map = new int[length + head + tail];
            for (int o = 0; o < map.Length; o++)
                map[o] = Source(o - head, length);
            maps[axis] = map;
        }
        return maps;
    }

    private int Source(int at, int length) => at >= 0 && at < length ? at : Mode switch
    {
        "edge" => Math.Clamp(at, 0, length - 1),
        "reflect" => at < 0 ? -at : 2 * (length - 1) - at,
        "wrap" => (at % length + length) % length,
        _ => -1,
    };
}
