using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// What happens to a stored value z on its way to its readers: y = limit(z · scale + shift) per channel, a folded
/// BatchNormalization and activation. Backwards dz = d · scale + z · perZ + constant, where d is the gradient of y where no limit holds.
/// </summary>
internal sealed unsafe class ValueMap : IDisposable
{
    private readonly NativeBuffer _buffer;
    private readonly int _length;

    /// <summary>Creates y = z for the real channels.</summary>
    public ValueMap(BlockedTensor shape)
    {
        _length = shape.Blocks * 16;
        _buffer = new NativeBuffer(5L * _length);
        new Span<float>(_buffer.Pointer, shape.Channels).Fill(1);
    }

    /// <summary>Lower limit.</summary>
    public float Low { get; set; } = float.NegativeInfinity;

    /// <summary>Upper limit.</summary>
    public float High { get; set; } = float.PositiveInfinity;

    /// <summary>Whether an activation is folded in; nothing can follow it.</summary>
    public bool IsLimited { get; set; }

    /// <summary>Factor per channel.</summary>
    public float* Scale => _buffer.Pointer;

    /// <summary>Summand per channel.</summary>
    public float* Shift => _buffer.Pointer + _length;

    /// <summary>Backward: factor of z.</summary>
    public float* PerZ => _buffer.Pointer + 2 * _length;

    /// <summary>Backward: summand.</summary>
    public float* Constant => _buffer.Pointer + 3 * _length;

    /// <summary>Mean of z that the normalization uses.</summary>
    public float* Mean => _buffer.Pointer + 4 * _length;

    /// <summary>The map of one block of channels.</summary>
    public ChannelMap Block(int block) => new() { Scale = Scale + block * 16, Shift = Shift + block * 16, Low = Low, High = High };

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}
