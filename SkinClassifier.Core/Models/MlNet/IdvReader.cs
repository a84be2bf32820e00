using System.Buffers.Binary;
using System.IO.Compression;
using SkinClassifier.Common;
namespace SkinClassifier.Models.MlNet;

/// <summary>A column as found in a table of ML.NET.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in words.</param>
/// <param name="KeyNames">Names of a key's values; empty when there are none or they are stored in a way that is not known.</param>
internal sealed record IdvFoundColumn(string Name, string Type, IReadOnlyList<string> KeyNames);

/// <summary>Reads the columns of ML.NET's binary table (IDV); see <see cref="IdvWriter"/> for the layout. Rows are not read.</summary>
internal ref struct IdvReader
{
    private const int HeaderLength = 256;
    private const long MaxKeyBytes = 64 << 20;
    private readonly ReadOnlySpan<byte> _content;
    private readonly string _where;
    private readonly int _contents, _tail;
    private long _keyBytesLeft = MaxKeyBytes;

    /// <summary>Checks header and tail.</summary>
    public IdvReader(ReadOnlySpan<byte> content, string where)
    {
        _content = content;
        _where = where;
        if (content.Length < HeaderLength + 8 || !content.StartsWith("CML\0DVB\0"u8))
            throw new InvalidContentException(
                $"{where}: expected a table that begins with CML\\0DVB\\0, received {content.Length} bytes of something else. The file is damaged.");
        long contents = BinaryPrimitives.ReadInt64LittleEndian(content[0x18..]), tail = BinaryPrimitives.ReadInt64LittleEndian(content[0x20..]);
        if (contents < HeaderLength || tail < contents || tail > content.Length - 8 || !content.Slice((int)tail, 8).SequenceEqual("\0BVD\0LMC"u8))
            throw new InvalidContentException($"{where}: expected columns and end mark between bytes {HeaderLength} and {content.Length}, received "
                + $"positions {contents} and {tail}. The file is damaged or cut.");
        (_contents, _tail) = ((int)contents, (int)tail);
    }

    /// <summary>All columns in the file's order.</summary>
    public IReadOnlyList<IdvFoundColumn> Columns()
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(_content[0x30..]);
        MlNetBytes bytes = new(_content, _where, _contents, _tail);
        // Name, codec, compression, rows per block and two positions: at least 21 bytes.
        if (count < 0 || count > bytes.Left / 21)
            throw new InvalidContentException($"{_where}: expected at most {bytes.Left / 21} columns, received {count}. The file is damaged.");
        IdvFoundColumn[] columns = new IdvFoundColumn[count];
        for (int i = 0; i < count; i++)
        {
            string name = bytes.Text();
            string type = Codec(ref bytes, depth: 0);
            bytes.Byte();
            bytes.Leb128();
            bytes.Int64();
            long description = bytes.Int64();
            columns[i] = new IdvFoundColumn(name, type, description == 0 ? [] : KeyNames(description));
        }
        return columns;
    }

    private readonly string Codec(ref MlNetBytes bytes, int depth)
    {
        string name = bytes.Text();
        ReadOnlySpan<byte> parameter = bytes.Take(bytes.Leb128());
        MlNetBytes inner = new(parameter, _where, 0, parameter.Length);
        if (depth > 2)
            return name;
        switch (name)
        {
            case "TextSpan":
                return "text";
            case "Key2":
                string number = Codec(ref inner, depth + 1);
                return $"key of {(ulong)inner.Int64()} values ({number})";
            case "VBuffer":
                string item = Codec(ref inner, depth + 1);
                int[] shape = new int[inner.Count(4)];
                for (int i = 0; i < shape.Length; i++)
                    shape[i] = inner.Int32();
                return $"{item} [{string.Join(",", shape.Select(l => l == 0 ? "?" : l.ToString()))}]";
            default:
                return name;
        }
    }

    private string[] KeyNames(long position)
    {
        MlNetBytes bytes = new(_content, _where, Inside(position, 1), _tail);
        string[] names = [];
        for (long left = bytes.Leb128(); left > 0; left--)
        {
            string kind = bytes.Text();
            string type = Codec(ref bytes, depth: 0);
            byte compression = bytes.Byte();
            long block = bytes.Int64(), length = bytes.Leb128();
            int start = Inside(block, length);
            // Many columns may point at one description; what they cost together is limited.
            Spend(64 + bytes.Position - (int)position);
            if (kind == "KeyValues" && type.StartsWith("text [", StringComparison.Ordinal) && compression <= 1)
                names = Names(compression == 1 ? Inflate(_content.Slice(start, (int)length)) : Plain(start, (int)length));
        }
        return names;
    }

    private readonly int Inside(long position, long length) => position >= HeaderLength && position <= _tail && length >= 0 && length <= _tail - position
        ? (int)position
        : throw new InvalidContentException(
            $"{_where}: expected bytes between {HeaderLength} and {_tail}, received {length} from {position} on. The file is damaged.");

    private ReadOnlySpan<byte> Plain(int start, int length)
    {
        Spend(length);
        return _content.Slice(start, length);
    }

    private byte[] Inflate(ReadOnlySpan<byte> packed)
    {
        using DeflateStream inflate = new(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        using MemoryStream plain = new();
        byte[] buffer = new byte[16384];
        try
        {
            for (int read; (read = inflate.Read(buffer)) > 0;)
            {
                Spend(read);
                plain.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidContentException($"{_where}: key names: the compressed bytes are damaged ({error.Message}). Copy the file again.", error);
        }
        return plain.ToArray();
    }

    private void Spend(int bytes)
    {
        if ((_keyBytesLeft -= bytes) < 0)
            throw new InvalidContentException($"{_where}: expected at most {MaxKeyBytes} bytes of key names, received more. The file is damaged or hostile.");
    }

    private readonly string[] Names(ReadOnlySpan<byte> block)
    {
        MlNetBytes bytes = new(block, _where, 0, block.Length);
        // One vector, its length, dense (−1), no indices; anything else is a way of storing that is not known here.
        if (bytes.Int32() != 1 || bytes.Int32() < 0 || bytes.Int32() != -1 || bytes.Int32() != 0)
            return [];
        int[] ends = new int[bytes.Count(4)];
        for (int i = 0; i < ends.Length; i++)
            ends[i] = bytes.Int32();
        string text = bytes.Text();
        string[] names = new string[ends.Length];
        for (int i = 0, from = 0; i < ends.Length; from = ends[i++])
            names[i] = ends[i] >= from && ends[i] <= text.Length
                ? text[from..ends[i]]
                : throw new InvalidContentException(
                    $"{_where}: key name {i}: expected an end from {from} to {text.Length}, received {ends[i]}. The file is damaged.");
        return names;
    }
}
