using SkinClassifier.Graphs.Files;

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
    }

    public override string OpType => "Cast";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => _isBool || _isInteger || ElementCode.IsFloat(Attributes.Int("to", 1)) ? null
        : Expect.Attribute(OpType, "to", $"{Attributes.Int("to", 1)}", "float, float16, bfloat16, double, integers, bool");

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

    /// <summary>Up to opset 5 the type is a name.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        if (node.Attributes.GetValueOrDefault("to") is string name)
        {
            if (ElementCode.Parse(name) is not long code)
            {
                scope.Damaged(node, $"element type '{name}' is not known.");
                return;
            }
            node.Attributes["to"] = code;
        }
        scope.Emit(node);
    }

    /// <summary>A Cast to an integer type and back; one to a float type keeps float32.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (IsToFloat(node))
        {
            node.Attributes["to"] = ElementCode.Float;
            scope.Emit(node);
        }
        else
            Downgrades.FloatOutput(node, scope);
    }

    /// <summary>Code of the type that a node casts to.</summary>
    internal static long Target(FileNode node) => node.Int("to", ElementCode.Float);

    /// <summary>Whether a node casts to a floating type (here all of them are float32), or to none.</summary>
    internal static bool IsToFloat(FileNode node) => Target(node) == 0 || ElementCode.IsFloat(Target(node));
}
