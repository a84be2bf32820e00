using System.Buffers.Binary;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Collects the bytes of a JPEG file: plain ones, and Huffman-coded bits with stuffed zeros.</summary>
internal sealed class JpegBitWriter
{
    private byte[] _bytes = new byte[16384];
    private ulong _bits;      // waiting bits, the newest at the bottom
    private int _count, _length;

    /// <summary>Plain bytes.</summary>
    public void Write(params ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>A 16 bit number, high byte first.</summary>
    public void Write16(int value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length), (ushort)value);
        _length += 2;
    }

    /// <summary>The lowest <paramref name="count"/> ≤ 32 bits of <paramref name="value"/>, whose other bits are 0.</summary>
    public void WriteBits(uint value, int count)
    {
        if (_count + count > 64)
            FlushBytes();
        _bits = _bits << count | value;
        _count += count;
    }

    /// <summary>Fills the last byte with ones.</summary>
    public void FinishBits()
    {
        FlushBytes();
        if (_count > 0)
        {
            int missing = 8 - _count;
            WriteBits((1u << missing) - 1, missing);
            FlushBytes();
        }
    }

    /// <summary>Everything that was written.</summary>
    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    private void FlushBytes()
    {
        Reserve(16);
        while (_count >= 8)
        {
            _count -= 8;
            byte next = (byte)(_bits >> _count);
            _bytes[_length++] = next;
            if (next == 0xFF)
                _bytes[_length++] = 0;
        }
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, (long)_length + count)));
    }
}
