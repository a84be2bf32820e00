using System.Buffers;
using System.Runtime.InteropServices;

namespace SkinClassifier.Onnx.Reading;

/// <summary>The bytes of a weight in memory that can become a tensor's own without a copy.</summary>
internal sealed class FloatBytes(int length) : MemoryManager<byte>
{
    private GCHandle _pin;

    /// <summary>The same memory as numbers; the last one is incomplete when the bytes are no multiple of four.</summary>
    public float[] Values { get; } = new float[(length + 3) / sizeof(float)];

    /// <inheritdoc/>
    public override Memory<byte> Memory => CreateMemory(length);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(Values.AsSpan())[..length];

    /// <inheritdoc/>
    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        _pin = GCHandle.Alloc(Values, GCHandleType.Pinned);
        return new MemoryHandle((byte*)_pin.AddrOfPinnedObject() + elementIndex, pinnable: this);
    }

    /// <inheritdoc/>
    public override void Unpin() => _pin.Free();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
