using System.Collections.Frozen;

namespace SkinClassifier.Graphs;

/// <summary>
/// What an ONNX node says besides its float tensors: attributes by ONNX name (long, float, string, long[], float[]) and
/// the integer or scalar inputs that we hold as constants (Reshape's shape, Clip's bounds), by ONNX input index.
/// Operators are made from it by the importer and give it back to the exporter; always in the terms of opset 20.
/// </summary>
public sealed class OperatorAttributes
{
    /// <summary>No attributes.</summary>
    public static OperatorAttributes None { get; } = new();

    /// <summary>Creates the set. Values are long, float, string, long[] or float[].</summary>
    public OperatorAttributes(IReadOnlyDictionary<string, object>? attributes = null, IReadOnlyDictionary<int, object>? constantInputs = null)
    {
        // Plain dictionaries: a file may have hundreds of thousands of nodes, and frozen ones take microseconds to make.
        Attributes =
            attributes is null or { Count: 0 } ? FrozenDictionary<string, object>.Empty : new Dictionary<string, object>(attributes, StringComparer.Ordinal);
        ConstantInputs = constantInputs is null or { Count: 0 } ? FrozenDictionary<int, object>.Empty : new Dictionary<int, object>(constantInputs);
    }

    /// <summary>Attributes by ONNX name.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; }

    /// <summary>Constant inputs by ONNX input index: long[] (1-D), long (scalar), float[] (1-D) or float (scalar).</summary>
    public IReadOnlyDictionary<int, object> ConstantInputs { get; }

    /// <summary>An integer attribute or its default.</summary>
    public long Int(string name, long whenAbsent) => Attributes.TryGetValue(name, out object? value) ? (long)value : whenAbsent;

    /// <summary>A float attribute or its default.</summary>
    public float Float(string name, float whenAbsent) => Attributes.TryGetValue(name, out object? value) ? (float)value : whenAbsent;

    /// <summary>A text attribute or its default.</summary>
    public string Text(string name, string whenAbsent) => Attributes.TryGetValue(name, out object? value) ? (string)value : whenAbsent;

    /// <summary>An integer list attribute, or null.</summary>
    public long[]? Ints(string name) => Attributes.TryGetValue(name, out object? value) ? (long[])value : null;

    /// <summary>A constant integer list input, or null.</summary>
    public long[]? ConstantInts(int input) => ConstantInputs.TryGetValue(input, out object? value) ? (value is long one ? [one] : (long[])value) : null;

    /// <summary>A constant scalar float input, or null.</summary>
    public float? ConstantFloat(int input) => ConstantInputs.TryGetValue(input, out object? value) ? (float)value : null;
}
