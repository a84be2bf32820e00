using System.Buffers.Binary;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Models.MlNet;

/// <summary>One Model.key, opened: header, body and strings; see <see cref="MlNetPartWriter"/> for the layout.</summary>
internal sealed class MlNetEnvelope
{
    private readonly byte[] _content;
    private readonly int _bodyStart, _bodyEnd;

    /// <summary>Reads and checks header, positions and strings.</summary>
    /// <exception cref="InvalidContentException">Positions leave the file, overlap or contradict each other.</exception>
    public MlNetEnvelope(byte[] content, string where)
    {
        _content = content;
        Where = where;
        if (content.Length < MlNetPartWriter.HeaderLength + 8 || !content.AsSpan().StartsWith("ML\0MODEL"u8))
            throw new InvalidContentException($"{where}: expected a header of {MlNetPartWriter.HeaderLength} bytes that begins with ML\\0MODEL, "
                + $"received {content.Length} bytes of something else. The file is damaged.");
        // The regions follow each other, so no position can lead back.
        long end = MlNetPartWriter.HeaderLength;
        (_bodyStart, _bodyEnd) = Region("body", 0x10, Int64(0x18), ref end);
        (int tableStart, int tableEnd) = Region("string table", 0x20, Int64(0x28), ref end);
        (int charsStart, int charsEnd) = Region("characters", 0x30, Int64(0x38), ref end);
        (int nameStart, int nameEnd) = Region("assembly name", 0x90, BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(0x98)), ref end);
        (int tailStart, int tailEnd) = Region("tail", 0x80, 8, ref end);
        if (!content.AsSpan(tailStart, 8).SequenceEqual("LEDOM\0LM"u8) || Int64(0x88) != tailEnd)
            throw new InvalidContentException($"{where}: expected the part's end mark at byte {tailStart}, received other bytes. The file is damaged or cut.");
        Signature = new string([.. content.AsSpan(0x40, 8).ToArray().Select(b => b == 0 ? ' ' : (char)b)]).TrimEnd();
        VersionWritten = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(0x48));
        VersionReadable = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(0x4C));
        Loader = Encoding.ASCII.GetString(content, 0x50, 24).TrimEnd('\0');
        Assembly = Encoding.Unicode.GetString(content, nameStart, nameEnd - nameStart);
        Strings = ReadStrings(tableStart, tableEnd, charsStart, charsEnd);
    }

    /// <summary>Archive and entry, for messages.</summary>
    public string Where { get; }

    /// <summary>Eight characters; zeros are blanks, blanks at the end are left out.</summary>
    public string Signature { get; }

    /// <summary>Version of the layout.</summary>
    public uint VersionWritten { get; }

    /// <summary>Oldest reader's version.</summary>
    public uint VersionReadable { get; }

    /// <summary>Name of the class that reads it.</summary>
    public string Loader { get; }

    /// <summary>Its assembly, with version.</summary>
    public string Assembly { get; }

    /// <summary>Strings of the part by number.</summary>
    public IReadOnlyList<string> Strings { get; }

    /// <summary>Bytes of the body.</summary>
    public int BodyLength => _bodyEnd - _bodyStart;

    /// <summary>A reader of the body.</summary>
    public MlNetBytes Body() => new(_content, Where, _bodyStart, _bodyEnd);

    /// <summary>The string of the number that comes next in the body; "" for none.</summary>
    public string Name(ref MlNetBytes body)
    {
        int id = body.Int32();
        if (id < -1 || id >= Strings.Count)
            throw new InvalidContentException(
                $"{Where}: expected the number of one of {Strings.Count} strings before byte {body.Position}, received {id}. The file is damaged.");
        return id < 0 ? "" : Strings[id];
    }

    private long Int64(int position) => BinaryPrimitives.ReadInt64LittleEndian(_content.AsSpan(position));

    private (int Start, int End) Region(string what, int positionAt, long length, ref long end)
    {
        long start = Int64(positionAt);
        if (start == 0 && length == 0)
            return (0, 0);
        if (start < end || length < 0 || start > _content.Length || length > _content.Length - start)
            throw new InvalidContentException(
                $"{Where}: {what}: expected bytes between {end} and {_content.Length}, received {length} from {start} on. The file is damaged.");
        end = start + length;
        return ((int)start, (int)end);
    }

    private string[] ReadStrings(int tableStart, int tableEnd, int charsStart, int charsEnd)
    {
        if ((tableEnd - tableStart) % 8 != 0)
            throw new InvalidContentException(
                $"{Where}: string table: expected entries of 8 bytes, received {tableEnd - tableStart} bytes. The file is damaged.");
        string[] strings = new string[(tableEnd - tableStart) / 8];
        long from = 0;
        for (int i = 0; i < strings.Length; i++)
        {
            long to = Int64(tableStart + 8 * i);
            if (to < from || to > charsEnd - charsStart || to % 2 != 0)
                throw new InvalidContentException(
                    $"{Where}: string {i}: expected an even end from {from} to {charsEnd - charsStart}, received {to}. The file is damaged.");
            strings[i] = Encoding.Unicode.GetString(_content, charsStart + (int)from, (int)(to - from));
            from = to;
        }
        return strings;
    }
}
