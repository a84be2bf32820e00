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
        _pads = attributes.ConstantInts(1)
            ?? throw new Common.UnsupportedContentException(
                "Pad: expected constant pads, received values that are computed from the image. Export the network with fixed sizes.");
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
        TensorShape x = inputs[0];
        int[] lengths = x.Lengths.ToArray();
        foreach ((int axis, int head, int tail) in Padded(x))
        {
            int kept = x[axis] + Math.Min(head, 0) + Math.Min(tail, 0);
            if (kept < 0 || (Mode == "reflect" && Math.Max(head, tail) >= Math.Max(kept, 1)) || (Mode != "constant" && kept == 0 && Math.Max(head, tail) > 0))
                throw Expect.Error(OpType,
                    $"an axis {axis} that can be padded by {head} and {tail} ({Mode}), longer than the reflected part after negative pads are cut off", $"{x}");
            lengths[axis] = Expect.Length(OpType, (long)x[axis] + head + tail);
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
        if (_pads.Length != 2 * count)
            throw Expect.Error(OpType, $"{2 * count} pads for input {x}", $"{_pads.Length}");
        for (int i = 0; i < count; i++)
            yield return (_axes is null ? i : Expect.Axis(OpType, _axes[i], x.Rank), (int)_pads[i], (int)_pads[count + i]);
    }

    private int Source(int at, int length) => at >= 0 && at < length ? at : Mode switch
    {
        "edge" => Math.Clamp(at, 0, length - 1),
        "reflect" => at < 0 ? -at : 2 * (length - 1) - at,
        "wrap" => (at % length + length) % length,
        _ => -1,
    };
}
