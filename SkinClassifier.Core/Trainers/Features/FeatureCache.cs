using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers.Features;

/// <summary>
/// Features on disk, one file per network and preprocessing, looked up by the SHA-256 of the image file's bytes.
/// Layout, little endian: magic "SKFT", format 1, feature length, count, then per image 32 bytes hash and the floats, then the SHA-256 of everything before.
/// A file that fails any check is reported and treated as empty.
/// </summary>
internal sealed class FeatureCache
{
    /// <summary>The names of cache files.</summary>
    public const string Pattern = "features-*.bin";

    private const uint Magic = 0x5446_4B53, Format = 1;
    private const int HeaderLength = 16, HashLength = 32;
    private readonly string _path;
    private readonly int _length;
    private readonly Dictionary<string, float[]> _rows = new(StringComparer.Ordinal);
    private bool _changed;

    /// <summary>Opens the cache file of <paramref name="key"/> in <paramref name="folder"/>; it need not exist.</summary>
    /// <param name="folder">Where cache files lie.</param>
    /// <param name="key">Names network and preprocessing; letters and digits.</param>
    /// <param name="length">Floats per image.</param>
    /// <param name="warn">Receives a sentence when the file is damaged.</param>
    public FeatureCache(string folder, string key, int length, Action<string> warn)
    {
        _path = Path.Combine(folder, $"features-{key}.bin");
        _length = length;
        if (File.Exists(_path) && Read() is { } error)
        {
            _rows.Clear();
            warn($"{_path}: {error} The cache is not used; the features are computed again.");
        }
    }

    /// <summary>Number of images held.</summary>
    public int Count => _rows.Count;

    /// <summary>Key of an image: the SHA-256 of its file's bytes.</summary>
    public static string KeyOf(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    /// <summary>What names the features of a network and preprocessing, for the file's name.</summary>
    public static string NameOf(Graph network, ImagePreprocessor size) =>
        NetworkHash.Of(network, $"{size.Width}x{size.Height} {size.Resize} {size.Filter}{(size.ReducedDecoding ? " reduced" : "")}")[..16];

    /// <summary>Copies the features of an image; false when there are none.</summary>
    public bool TryGet(string key, Span<float> features)
    {
        if (!_rows.TryGetValue(key, out float[]? row))
            return false;
        row.CopyTo(features);
        return true;
    }

    /// <summary>Adds the features of an image.</summary>
    public void Add(string key, ReadOnlySpan<float> features) => _changed |= _rows.TryAdd(key, features.ToArray());

    /// <summary>Writes the file when something was added.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the old file stays.</exception>
    public void Save()
    {
        if (!_changed)
            return;
        AtomicFile.Write(_path, stream =>
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            void Put(ReadOnlySpan<byte> bytes)
            {
                hash.AppendData(bytes);
                stream.Write(bytes);
            }
            Span<byte> header = stackalloc byte[HeaderLength];
            BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Format);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], _length);
            BinaryPrimitives.WriteInt32LittleEndian(header[12..], _rows.Count);
            Put(header);
            byte[] bytes = new byte[_length * 4];
            foreach ((string key, float[] row) in _rows.OrderBy(r => r.Key, StringComparer.Ordinal))
            {
                Put(Convert.FromHexString(key));
                for (int i = 0; i < row.Length; i++)
                    BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), row[i]);
                Put(bytes);
            }
            stream.Write(hash.GetHashAndReset());
        });
        _changed = false;
    }

    /// <summary>Reads the file; a sentence when it is damaged.</summary>
    private string? Read()
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read ({error.Message}).";
        }
        if (content.Length < HeaderLength + HashLength || BinaryPrimitives.ReadUInt32LittleEndian(content) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(4)) != Format)
            return "expected a feature cache of format 1, received something else.";
        int length = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(8)), count = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(12));
        long record = HashLength + 4L * _length;
        if (length != _length || count < 0 || HeaderLength + count * record + HashLength != content.Length)
            return $"expected {count} images with {_length} features, the file's size is {content.Length} bytes and it says {length} features.";
        if (!SHA256.HashData(content.AsSpan(0, content.Length - HashLength)).AsSpan().SequenceEqual(content.AsSpan(content.Length - HashLength)))
            return "the checksum is wrong.";
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<byte> at = content.AsSpan((int)(HeaderLength + n * record), (int)record);
            float[] row = new float[_length];
            if (BitConverter.IsLittleEndian)
                MemoryMarshal.Cast<byte, float>(at[HashLength..]).CopyTo(row);
            else
                for (int i = 0; i < row.Length; i++)
                    row[i] = BinaryPrimitives.ReadSingleLittleEndian(at[(HashLength + 4 * i)..]);
            _rows[Convert.ToHexString(at[..HashLength])] = row;
        }
        return null;
    }
}
