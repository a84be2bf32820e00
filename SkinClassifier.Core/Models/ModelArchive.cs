using System.IO.Compression;
using System.Text;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Onnx;

namespace SkinClassifier.Models;

/// <summary>The entries of a model.zip that are ours.</summary>
/// <param name="Manifest">manifest.json.</param>
/// <param name="Network">The network as ONNX bytes.</param>
/// <param name="ModelCard">model-card.md.</param>
/// <param name="Seen">seen-images.bin: which images the training has seen; null: not known, and there is no such entry.</param>
/// <param name="Policy">policy.json: when the model answers; null: always, and there is no such entry.</param>
/// <param name="Gallery">gallery.bin: the training images as points; null: they were not kept, and there is no such entry.</param>
internal sealed record ModelArchive(ModelManifest Manifest, ReadOnlyMemory<byte> Network, string ModelCard, SeenContent? Seen = null,
    PredictionPolicy? Policy = null, ImageGallery? Gallery = null)
{
    /// <summary>Largest network that is read, in bytes: the limit of .NET arrays and of protobuf messages.</summary>
    internal const long MaxNetworkBytes = int.MaxValue - 64;

    private const long MaxTextBytes = 16 << 20, MaxGalleryBytes = 512 << 20;
    private const string ManifestEntry = "manifest.json", LabelsEntry = "labels.txt", CardEntry = "model-card.md", SeenEntry = "seen-images.bin";

    /// <summary>
    /// Reads and checks an archive: entry names, sizes before allocation, checksums, manifest, labels, network, policy. The model card is empty when absent,
    /// and the bytes of the network are not kept.
    /// </summary>
    /// <exception cref="InvalidContentException">The archive is damaged or not a model; the text names the entry.</exception>
    /// <exception cref="UnsupportedContentException">Written by a newer major version of the format, or a network with operators that are not
    /// supported.</exception>
    public static (ModelArchive Entries, Graph Network) Read(Stream stream, string name) =>
        ZipContent.Use(stream, name, entries =>
    {
        ModelManifest manifest = ManifestOf(entries, name);
        if (!entries.TryGetValue(manifest.Network, out ZipArchiveEntry? networkEntry))
            throw new InvalidContentException(
                $"{name}: expected the entry {manifest.Network} that manifest.json names, received none. The model file is damaged; save it again.");
        if (entries.TryGetValue(LabelsEntry, out ZipArchiveEntry? labelsEntry))
            CheckLabels(Encoding.UTF8.GetString(ZipContent.Read(labelsEntry, name, MaxTextBytes)), manifest, name);
        string card =
            entries.TryGetValue(CardEntry, out ZipArchiveEntry? cardEntry) ? Encoding.UTF8.GetString(ZipContent.Read(cardEntry, name, MaxTextBytes)) : "";
        SeenContent? seen = entries.TryGetValue(SeenEntry, out ZipArchiveEntry? seenEntry)
            ? SeenContent.FromBytes(ZipContent.Read(seenEntry, name, MaxTextBytes), $"{name}: {SeenEntry}") : null;
        PredictionPolicy? policy = entries.TryGetValue(PolicyFile.EntryName, out ZipArchiveEntry? policyEntry)
            ? PolicyFile.Read(ZipContent.Read(policyEntry, name, MaxTextBytes), manifest.Labels.Count, $"{name}: {PolicyFile.EntryName}") : null;
        if (policy is not null && entries.TryGetValue(ImageChecks.EntryName, out ZipArchiveEntry? checksEntry))
            policy = policy.WithChecks(
                ImageChecks.FromBytes(ZipContent.Read(checksEntry, name, MaxTextBytes), $"{name}: {ImageChecks.EntryName}"));
        ImageGallery? gallery = entries.TryGetValue(ImageGallery.EntryName, out ZipArchiveEntry? galleryEntry)
            ? ImageGallery.FromBytes(ZipContent.Read(galleryEntry, name, MaxGalleryBytes), manifest.Labels.Count, $"{name}: {ImageGallery.EntryName}") : null;
        CheckOthers(entries, manifest, name);
        int before = manifest.Network.EndsWith("/OnnxModel", StringComparison.Ordinal) ? (int)Math.Min(4, networkEntry.Length) : 0;
        Graph network = ZipContent.Read(networkEntry, name, MaxNetworkBytes, content =>
        {
            content.ReadExactly(new byte[before]); // the length that ML.NET wants there
            return OnnxModel.Load(content, networkEntry.Length - before, $"{name}: {manifest.Network}").Graph;
        });
        return (new ModelArchive(manifest, default, card, seen, policy, gallery), network);
    });

    /// <summary>Reads manifest.json alone, without the network.</summary>
    /// <param name="path">A model.zip.</param>
    /// <exception cref="InvalidContentException">The archive is damaged or not a model.</exception>
    public static ModelManifest ReadManifest(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return ZipContent.Use(stream, path, entries => ManifestOf(entries, path));
    }

    /// <summary>
    /// Writes the archive; the same content gives the same bytes. Where the manifest names the network's place in ML.NET's chain,
    /// the chain is written around it.
    /// </summary>
    public void Write(Stream stream)
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        ZipContent.Write(zip, ManifestEntry, Manifest.ToJson(), CompressionLevel.Optimal);
        ZipContent.Write(zip, LabelsEntry, Encoding.UTF8.GetBytes(LabelText(Manifest)), CompressionLevel.Optimal);
        ZipContent.Write(zip, CardEntry, Encoding.UTF8.GetBytes(ModelCard), CompressionLevel.Optimal);
        if (Seen is not null && Seen.ToBytes() is { LongLength: <= MaxTextBytes } bytes)
            ZipContent.Write(zip, SeenEntry, bytes, CompressionLevel.NoCompression);
        if (Policy is not null)
            ZipContent.Write(zip, PolicyFile.EntryName, PolicyFile.Write(Policy), CompressionLevel.Optimal);
        if (Policy?.Checks is { } checks)
            ZipContent.Write(zip, ImageChecks.EntryName, checks.ToBytes(), CompressionLevel.NoCompression);
        if (Gallery is not null)
            ZipContent.Write(zip, ImageGallery.EntryName, Gallery.ToBytes(), CompressionLevel.NoCompression);
        if (Manifest.Network != MlNetChain.NetworkEntry)
            ZipContent.Write(zip, Manifest.Network, Network.Span, CompressionLevel.NoCompression);
        else
            foreach ((string entry, byte[]? content) in MlNetChain.Entries(Manifest))
                ZipContent.Write(zip, entry, content is null ? Network.Span : content,
                    content is null ? CompressionLevel.NoCompression : CompressionLevel.Optimal, withLength: content is null);
    }

    private static ModelManifest ManifestOf(Dictionary<string, ZipArchiveEntry> entries, string name)
    {
        if (!entries.TryGetValue(ManifestEntry, out ZipArchiveEntry? manifestEntry))
            throw new InvalidContentException(entries.Keys.Any(e => e.StartsWith("TransformerChain/", StringComparison.Ordinal))
                ? $"{name}: expected an entry manifest.json, received a model that ML.NET wrote. Export its network as ONNX or train again with SkinClassifier."
                : $"{name}: expected an entry manifest.json, received a zip without it. This is not a SkinClassifier model.");
        return ModelManifest.FromJson(ZipContent.Read(manifestEntry, name, MaxTextBytes), $"{name}: {ManifestEntry}");
    }

    /// <summary>Checks the entries that other readers use (ML.NET's chain), so that damage shows here and not there; up to 64 MiB of them.</summary>
    private static void CheckOthers(Dictionary<string, ZipArchiveEntry> entries, ModelManifest manifest, string name)
    {
        long left = 4 * MaxTextBytes;
        foreach ((string path, ZipArchiveEntry entry) in entries)
            if (path != manifest.Network && path
                is not (ManifestEntry or LabelsEntry or CardEntry or SeenEntry or PolicyFile.EntryName or ImageChecks.EntryName or ImageGallery.EntryName)
                && entry.Length <= Math.Min(left, MaxTextBytes))
                left -= ZipContent.Read(entry, name, MaxTextBytes).Length;
    }

    private static string LabelText(ModelManifest manifest) => string.Concat(manifest.Labels.Select(l => l.ReplaceLineEndings(" ") + "\n"));

    private static void CheckLabels(string text, ModelManifest manifest, string name)
    {
        if (text.ReplaceLineEndings("\n").TrimEnd('\n') != LabelText(manifest).TrimEnd('\n'))
            throw new InvalidContentException($"{name}: {LabelsEntry}: expected the {manifest.Labels.Count} labels of manifest.json, received "
                + $"others. The two were changed apart; save the model again.");
    }
}
