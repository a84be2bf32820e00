using System.IO.Compression;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Models;

/// <summary>The entries of a model.zip that our own reader uses.</summary>
/// <param name="Manifest">manifest.json.</param>
/// <param name="Network">The network as ONNX bytes.</param>
/// <param name="ModelCard">model-card.md; empty when absent.</param>
internal sealed record ModelArchive(ModelManifest Manifest, byte[] Network, string ModelCard)
{
    /// <summary>Largest network that is read, in bytes: the limit of .NET arrays and of protobuf messages.</summary>
    internal const long MaxNetworkBytes = int.MaxValue - 64;

    private const long MaxTextBytes = 16 << 20;
    private const int MaxEntries = 10_000;
    private const string ManifestEntry = "manifest.json", LabelsEntry = "labels.txt", CardEntry = "model-card.md";
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads and checks the archive: entry names, sizes before allocation, checksums, manifest, labels.</summary>
    /// <exception cref="InvalidContentException">The archive is damaged or not a model; the text names the entry.</exception>
    /// <exception cref="UnsupportedContentException">Written by a newer major version of the format.</exception>
    public static ModelArchive Read(Stream stream, string name)
    {
        try
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            Dictionary<string, ZipArchiveEntry> entries = Index(zip, name);
            if (!entries.TryGetValue(ManifestEntry, out ZipArchiveEntry? manifestEntry))
                throw new InvalidContentException(entries.Keys.Any(e => e.StartsWith("TransformerChain/", StringComparison.Ordinal))
                    ? $"{name}: expected an entry manifest.json, received a model that ML.NET wrote. Export its network as ONNX or train again with SkinClassifier."
                    : $"{name}: expected an entry manifest.json, received a zip without it. This is not a SkinClassifier model.");
            ModelManifest manifest = ModelManifest.FromJson(ReadEntry(manifestEntry, name, MaxTextBytes), $"{name}: {ManifestEntry}");
            if (!entries.TryGetValue(manifest.Network, out ZipArchiveEntry? networkEntry))
                throw new InvalidContentException($"{name}: expected the entry {manifest.Network} that manifest.json names, received none. The model file is damaged; save it again.");
            byte[] network = ReadEntry(networkEntry, name, MaxNetworkBytes);
            if (manifest.Network.EndsWith("/OnnxModel", StringComparison.Ordinal))
                network = network.Length >= 4 ? network[4..] : [];
            if (entries.TryGetValue(LabelsEntry, out ZipArchiveEntry? labelsEntry))
                CheckLabels(Encoding.UTF8.GetString(ReadEntry(labelsEntry, name, MaxTextBytes)), manifest, name);
            string card = entries.TryGetValue(CardEntry, out ZipArchiveEntry? cardEntry) ? Encoding.UTF8.GetString(ReadEntry(cardEntry, name, MaxTextBytes)) : "";
            return new ModelArchive(manifest, network, card);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidContentException($"{name}: expected a zip archive, received something else or a damaged one ({fault.Message}). Copy the file again.", fault);
        }
        catch (Exception fault) when (fault is EndOfStreamException or NotSupportedException or ArgumentException or IOException and not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidContentException($"{name}: the zip archive cannot be read ({fault.Message}). Copy the file again.", fault);
        }
    }

    /// <summary>Writes the archive; the same content gives the same bytes.</summary>
    public void Write(Stream stream)
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        WriteEntry(zip, ManifestEntry, Manifest.ToJson(), CompressionLevel.Optimal);
        WriteEntry(zip, LabelsEntry, Encoding.UTF8.GetBytes(LabelText(Manifest)), CompressionLevel.Optimal);
        WriteEntry(zip, CardEntry, Encoding.UTF8.GetBytes(ModelCard), CompressionLevel.Optimal);
        WriteEntry(zip, Manifest.Network, Network, CompressionLevel.NoCompression);
    }

    private static string LabelText(ModelManifest manifest) => string.Concat(manifest.Labels.Select(l => l.ReplaceLineEndings(" ") + "\n"));

    private static void CheckLabels(string text, ModelManifest manifest, string name)
    {
        if (text.ReplaceLineEndings("\n").TrimEnd('\n') != LabelText(manifest).TrimEnd('\n'))
            throw new InvalidContentException($"{name}: {LabelsEntry}: expected the {manifest.Labels.Count} labels of manifest.json, received others. The two were changed apart; save the model again.");
    }

    private static Dictionary<string, ZipArchiveEntry> Index(ZipArchive zip, string name)
    {
        if (zip.Entries.Count > MaxEntries)
            throw new InvalidContentException($"{name}: expected at most {MaxEntries} entries, received {zip.Entries.Count}. This is not a SkinClassifier model.");
        Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            string path = entry.FullName.Replace('\\', '/');
            if (path.Length == 0 || path.StartsWith('/') || path.Contains(':') || path.Split('/').Contains(".."))
                throw new InvalidContentException($"{name}: entry \"{entry.FullName}\": expected a path inside the archive. The file was not made by SkinClassifier; do not trust it.");
            if (!entries.TryAdd(path, entry))
                throw new InvalidContentException($"{name}: entry \"{entry.FullName}\" exists twice. The file is damaged.");
        }
        return entries;
    }

    private static byte[] ReadEntry(ZipArchiveEntry entry, string name, long limit)
    {
        if (entry.Length > limit)
            throw new InvalidContentException($"{name}: entry {entry.FullName}: expected at most {limit} bytes, it declares {entry.Length}. The file is damaged or hostile.");
        // Deflate reaches at most 1032 : 1, so a larger claim is refused before memory is taken for it.
        if (entry.Length > 1032L * entry.CompressedLength + 64)
            throw new InvalidContentException($"{name}: entry {entry.FullName}: declares {entry.Length} bytes from {entry.CompressedLength} compressed ones, more than deflate can hold. The file is damaged or hostile.");
        byte[] content = new byte[entry.Length];
        using Stream stream = entry.Open();
        int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (length != content.Length || stream.ReadByte() >= 0)
            throw new InvalidContentException($"{name}: entry {entry.FullName}: expected {entry.Length} bytes, received {(length < content.Length ? length.ToString() : "more")}. The file is damaged; copy it again.");
        uint crc = Crc32.Compute(content);
        if (crc != entry.Crc32)
            throw new InvalidContentException($"{name}: entry {entry.FullName}: wrong checksum (expected {entry.Crc32:X8}, received {crc:X8}). The file is damaged; copy it again.");
        return content;
    }

    private static void WriteEntry(ZipArchive zip, string entryName, ReadOnlySpan<byte> content, CompressionLevel level)
    {
        ZipArchiveEntry entry = zip.CreateEntry(entryName, level);
        entry.LastWriteTime = FixedTime;
        using Stream stream = entry.Open();
        stream.Write(content);
    }
}
