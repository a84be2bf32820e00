using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SkinClassifier.Graphs.Files;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Reading;

/// <summary>
/// Reads TensorProto messages: raw, typed and external data, all sizes checked against the bytes that are there before anything is allocated.
/// </summary>
internal sealed class TensorReader(FileError error, string? folder)
{
    /// <summary>Weights may share bytes of a data file; together they may be so many times as large as it.</summary>
    private const int MaxSharing = 4;

    private const int MaxLocation = 1024;

    private readonly Dictionary<string, long> _externalBytes = new(StringComparer.Ordinal);

    /// <summary>Elements of all tensors that were read so far: what the file really holds, whatever other shapes it declares.</summary>
    public long ElementsRead { get; private set; }

    /// <summary>Reads one tensor.</summary>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">Shape, type and data do not agree, or external data is missing or too short.</exception>
    /// <exception cref="SkinClassifier.Common.UnsupportedContentException">The element type is not one we read.</exception>
    public OnnxTensor Read(TensorProto tensor)
    {
        OnnxTensor result = Content(tensor);
        ElementsRead += result.Count;
        return result;
    }

    private OnnxTensor Content(TensorProto tensor)
    {
        string what = $"tensor '{tensor.Name}'";
        TensorShape shape = ReadShape(tensor, what, out int count);
        DataType type = (DataType)tensor.DataType;
        int size = type switch
        {
            DataType.Float or DataType.Int32 or DataType.Uint32 => 4,
            DataType.Double or DataType.Int64 or DataType.Uint64 => 8,
            DataType.Float16 or DataType.Bfloat16 or DataType.Int16 or DataType.Uint16 => 2,
            DataType.Uint8 or DataType.Int8 or DataType.Bool => 1,
            _ =>
                throw error.Unsupported(
                    $"{what}: element type {type} is not supported. Supported: float, float16, bfloat16, double, the integer types up to 64 bits, bool."),
        };
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return FromBytes(shape, type, ReadExternal(tensor, what, (long)count * size));
        if (tensor.RawData.Length > 0)
        {
            if (tensor.RawData.Length != (long)count * size)
                throw error.Damaged($"{what}: expected {(long)count * size} bytes of data for shape {shape} of {type}, received "
                    + $"{tensor.RawData.Length}. The file is damaged; export or copy it again.");
            return type == DataType.Float && BitConverter.IsLittleEndian && MemoryMarshal.TryGetMemoryManager(tensor.RawData.Memory, out FloatBytes? own)
                ? new(shape, own.Values)
                : FromBytes(shape, type, tensor.RawData.Span);
        }
        return FromFields(tensor, type, shape, count, what);
    }

    private TensorShape ReadShape(TensorProto tensor, string what, out int count)
    {
        if (tensor.Dims.Count > 16)
            throw error.Damaged($"{what}: expected at most 16 axes, received {tensor.Dims.Count}.");
        int[] lengths = new int[tensor.Dims.Count];
        long product = 1;
        for (int i = 0; i < lengths.Length; i++)
        {
            long length = tensor.Dims[i];
            if (length < 0 || length > Array.MaxLength)
                throw error.Damaged($"{what}: axis {i} has length {length}; expected 0 to {Array.MaxLength}.");
            lengths[i] = (int)length;
            product *= length;
            if (product > Array.MaxLength)
                throw error.Damaged($"{what}: expected at most {Array.MaxLength} elements, the shape [{string.Join(",", tensor.Dims)}] has more.");
        }
        count = (int)product;
        return new TensorShape(lengths);
    }

    private OnnxTensor FromFields(TensorProto tensor, DataType type, TensorShape shape, int count, string what)
    {
        int received = type switch
        {
            DataType.Float => tensor.FloatData.Count,
            DataType.Double => tensor.DoubleData.Count,
            DataType.Int64 => tensor.Int64Data.Count,
            DataType.Uint32 or DataType.Uint64 => tensor.Uint64Data.Count,
            _ => tensor.Int32Data.Count,
        };
        if (received != count)
            throw error.Damaged(
                $"{what}: expected {count} values for shape {shape} of {type}, received {received}. The file is damaged; export or copy it again.");
        return type switch
        {
            DataType.Float => new(shape, tensor.FloatData.ToArray()),
            DataType.Double => new(shape, tensor.DoubleData.Select(v => (float)v).ToArray()),
            DataType.Float16 => new(shape, tensor.Int32Data.Select(v => (float)BitConverter.UInt16BitsToHalf((ushort)v)).ToArray()),
            DataType.Bfloat16 => new(shape, tensor.Int32Data.Select(v => BitConverter.UInt32BitsToSingle((uint)v << 16)).ToArray()),
            DataType.Int64 => new(shape, tensor.Int64Data.ToArray()),
            DataType.Uint32 or DataType.Uint64 => new(shape, tensor.Uint64Data.Select(v => (long)v).ToArray()),
            DataType.Bool => new(shape, tensor.Int32Data.Select(v => v != 0 ? 1L : 0).ToArray()),
            _ => new(shape, tensor.Int32Data.Select(v => (long)v).ToArray()),
        };
    }

    private static OnnxTensor FromBytes(TensorShape shape, DataType type, ReadOnlySpan<byte> bytes) => type switch
    {
        DataType.Float => new(shape, Floats(bytes)),
        DataType.Double => new(shape, Convert(bytes, 8, static b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b))),
        DataType.Float16 => new(shape, Convert(bytes, 2, static b => (float)BinaryPrimitives.ReadHalfLittleEndian(b))),
        DataType.Bfloat16 => new(shape, Convert(bytes, 2, static b => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(b) << 16))),
        DataType.Int64 or DataType.Uint64 => new(shape, Convert(bytes, 8, BinaryPrimitives.ReadInt64LittleEndian)),
        DataType.Int32 => new(shape, Convert(bytes, 4, static b => (long)BinaryPrimitives.ReadInt32LittleEndian(b))),
        DataType.Uint32 => new(shape, Convert(bytes, 4, static b => (long)BinaryPrimitives.ReadUInt32LittleEndian(b))),
        DataType.Int16 => new(shape, Convert(bytes, 2, static b => (long)BinaryPrimitives.ReadInt16LittleEndian(b))),
        DataType.Uint16 => new(shape, Convert(bytes, 2, static b => (long)BinaryPrimitives.ReadUInt16LittleEndian(b))),
        DataType.Int8 => new(shape, Convert(bytes, 1, static b => (long)(sbyte)b[0])),
        DataType.Bool => new(shape, Convert(bytes, 1, static b => b[0] != 0 ? 1L : 0)),
        _ => new(shape, Convert(bytes, 1, static b => (long)b[0])),
    };

    private static float[] Floats(ReadOnlySpan<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
            return Convert(bytes, 4, BinaryPrimitives.ReadSingleLittleEndian);
        float[] values = new float[bytes.Length / 4];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private delegate T ReadElement<T>(ReadOnlySpan<byte> bytes);

    private static T[] Convert<T>(ReadOnlySpan<byte> bytes, int size, ReadElement<T> read)
    {
        T[] values = new T[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = read(bytes[(i * size)..]);
        return values;
    }

    private byte[] ReadExternal(TensorProto tensor, string what, long bytes)
    {
        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in tensor.ExternalData)
            entries[entry.Key] = entry.Value;
        if (!entries.TryGetValue("location", out string? location) || location.Length == 0)
            throw error.Damaged($"{what}: its data is said to be in another file, but none is named.");
        string path = ExternalPath(location, what);
        long offset = Number(entries, "offset", 0, what), length = Number(entries, "length", bytes, what);
        if (length != bytes)
            throw error.Damaged($"{what}: expected {bytes} bytes of external data, the file says {length}.");
        long size = new FileInfo(path).Length;
        if (offset > size || length > size - offset)
            throw error.Damaged($"{what}: expected {length} bytes at {offset} in '{location}', which has only {size}. Copy the data file again.");
        if (length > Array.MaxLength)
            throw error.Unsupported($"{what}: {length} bytes of external data are more than one array can hold ({Array.MaxLength}).");
        if (length == 0)
            return [];
        if ((_externalBytes[path] = _externalBytes.GetValueOrDefault(path) + length) > MaxSharing * size)
            throw error.Damaged(
                $"{what}: the weights that name '{location}' are together more than {MaxSharing} times as large as that file. The file is damaged.");
        byte[] content = new byte[length];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Position = offset;
        if (stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length)
            throw error.Damaged($"{what}: '{location}' became shorter while it was read. Copy the data file again.");
        return content;
    }

    /// <summary>The data file without any link on its way; it must lie in the folder of the model.</summary>
    private string ExternalPath(string location, string what)
    {
        if (folder is null)
            throw error.Damaged($"{what}: its data is in the file '{location}' beside the model, but the model was given as bytes. Load it by its path.");
        if (location.Length > MaxLocation)
            throw error.Damaged($"{what}: the name of its data file has {location.Length} characters; expected at most {MaxLocation}.");
        string root = Path.GetFullPath(folder);
        string path = location.Contains('\0', StringComparison.Ordinal) ? root : Path.GetFullPath(Path.Combine(root, location.Replace('\\', '/')));
        if (!RealPath.IsInside(root, path))
            throw error.Damaged($"{what}: its data file '{location}' lies outside the model's folder. Only files in the model's own folder are read.");
        if (Array.Exists(path.Split(Path.DirectorySeparatorChar), part => Encoding.UTF8.GetByteCount(part) > 255))
            throw error.Damaged($"{what}: its data file '{location}' has a name that is too long for a file.");
        if (RealPath.Of(path) is not string real || RealPath.Of(root) is not string realRoot || !RealPath.IsInside(realRoot, real))
            throw error.Damaged($"{what}: its data file '{location}' is, or lies behind, a link that leaves the model's folder. Only files in the "
                + $"model's own folder are read.");
        return File.Exists(real) ? real : throw error.Damaged($"{what}: its data file '{location}' is missing beside the model. Copy it there.");
    }

    private long Number(Dictionary<string, string> entries, string key, long whenAbsent, string what)
    {
        if (!entries.TryGetValue(key, out string? text))
            return whenAbsent;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            throw error.Damaged($"{what}: expected a byte count for external data's {key}, received '{text}'.");
        return value;
    }
}
