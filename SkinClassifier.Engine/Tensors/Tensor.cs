using SkinClassifier.Common;

namespace SkinClassifier.Tensors;

/// <summary>A contiguous float32 array with a shape, last axis fastest. Images are N C H W.</summary>
public sealed class Tensor
{
    private readonly float[] _values;

    /// <summary>Creates a tensor of zeros.</summary>
    public Tensor(TensorShape shape) : this(shape, new float[shape.ElementCount]) { }

    /// <summary>Wraps <paramref name="values"/> without copying.</summary>
    /// <exception cref="ShapeMismatchException">The array's length is not the shape's element count.</exception>
    public Tensor(TensorShape shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.ElementCount)
            throw new ShapeMismatchException($"Tensor {shape}: expected {shape.ElementCount} values, received {values.Length}.");
        Shape = shape;
        _values = values;
    }

    /// <summary>The lengths of the axes.</summary>
    public TensorShape Shape { get; }

    /// <summary>All elements, last axis fastest.</summary>
    public Span<float> Values => _values;

    /// <summary>All elements as memory, for code that cannot hold a span.</summary>
    public Memory<float> Memory => _values;

    /// <summary>A copy that shares nothing.</summary>
    public Tensor Clone() => new(Shape, (float[])_values.Clone());

    /// <inheritdoc/>
    public override string ToString() => $"Tensor {Shape}";
}
