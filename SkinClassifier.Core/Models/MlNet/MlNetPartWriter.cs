using System.Buffers.Binary;
using System.Text;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// Writes one Model.key of ML.NET: 256-byte header, body, string table, characters, assembly name, 8-byte tail; little endian.
/// A string in the body is the number of its first use in this part.
/// </summary>
internal sealed class MlNetPartWriter(MlNetPartKind kind)
{
    /// <summary>Length of the header.</summary>
    public const int HeaderLength = 256;

    /// <summary>What every assembly name ends with.</summary>
    private const string AssemblySuffix = ", Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51";

    private readonly MemoryStream _body = new();
    private readonly List<string> _strings = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <summary>Adds one byte to the body.</summary>
    public MlNetPartWriter Byte(byte value)
    {
        _body.WriteByte(value);
        return this;
    }

    /// <summary>Adds a 32-bit number to the body.</summary>
    public MlNetPartWriter Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _body.Write(bytes);
        return this;
    }

    /// <summary>Adds a float to the body.</summary>
    public MlNetPartWriter Single(float value) => Int32(BitConverter.SingleToInt32Bits(value));

    /// <summary>Adds a string's number to the body; null is −1.</summary>
    public MlNetPartWriter Name(string? value)
    {
        if (value is null)
            return Int32(-1);
        if (!_ids.TryGetValue(value, out int id))
        {
            _ids.Add(value, id = _strings.Count);
            _strings.Add(value);
        }
        return Int32(id);
    }

    /// <summary>The bytes of the part.</summary>
    public byte[] ToArray()
    {
        byte[] assembly = Encoding.Unicode.GetBytes(kind.Assembly + AssemblySuffix);
        int characters = _strings.Sum(s => 2 * s.Length);
        int table = HeaderLength + (int)_body.Length, chars = table + 8 * _strings.Count, name = chars + characters, tail = name + assembly.Length;
        byte[] part = new byte[tail + 8];
        Span<byte> header = part;
        "ML\0MODEL"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[0x08..], 0x00010002);
        BinaryPrimitives.WriteUInt32LittleEndian(header[0x0C..], 0x00010002);
        BinaryPrimitives.WriteInt64LittleEndian(header[0x10..], HeaderLength);
        BinaryPrimitives.WriteInt64LittleEndian(header[0x18..], _body.Length);
        if (_strings.Count > 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header[0x20..], table);
            BinaryPrimitives.WriteInt64LittleEndian(header[0x28..], 8 * _strings.Count);
            BinaryPrimitives.WriteInt64LittleEndian(header[0x30..], chars);
            BinaryPrimitives.WriteInt64LittleEndian(header[0x38..], characters);
        }
        for (int i = 0; i < kind.Signature.Length; i++)
            header[0x40 + i] = kind.Signature[i] == ' ' ? (byte)0 : (byte)kind.Signature[i];
        BinaryPrimitives.WriteUInt32LittleEndian(header[0x48..], kind.VersionWritten);
        BinaryPrimitives.WriteUInt32LittleEndian(header[0x4C..], kind.VersionReadable);
        Encoding.ASCII.GetBytes(kind.Loader, header.Slice(0x50, 24));
        BinaryPrimitives.WriteInt64LittleEndian(header[0x80..], tail);
        BinaryPrimitives.WriteInt64LittleEndian(header[0x88..], tail + 8);
        BinaryPrimitives.WriteInt64LittleEndian(header[0x90..], name);
        BinaryPrimitives.WriteInt32LittleEndian(header[0x98..], assembly.Length);
        _body.GetBuffer().AsSpan(0, (int)_body.Length).CopyTo(header[HeaderLength..]);
        int end = 0;
        for (int i = 0; i < _strings.Count; i++)
        {
            // Encoding.Unicode would replace half surrogate pairs; ML.NET writes the characters as they are.
            foreach (char c in _strings[i])
            {
                BinaryPrimitives.WriteUInt16LittleEndian(header[(chars + end)..], c);
                end += 2;
            }
            BinaryPrimitives.WriteInt64LittleEndian(header[(table + 8 * i)..], end);
        }
        assembly.CopyTo(header[name..]);
        "LEDOM\0LM"u8.CopyTo(header[tail..]);
        return part;
    }
}
