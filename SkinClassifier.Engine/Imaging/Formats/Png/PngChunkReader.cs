using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>One chunk: length, four letters, data, checksum over letters and data.</summary>
internal readonly ref struct PngChunk(uint type, ReadOnlySpan<byte> typeAndData, uint storedChecksum, int offset)
{
    private readonly ReadOnlySpan<byte> _typeAndData = typeAndData;

    public const uint Header = 0x49484452, Palette = 0x504C5445, Transparency = 0x74524E53, Pixels = 0x49444154, End = 0x49454E44;
    public const uint Exif = 0x65584966, Text = 0x69545874, Profile = 0x69434350, CodingPoints = 0x63494350, AppleVariant = 0x43674249;
    public const uint PlainText = 0x74455874, CompressedText = 0x7A545874;

    /// <summary>The four letters as a big-endian number.</summary>
    public uint Type { get; } = type;

    /// <summary>The bytes between letters and checksum.</summary>
    public ReadOnlySpan<byte> Data => _typeAndData[4..];

    /// <summary>Position of the length field in the file.</summary>
    public int Offset { get; } = offset;

    /// <summary>The checksum that the file states.</summary>
    public uint StoredChecksum { get; } = storedChecksum;

    /// <summary>The checksum of what is there, computed when asked for.</summary>
    public uint Checksum => Crc32.HashToUInt32(_typeAndData);

    /// <summary>Whether the stored checksum is that of the content.</summary>
    public bool HasRightChecksum => StoredChecksum == Checksum;

    /// <summary>The four letters, for messages; other bytes as '?'.</summary>
    public string TypeName => NameOf(Type);

    /// <summary>Whether a decoder that does not know the chunk must not go on (first letter in upper case).</summary>
    public bool IsCritical => (Type & 0x20000000) == 0;

    /// <summary>Whether pixels depend on the chunk: all critical ones, and transparency. All others are metadata.</summary>
    public bool ChangesPixels => IsCritical || Type == Transparency;

    /// <summary>A type's four letters; other bytes as '?'.</summary>
    public static string NameOf(uint type)
    {
        Span<byte> letters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(letters, type);
        foreach (ref byte letter in letters)
            if (!char.IsAsciiLetter((char)letter))
                letter = (byte)'?';
        return Encoding.ASCII.GetString(letters);
    }
}

/// <summary>Walks over the chunks of a PNG file.</summary>
internal ref struct PngChunkReader(ReadOnlySpan<byte> content, string name)
{
    private readonly ReadOnlySpan<byte> _content = content;
    private int _at = PngFormat.Signature.Length;

    /// <summary>What messages start with.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// The next chunk, and moves behind it. The checksum is verified where pixels depend on the chunk: an image is never refused for damaged metadata.
    /// </summary>
    /// <exception cref="InvalidContentException">The file ends before the chunk does, or the checksum is wrong.</exception>
    public PngChunk Next()
    {
        if (!TryPeek(out PngChunk chunk))
            throw new InvalidContentException($"{Name}: expected another PNG chunk at byte {_at}, received the end of the file after "
                + $"{_content.Length} bytes. The file is cut; copy it again.");
        if (chunk.ChangesPixels && !chunk.HasRightChecksum)
            throw new InvalidContentException($"{Name}: PNG chunk {chunk.TypeName} at byte {_at} has a wrong checksum (expected {chunk.Checksum:X8}, "
                + $"received {chunk.StoredChecksum:X8}). The file is damaged; copy it again.");
        Skip(chunk);
        return chunk;
    }

    /// <summary>The next chunk if it is whole, checksum not compared; does not move.</summary>
    public readonly bool TryPeek(out PngChunk chunk)
    {
        chunk = default;
        if (_content.Length - _at < 12)
            return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_content[_at..]);
        if (length > _content.Length - _at - 12)
            return false;
        ReadOnlySpan<byte> checkedPart = _content.Slice(_at + 4, (int)length + 4);
        uint type = BinaryPrimitives.ReadUInt32BigEndian(checkedPart);
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(_content[(_at + 8 + (int)length)..]);
        chunk = new PngChunk(type, checkedPart, stored, _at);
        return true;
    }

    /// <summary>Moves behind <paramref name="chunk"/>.</summary>
    public void Skip(PngChunk chunk) => _at = chunk.Offset + 12 + chunk.Data.Length;
}
