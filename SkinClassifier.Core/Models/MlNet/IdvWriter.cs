using System.Buffers.Binary;
using System.Text;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// Writes ML.NET's binary table (IDV) without rows: the columns of a schema. Header of 256 bytes, blocks of key names, their
/// descriptions, the columns, an 8-byte tail; little endian, lengths as LEB128, texts as UTF-8.
/// </summary>
internal static class IdvWriter
{
    private const int HeaderLength = 256;

    /// <summary>The columns of a schema; a column with key names is a key, one with a shape a vector of float, any other a text.</summary>
    public static byte[] Write(params ReadOnlySpan<IdvColumn> columns)
    {
        MemoryStream stream = new();
        stream.Write(new byte[HeaderLength]);
        long[] descriptions = new long[columns.Length];
        for (int i = 0; i < columns.Length; i++)
            if (columns[i].KeyNames is { } names)
                descriptions[i] = WriteKeyNames(stream, names);
        long contents = stream.Position;
        for (int i = 0; i < columns.Length; i++)
        {
            Text(stream, columns[i].Name);
            Codec(stream, columns[i]);
            stream.WriteByte(1);
            Leb128(stream, 1);
            Int64(stream, HeaderLength);
            Int64(stream, descriptions[i]);
        }
        long tail = stream.Position;
        stream.Write("\0BVD\0LMC"u8);
        byte[] result = stream.ToArray();
        "CML\0DVB\0"u8.CopyTo(result);
        BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(0x08), 0x0001000100010006);
        BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(0x10), 0x0001000100010006);
        BinaryPrimitives.WriteInt64LittleEndian(result.AsSpan(0x18), contents);
        BinaryPrimitives.WriteInt64LittleEndian(result.AsSpan(0x20), tail);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(0x30), columns.Length);
        return result;
    }

    /// <summary>Writes the block of names (not compressed) and its description; returns the description's position.</summary>
    private static long WriteKeyNames(MemoryStream stream, IReadOnlyList<string> names)
    {
        long block = stream.Position;
        foreach (int value in (ReadOnlySpan<int>)[1, names.Count, -1, 0, names.Count])
            Int32(stream, value);
        int end = 0;
        foreach (string name in names)
            Int32(stream, end = checked(end + name.Length));
        // Name by name, so that halves of surrogate pairs at the borders of two names never join; a lone half becomes U+FFFD, one unit too.
        byte[][] texts = [.. names.Select(Encoding.UTF8.GetBytes)];
        Leb128(stream, texts.Sum(t => (long)t.Length));
        foreach (byte[] text in texts)
            stream.Write(text);
        long description = stream.Position;
        Leb128(stream, 1);
        Text(stream, "KeyValues");
        Text(stream, "VBuffer");
        Leb128(stream, 10 + 8);
        Text(stream, "TextSpan");
        Leb128(stream, 0);
        Int32(stream, 1);
        Int32(stream, names.Count);
        stream.WriteByte(0);
        Int64(stream, block);
        Leb128(stream, description - block);
        return description;
    }

    private static void Codec(MemoryStream stream, IdvColumn column)
    {
        if (column.KeyNames is { } names)
        {
            Text(stream, "Key2");
            Leb128(stream, 8 + 8);
            Text(stream, "UInt32");
            Leb128(stream, 0);
            Int64(stream, names.Count);
        }
        else if (column.Shape is { } shape)
        {
            Text(stream, "VBuffer");
            Leb128(stream, 8 + 4 + 4 * shape.Count);
            Text(stream, "Single");
            Leb128(stream, 0);
            Int32(stream, shape.Count);
            foreach (int length in shape)
                Int32(stream, length);
        }
        else
        {
            Text(stream, "TextSpan");
            Leb128(stream, 0);
        }
    }

    private static void Text(MemoryStream stream, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Leb128(stream, bytes.Length);
        stream.Write(bytes);
    }

    private static void Leb128(MemoryStream stream, long value)
    {
        for (; value >= 0x80; value >>= 7)
            stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }

    private static void Int32(MemoryStream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void Int64(MemoryStream stream, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}

/// <summary>A column of a schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Lengths of a vector of float; null for other types.</param>
/// <param name="KeyNames">Names of a key's values; null for other types.</param>
internal sealed record IdvColumn(string Name, IReadOnlyList<int>? Shape = null, IReadOnlyList<string>? KeyNames = null);
