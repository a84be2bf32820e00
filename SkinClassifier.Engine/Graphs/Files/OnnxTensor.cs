using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Files;

/// <summary>
/// A constant of an ONNX file: floating kinds widened (or narrowed) to float32, integer kinds and bool to int64.
/// Exactly one of <see cref="Floats"/> and <see cref="Integers"/> is set.
/// </summary>
internal sealed class OnnxTensor
{
    private OnnxTensor(TensorShape shape, float[]? floats, long[]? integers)
    {
        Shape = shape;
        Floats = floats;
        Integers = integers;
    }

    public OnnxTensor(TensorShape shape, float[] values) : this(shape, values, null) { }

    public OnnxTensor(TensorShape shape, long[] values) : this(shape, null, values) { }

    public TensorShape Shape { get; }

    public float[]? Floats { get; }

    public long[]? Integers { get; }

    public bool IsFloat => Floats is not null;

    public int Count => Floats?.Length ?? Integers!.Length;

    /// <summary>A list of integers, rank 1.</summary>
    public static OnnxTensor Ints(params long[] values) => new(new TensorShape(values.Length), values);

    /// <summary>One float, rank 0.</summary>
    public static OnnxTensor Float(float value) => new(default, [value]);

    /// <summary>Elements as integers; floats are cut toward zero.</summary>
    public long[] AsIntegers() => Integers ?? Array.ConvertAll(Floats!, v => (long)v);

    /// <summary>Elements as floats.</summary>
    public float[] AsFloats() => Floats ?? Array.ConvertAll(Integers!, v => (float)v);

    /// <summary>The same elements under another shape of the same element count.</summary>
    public OnnxTensor WithShape(TensorShape shape) => new(shape, Floats, Integers);

    /// <summary>Element i of the result is element <paramref name="source"/>[i] of this tensor.</summary>
    public OnnxTensor Pick(TensorShape shape, int[] source) => IsFloat
        ? new(shape, Array.ConvertAll(source, i => Floats![i]))
        : new(shape, Array.ConvertAll(source, i => Integers![i]));

    /// <summary>Same kind, shape and bits.</summary>
    public bool SameAs(OnnxTensor other) => ReferenceEquals(this, other)
        || Shape == other.Shape && IsFloat == other.IsFloat
        && (IsFloat ? Floats.AsSpan().SequenceEqual(other.Floats) : Integers.AsSpan().SequenceEqual(other.Integers));
}
