using SkinClassifier.Common;

namespace SkinClassifier.Tensors;

/// <summary>A contiguous float32 array with a shape, last axis fastest. Images are N C H W.</summary>
public sealed class Tensor
{
    private float[]? _values;

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
    public Span<float> Values => _values ?? throw Released();

    /// <summary>All elements as memory, for code that cannot hold a span.</summary>
    public Memory<float> Memory => _values ?? throw Released();

    /// <summary>A copy that shares nothing.</summary>
    public Tensor Clone() => new(Shape, (float[])(_values ?? throw Released()).Clone());

    /// <summary>Gives the memory of the elements back; whoever asks for them afterwards gets an <see cref="InvalidOperationException"/>.</summary>
    internal void Release() => _values = null;

    /// <summary>Whether <see cref="Release"/> was called.</summary>
    internal bool IsReleased => _values is null;

    /// <inheritdoc/>
    public override string ToString() => $"Tensor {Shape}";

    private InvalidOperationException Released() => new($"Tensor {Shape}: its values are no longer in memory, because the model was loaded for prediction "
        + "alone. Load it with ImageClassificationModel.Load.");
}
