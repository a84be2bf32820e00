namespace SkinClassifier.Graphs.Files;

/// <summary>
/// For which values of an integer type (or bool) an operator gives the same as ONNX. Everything runs in float32, which holds integers up to 2^24
/// exactly: whatever would wrap around or round in another way is refused.
/// </summary>
internal enum IntegerSupport
{
    /// <summary>None.</summary>
    None,

    /// <summary>32 and 64 bits: sums, products and quotients, which are cut toward zero.</summary>
    Wide,

    /// <summary>Signed types of 32 and 64 bits: differences.</summary>
    WideSigned,

    /// <summary>All: values are only moved or compared.</summary>
    All,

    /// <summary>All, into a type that holds every value of the old one (attribute to).</summary>
    Conversion,
}

/// <summary>Codes of ONNX for element types, as attribute to has them.</summary>
internal static class ElementCode
{
    public const long Float = 1, Int64 = 7, Bool = 9, Float16 = 10, Double = 11, BFloat16 = 16;

    private static readonly string[] _names =
        ["undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32", "uint64", "complex64",
            "complex128", "bfloat16"];

    /// <summary>The code of a name in any case, or null.</summary>
    public static long? Parse(string name) =>
        Array.FindIndex(_names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and int code ? code : null;

    /// <summary>float, float16, bfloat16 and double, which all run in float32.</summary>
    public static bool IsFloat(long code) => code is Float or Float16 or Double or BFloat16;
}
