using System.IO.Compression;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// Looks into a zip that ML.NET saved or can load: the chain, signatures, versions, columns, class names and sizes. Parts that are
/// not known are shown with their size and strings. Nothing is run, and no memory is taken on the word of the file.
/// </summary>
internal static class MlNetModelReader
{
    private const string Key = "Model.key", Schema = "Schema";

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">Not a zip of ML.NET, damaged or hostile; the text names the entry.</exception>
    public static MlNetModel Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Read(stream, path);
    }

    /// <summary>Reads a stream that can seek; <paramref name="name"/> stands for it in messages.</summary>
    /// <exception cref="InvalidContentException">Not a zip of ML.NET, damaged or hostile; the text names the entry.</exception>
    public static MlNetModel Read(Stream stream, string name = "model")
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ZipContent.Use(stream, name, entries => Read(entries, name));
    }

    private static MlNetModel Read(Dictionary<string, ZipArchiveEntry> entries, string name)
    {
        MlNetFolder root = new(name, "", new MlNetReadBudget());
        foreach ((string path, ZipArchiveEntry entry) in entries)
            root.Add(path, entry);
        List<MlNetPart> parts = [], all = [];
        string? architecture = null;
        AddParts(root, parts, all, ref architecture);
        if (parts.Count == 0)
            throw new InvalidContentException(
                $"{name}: expected an entry TransformerChain/{Key}, received a zip without any {Key}. This is not a model that ML.NET reads.");
        string? version = root.Folders.TryGetValue("TrainingInfo", out MlNetFolder? info) && info.Entries.ContainsKey("Version.txt")
            ? Encoding.UTF8.GetString(info.Read("Version.txt")).Trim()
            : null;
        return new MlNetModel
        {
            Version = version,
            InputColumns = root.Entries.ContainsKey(Schema)
                ? [.. new IdvReader(root.Read(Schema), root.Where(Schema)).Columns().Select(c => $"{c.Name}: {c.Type}")]
                : [],
            Parts = parts,
            Labels = (all.LastOrDefault(p => p.Signature == "MC  PRED" && p.Labels.Count > 0) ?? all.LastOrDefault(p => p.Labels.Count > 0))?.Labels ?? [],
            Architecture = architecture,
        };
    }

    /// <summary>Adds the part of a folder, or the parts below it where it is none; <paramref name="all"/> gets every part, inner ones first.</summary>
    private static void AddParts(MlNetFolder folder, List<MlNetPart> parts, List<MlNetPart> all, ref string? architecture)
    {
        if (!folder.Entries.ContainsKey(Key))
        {
            foreach (MlNetFolder below in folder.Folders.Values)
                AddParts(below, parts, all, ref architecture);
            return;
        }
        List<MlNetPart> inner = [];
        foreach (MlNetFolder below in folder.Folders.Values)
            AddParts(below, inner, all, ref architecture);
        MlNetEnvelope envelope = new(folder.Read(Key), folder.Where(Key));
        MlNetDetails details = MlNetDetails.Read(envelope, folder);
        architecture ??= details.Architecture;
        MlNetPart part = new()
        {
            Path = folder.Path.TrimEnd('/'),
            Signature = envelope.Signature,
            Loader = envelope.Loader,
            Assembly = envelope.Assembly.Split(',')[0],
            VersionWritten = envelope.VersionWritten,
            VersionReadable = envelope.VersionReadable,
            Details = details.Lines,
            Labels = details.Labels,
            Streams = [.. folder.Entries.Where(e => e.Key != Key).Select(e => new MlNetStream(e.Key, e.Value.Length))],
            Parts = inner,
        };
        parts.Add(part);
        all.Add(part);
    }
}
