using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// A file of named tensors as Hugging Face's safetensors writes it: 8 bytes header length (little endian), a JSON header with type,
/// shape and offsets of every tensor, then the data without gaps. Tensors are read one at a time.
/// Source: https://github.com/huggingface/safetensors#format
/// </summary>
internal sealed class SafetensorsFile
{
    private const int LongestHeader = 100_000_000;

    private readonly Dictionary<string, Entry> _entries;
    private readonly long _dataStart;

    private SafetensorsFile(string path, Dictionary<string, Entry> entries, long dataStart)
    {
        Path = path;
        _entries = entries;
        _dataStart = dataStart;
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Names of all tensors, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Opens a file and checks its header; no tensor is read yet.</summary>
    /// <exception cref="InvalidContentException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length < 10)
            throw Damaged(path, $"expected a header, received {stream.Length} bytes");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length < 2 || length > LongestHeader || length > (ulong)(stream.Length - 8))
            throw Damaged(path, $"expected a header of 2 to {Math.Min(LongestHeader, stream.Length - 8)} bytes, received {length}");
        byte[] header = new byte[(int)length];
        stream.ReadExactly(header);
        long dataStart = 8 + (long)length;
        return new SafetensorsFile(path, ReadHeader(path, header, stream.Length - dataStart), dataStart);
    }

    /// <summary>Shape of a tensor.</summary>
    public TensorShape ShapeOf(string name) => Find(name).Shape;

    /// <summary>Whether a tensor holds floating numbers (F16, BF16, F32, F64).</summary>
    public bool IsFloat(string name) => Find(name).Type is "F16" or "BF16" or "F32" or "F64";

    /// <summary>Reads a tensor; F16, BF16 and F64 become float32.</summary>
    /// <exception cref="UnsupportedContentException">The tensor holds no floating numbers.</exception>
    public Tensor Read(string name)
    {
        Entry entry = Find(name);
        if (!IsFloat(name))
            throw new UnsupportedContentException($"{Path}: tensor '{name}' has the type {entry.Type}. Supported: F32, F16, BF16, F64.");
        byte[] bytes = new byte[entry.End - entry.Start];
        using FileStream stream = new(Path, FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Position = _dataStart + entry.Start;
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidContentException(
                $"{Path}: tensor '{name}': expected {bytes.Length} bytes, the file became shorter while it was read. Copy it again.", e);
        }
        float[] values = new float[entry.Shape.ElementCount];
        Widen(bytes, entry.Type, values);
        return new Tensor(entry.Shape, values);
    }

    private static void Widen(ReadOnlySpan<byte> bytes, string type, Span<float> values)
    {
        if (type == "F32" && BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }
        for (int i = 0; i < values.Length; i++)
            values[i] = type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * 4)..]),
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * 8)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * 2)..]),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 2)..]) << 16),
            };
    }

    private static Dictionary<string, Entry> ReadHeader(string path, byte[] header, long dataLength)
    {
        Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
                if (property.Name != "__metadata__" && !entries.TryAdd(property.Name, ReadEntry(path, property, dataLength)))
                    throw Damaged(path, $"tensor '{property.Name}' is named twice");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidContentException(
                $"{path}: expected a safetensors header, received something else ({e.Message}). The file is damaged; download it again.", e);
        }
        long end = 0;
        foreach ((string name, Entry entry) in entries.OrderBy(e => e.Value.Start).ThenBy(e => e.Value.End))
        {
            if (entry.Start != end)
                throw Damaged(path, $"tensor '{name}' starts at byte {entry.Start} of the data, expected {end}");
            end = entry.End;
        }
        return end == dataLength ? entries : throw Damaged(path, $"expected {end} bytes of data, received {dataLength}");
    }

    private static Entry ReadEntry(string path, JsonProperty property, long dataLength)
    {
        string type = property.Value.GetProperty("dtype").GetString() ?? "";
        int size = type switch
        {
            "F64" or "I64" or "U64" => 8,
            "F32" or "I32" or "U32" => 4,
            "F16" or "BF16" or "I16" or "U16" => 2,
            "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
            _ => throw new UnsupportedContentException($"{path}: tensor '{property.Name}' has the type '{type}'. Supported: F32, F16, BF16, F64."),
        };
        List<int> lengths = [];
        long bytes = size;
        foreach (JsonElement element in property.Value.GetProperty("shape").EnumerateArray())
        {
            long length = element.GetInt64();
            if (length < 0 || length > int.MaxValue || lengths.Count == 16 || length > 0 && bytes > dataLength / length)
                throw Damaged(path, $"tensor '{property.Name}' has a shape that does not fit its data");
            lengths.Add((int)length);
            bytes *= length;
        }
        JsonElement offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw Damaged(path, $"tensor '{property.Name}': expected two offsets, received {offsets.GetArrayLength()}");
        long start = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (start < 0 || end < start || end > dataLength || end - start != bytes || bytes > Array.MaxLength)
            throw Damaged(path, $"tensor '{property.Name}': expected {bytes} bytes inside of {dataLength}, received the offsets {start} to {end}");
        return new Entry(type, new TensorShape([.. lengths]), start, end);
    }

    private Entry Find(string name) =>
        _entries.TryGetValue(name, out Entry entry) ? entry
        : throw new ArgumentException($"{Path}: expected the name of a tensor, received '{name}'.", nameof(name));

    private static InvalidContentException Damaged(string path, string text) =>
        new($"{path}: {text}. The file is damaged or no safetensors file; download it again.");

    private readonly record struct Entry(string Type, TensorShape Shape, long Start, long End);
}
