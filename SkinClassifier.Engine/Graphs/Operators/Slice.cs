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
        _starts = attributes.ConstantInts(1) ?? throw Missing("starts");
        _ends = attributes.ConstantInts(2) ?? throw Missing("ends");
        _axes = attributes.ConstantInts(3);
        _steps = attributes.ConstantInts(4) ?? [.. _starts.Select(_ => 1L)];
        if (_ends.Length != _starts.Length || _steps.Length != _starts.Length || (_axes ?? _starts).Length != _starts.Length || _steps.Contains(0))
            throw new Common.UnsupportedContentException(
                $"Slice: expected as many ends, axes and steps (none 0) as starts ({_starts.Length}). The file is damaged; export it again.");
    }

    public override string OpType => "Slice";

    public override OperatorAttributes Attributes { get; }

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
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
            int axis = Expect.Axis(OpType, _axes is null ? i : _axes[i], x.Rank), length = x[axis];
            long step = Math.Clamp(_steps[i], -int.MaxValue, int.MaxValue), start = Position(_starts[i], length), end = Position(_ends[i], length);
            (start, end) = step > 0 ? (Math.Clamp(start, 0, length), Math.Clamp(end, 0, length))
                : (Math.Clamp(start, 0, Math.Max(0, length - 1)), Math.Clamp(end, -1, length - 1));
            long distance = step > 0 ? end - start : start - end;
            yield return (axis, start, step, length == 0 || distance <= 0 ? 0 : (int)((distance - 1) / Math.Abs(step) + 1));
        }
    }

    private static long Position(long value, int length) => value < 0 ? Math.Max(value, -length - 1L) + length : value;

    private static Common.UnsupportedContentException Missing(string name) =>
        new($"Slice: expected constant {name}, received values that are computed from the image. Export the network with fixed sizes.");
}
