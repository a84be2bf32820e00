using System.Buffers.Binary;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// Reads numbers and texts from untrusted bytes; little endian. Every error is an <see cref="InvalidContentException"/> with the place.
/// </summary>
/// <param name="content">Bytes.</param>
/// <param name="where">Archive and entry, for messages.</param>
/// <param name="start">First byte to read.</param>
/// <param name="end">Byte after the last one.</param>
internal ref struct MlNetBytes(ReadOnlySpan<byte> content, string where, int start, int end)
{
    private readonly ReadOnlySpan<byte> _content = content[..end];

    /// <summary>Next byte to read.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Left => _content.Length - Position;

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw new InvalidContentException(
                $"{where}: expected {count} bytes at byte {Position}, {Left} are left. The file is damaged or cut; copy it again.");
        ReadOnlySpan<byte> taken = _content.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A 32-bit number.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>A 64-bit number.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>A float.</summary>
    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    /// <summary>A 32-bit count of items of which each takes at least <paramref name="itemBytes"/> bytes from here on.</summary>
    public int Count(int itemBytes)
    {
        int count = Int32();
        if (count < 0 || (long)count * itemBytes > Left)
            throw new InvalidContentException(
                $"{where}: expected a count of 0 to {Left / Math.Max(itemBytes, 1)} at byte {Position - 4}, received {count}. The file is damaged.");
        return count;
    }

    /// <summary>A number in groups of seven bits, the lowest first.</summary>
    public long Leb128()
    {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte part = Byte();
            value |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidContentException(
            $"{where}: expected a length of at most nine bytes before byte {Position}, received a longer one. The file is damaged.");
    }

    /// <summary>A text: length in bytes, then UTF-8.</summary>
    public string Text() => Encoding.UTF8.GetString(Take(Leb128()));
}
