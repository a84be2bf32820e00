using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Files;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Reading;

/// <summary>
/// What values of an integer type may go through. Everything runs in float32, which holds integers up to 2^24 exactly: operators that
/// only move or compare values are right for every type, sums and products for the types of 32 and 64 bits, and a quotient is cut
/// toward zero. Whatever would wrap around or round in another way is refused.
/// </summary>
internal static class ElementTypes
{
    /// <summary>For messages.</summary>
    public const string Known = "float, float16, bfloat16, double, the integer types up to 64 bits, bool";

    /// <summary>Whether values of the type can be had at all; a file that names no type means float.</summary>
    public static bool IsKnown(DataType type) => type is DataType.Undefined or DataType.Bool || IsFloat(type) || IsInteger(type);

    /// <summary>float, float16, bfloat16 and double, which all run in float32; also where the file names no type.</summary>
    public static bool IsFloat(DataType type) => type is DataType.Undefined or DataType.Float or DataType.Float16 or DataType.Bfloat16 or DataType.Double;

    /// <summary>An integer type.</summary>
    public static bool IsInteger(DataType type) => Bits(type) > 0;

    /// <summary>Whether an operator gives the same as ONNX for values of an integer type or bool.</summary>
    public static bool Allows(OperatorFacts facts, FileNode node, DataType type) => (facts.IntegersOf?.Invoke(node) ?? facts.Integers) switch
    {
        IntegerSupport.All => true,
        IntegerSupport.Wide => Bits(type) >= 32,
        IntegerSupport.WideSigned => Bits(type) >= 32 && IsSigned(type),
        IntegerSupport.Conversion => IsWideEnough((DataType)node.Int("to", 1), type),
        _ => false,
    };

    /// <summary>Type of the first output of an operator on values of <paramref name="type"/>.</summary>
    public static DataType Result(OperatorFacts facts, FileNode node, DataType type) =>
        facts.ResultType is { } result ? (DataType)(int)result(node) : type;

    /// <summary>From an integer type only into one that holds all its values: what does not fit would wrap around.</summary>
    private static bool IsWideEnough(DataType to, DataType from) =>
        IsFloat(to) || to == DataType.Bool || from == DataType.Bool || to is DataType.Int32 or DataType.Int64
            || Bits(to) >= Bits(from) && (IsSigned(to) || !IsSigned(from));

    private static bool IsSigned(DataType type) => type is DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.Int64;

    private static int Bits(DataType type) => type switch
    {
        DataType.Int8 or DataType.Uint8 => 8,
        DataType.Int16 or DataType.Uint16 => 16,
        DataType.Int32 or DataType.Uint32 => 32,
        DataType.Int64 or DataType.Uint64 => 64,
        _ => 0,
    };
}
