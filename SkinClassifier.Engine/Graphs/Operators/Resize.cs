using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Every axis stretched or shrunk. Scales are constant input 2, or sizes constant input 3; axes (attribute) default to all.
/// mode nearest (default) or linear; coordinate_transformation_mode half_pixel (default), half_pixel_symmetric, pytorch_half_pixel,
/// align_corners, asymmetric; nearest_mode round_prefer_floor (default), round_prefer_ceil, floor, ceil; antialias must be 0
/// (ONNX Resize 19).
/// </summary>
internal sealed class Resize : Operator
{
    private readonly float[]? _scales;
    private readonly long[]? _sizes, _axes;

    public Resize(OperatorAttributes attributes)
    {
        Attributes = attributes;
        _scales = attributes.ConstantInputs.TryGetValue(2, out object? scales) ? (scales is float one ? [one] : (float[])scales) : null;
        if (_scales is { Length: 0 })
            _scales = null;
        _sizes = _scales is null ? attributes.ConstantInts(3) : null;
        _axes = attributes.Ints("axes");
        IsLinear = attributes.Text("mode", "nearest") == "linear";
        Coordinates = attributes.Text("coordinate_transformation_mode", "half_pixel");
        Rounding = attributes.Text("nearest_mode", "round_prefer_floor");
    }

    public override string OpType => "Resize";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => _scales is null && _sizes is null
        ? "Resize: expected constant scales or sizes, received values that are computed from the image. Export the network with fixed sizes."
        : (_scales ?? []).Where(s => !(s is > 0 and < 10000)).Select(s => Expect.Attribute(OpType, "scales", $"{s}", "above 0, below 10000")).FirstOrDefault()
        ?? (_sizes ?? []).Where(s => s is < 1 or > int.MaxValue).Select(s => Expect.Attribute(OpType, "sizes", $"{s}", "1 or more")).FirstOrDefault()
        ?? Choice("mode", "nearest", "linear")
        ?? Choice("coordinate_transformation_mode", "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric")
        ?? Choice("nearest_mode", "round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
        ?? Choice("keep_aspect_ratio_policy", "stretch")
        ?? (Attributes.Int("antialias", 0) != 0 ? Expect.Attribute(OpType, "antialias", "1", "0") : null);

    /// <summary>Whether neighbors are mixed instead of the nearest one taken.</summary>
    public bool IsLinear { get; }

    /// <summary>coordinate_transformation_mode.</summary>
    public string Coordinates { get; }

    /// <summary>nearest_mode.</summary>
    public string Rounding { get; }

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1) || !Fits(inputs[0], check))
            return null;
        int[] lengths = inputs[0].Lengths.ToArray();
        foreach ((int axis, int length, _) in Resized(inputs[0]))
            lengths[axis] = length;
        return [new TensorShape(lengths)];
    }

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        Tap[][] taps = AllTaps(shape);
        float[] values = step.Input(0).ToArray();
        for (int axis = 0; axis < taps.Length; axis++)
        {
            if (IsWhole(taps[axis], shape[axis]))
                continue;
            Axes from = Axes.Of(shape, axis);
            shape = shape.With(axis, taps[axis].Length);
            float[] next = new float[shape.ElementCount];
            for (int outer = 0, o = 0; outer < from.Outer; outer++)
                foreach (Tap tap in taps[axis])
                    for (int inner = 0; inner < from.Inner; inner++, o++)
                    {
                        int start = outer * from.Length * from.Inner + inner;
                        float first = values[start + tap.First * from.Inner];
                        next[o] = tap.Weight == 0 ? first : first * (1 - tap.Weight) + values[start + tap.Second * from.Inner] * tap.Weight;
                    }
            values = next;
        }
        values.CopyTo(step.Output(0));
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        TensorShape shape = step.OutputShape(0);
        Tap[][] taps = AllTaps(step.InputShape(0));
        float[] gradient = step.OutputGradient(0).ToArray();
        for (int axis = taps.Length - 1; axis >= 0; axis--)
        {
            int length = step.InputShape(0)[axis];
            if (IsWhole(taps[axis], length))
                continue;
            shape = shape.With(axis, length);
            Axes to = Axes.Of(shape, axis);
            float[] next = new float[shape.ElementCount];
            for (int outer = 0, o = 0; outer < to.Outer; outer++)
                foreach (Tap tap in taps[axis])
                    for (int inner = 0; inner < to.Inner; inner++, o++)
                    {
                        int start = outer * to.Length * to.Inner + inner;
                        next[start + tap.First * to.Inner] += gradient[o] * (1 - tap.Weight);
                        if (tap.Weight != 0)
                            next[start + tap.Second * to.Inner] += gradient[o] * tap.Weight;
                    }
            gradient = next;
        }
        Rows.Add(gradient, step.InputGradient(0));
    }

    private Tap[][] AllTaps(TensorShape x)
    {
        Tap[][] taps = new Tap[x.Rank][];
        for (int axis = 0; axis < x.Rank; axis++)
            taps[axis] = [.. Enumerable.Range(0, x[axis]).Select(i => new Tap(i, i, 0))];
        foreach ((int axis, int outLength, float scale) in Resized(x))
        {
            Tap[] row = new Tap[outLength];
            for (int o = 0; o < outLength; o++)
                row[o] = IsLinear ? Between(Source(o, x[axis], outLength, scale), x[axis]) : Nearest(Source(o, x[axis], outLength, scale), x[axis]);
            taps[axis] = row;
        }
        return taps;
    }

    /// <summary>The axes that are resized, each with its new length and scale.</summary>
    private IEnumerable<(int Axis, int Length, float Scale)> Resized(TensorShape x)
    {
        int count = _scales?.Length ?? _sizes!.Length;
        for (int i = 0; i < count; i++)
        {
            int axis = _axes is null ? i : Axes.Index(_axes[i], x.Rank), length = x[axis];
            float scale = _scales is null ? (float)_sizes![i] / length : _scales[i];
            yield return (axis, (int)OutLength(i, length), scale);
        }
    }

    private double OutLength(int i, int length) => _scales is null ? _sizes![i] : Math.Floor((double)length * _scales[i]);

    private bool Fits(TensorShape x, ShapeCheck check)
    {
        int count = _scales?.Length ?? _sizes!.Length, axes = _axes?.Length ?? x.Rank;
        if (count != axes)
            return check.No($"{axes} scales or sizes for input {x}", $"{count}");
        for (int i = 0; i < count; i++)
        {
            if (!check.Axis(_axes is null ? i : _axes[i], x.Rank, out int axis))
                return false;
            double outLength = OutLength(i, x[axis]);
            if (outLength < 1 || outLength > Array.MaxLength || x[axis] < 1)
                return check.No(
                    $"at least one element along axis {axis} before and after, and no more than memory can hold", $"{x[axis]} and {outLength}");
        }
        return true;
    }

    private float Source(int o, int length, int outLength, float scale) => Coordinates switch
    {
        "half_pixel" => (o + 0.5f) / scale - 0.5f,
        "pytorch_half_pixel" => outLength > 1 ? (o + 0.5f) / scale - 0.5f : 0,
        "align_corners" => outLength == 1 ? 0 : (float)o * (length - 1) / (outLength - 1),
        "asymmetric" => o / scale,
        _ => length / 2f * (1 - outLength / (scale * length)) + (o + 0.5f) / scale - 0.5f, // half_pixel_symmetric
    };

    private Tap Nearest(float source, int length)
    {
        float rounded = Rounding switch
        {
            "floor" => MathF.Floor(source),
            "ceil" => MathF.Ceiling(source),
            "round_prefer_ceil" => MathF.Floor(source + 0.5f),
            _ => MathF.Ceiling(source - 0.5f),
        };
        int at = Math.Clamp((int)rounded, 0, length - 1);
        return new Tap(at, at, 0);
    }

    private static Tap Between(float source, int length)
    {
        float inside = Math.Clamp(source, 0, length - 1);
        int first = (int)inside;
        return new Tap(first, Math.Min(first + 1, length - 1), inside - first);
    }

    private static bool IsWhole(Tap[] taps, int length) => taps.Length == length && taps.Select((t, i) => t.First == i && t.Weight == 0).All(same => same);

    private string? Choice(string attribute, params string[] supported)
    {
        string value = Attributes.Text(attribute, supported[0]);
        return supported.Contains(value) ? null : Expect.Attribute(OpType, attribute, value, string.Join(", ", supported));
    }

    private readonly record struct Tap(int First, int Second, float Weight);

    /// <summary>The nearest value is only moved, in every integer type.</summary>
    internal static IntegerSupport IntegersOf(FileNode node) => node.Text("mode", "nearest") == "nearest" ? IntegerSupport.All : IntegerSupport.None;
}
