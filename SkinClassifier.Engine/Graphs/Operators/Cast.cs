namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Values as another number type; all are kept as float32 here. To a float type: unchanged; to an integer type (to = 2 to 7, 12, 13):
/// cut toward zero; to bool (9): 1 or 0. Only float types pass gradients (ONNX Cast 19).
/// </summary>
internal sealed class Cast : UnaryOperator
{
    private readonly bool _isInteger, _isBool;

    public Cast(OperatorAttributes attributes)
    {
        Attributes = attributes;
        long to = attributes.Int("to", 1);
        _isBool = to == 9;
        _isInteger = to is (>= 2 and <= 7) or 12 or 13;
        if (!_isBool && !_isInteger && to is not (1 or 10 or 11 or 16))
            throw Expect.Attribute(OpType, "to", $"{to}", "float, float16, bfloat16, double, integers, bool");
    }

    public override string OpType => "Cast";

    public override OperatorAttributes Attributes { get; }

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = _isBool ? (x[i] != 0 ? 1 : 0) : _isInteger ? MathF.Truncate(x[i]) : x[i];
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        if (!_isBool && !_isInteger)
            Rows.Add(dy, dx);
    }
}
