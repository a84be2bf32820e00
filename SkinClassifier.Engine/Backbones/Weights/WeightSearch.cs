using SkinClassifier.Common;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Looks for the file of a network in one folder, or beside the application. Order in a folder: the file name that the catalog gives
/// the network; NAME.safetensors, NAME.onnx; other catalog files that stand for the network; NAME_… or NAME-… with the ending
/// .safetensors, then .onnx, in ordinal order; any file with the size and SHA-256 of a catalog file for it. A file that the catalog
/// knows as another network is never taken by its first letters (resnet50-v2-7.onnx is no resnet50), nor are weights of another width.
/// </summary>
internal sealed class WeightSearch(IReadOnlyList<WeightEntry> catalog)
{
    private static readonly string[] _endings = [".safetensors", ".onnx"];

    /// <summary>
    /// The first file in <paramref name="folder"/> that fits <paramref name="name"/>; with <paramref name="anyName"/> also files of other names than
    /// the catalog's.
    /// </summary>
    public WeightFile? In(string folder, string place, string name, bool anyName)
    {
        WeightEntry? own = catalog.FirstOrDefault(e => e.Name == name);
        WeightEntry[] standIns = [.. catalog.Where(e => e.Name != name && e.Network == name && e.Variant is null)];
        foreach ((string file, WeightEntry? entry) in Exact(name, own, standIns))
            if (File.Exists(Path.Combine(folder, file)))
                return new WeightFile(Path.Combine(folder, file), place, entry);
        if (!anyName || !Directory.Exists(folder))
            return null;
        string[] files = [.. Directory.EnumerateFiles(folder).Where(f => _endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)];
        foreach (string ending in _endings)
            if (Array.Find(files, f =>
                Path.GetExtension(f) == ending && IsNamedAfter(Path.GetFileNameWithoutExtension(f), name) && Known(Path.GetFileName(f)) is null)
                is string named)
                return new WeightFile(named, place, null);
        foreach (WeightEntry entry in own is null ? standIns : [own, .. standIns])
            if (Array.Find(files, f => Is(f, entry)) is string same)
                return new WeightFile(same, place, entry);
        return null;
    }

    /// <summary>
    /// The file for <paramref name="name"/> that a package has put beside the application: backbones/FILE with the catalog's file name, or where the package
    /// that the catalog names puts it itself.
    /// </summary>
    public WeightFile? Beside(string application, string name)
    {
        foreach (WeightEntry entry in catalog.Where(e => e.Name == name || e.Network == name && e.Variant is null).OrderBy(e => e.Name != name))
            foreach (string? file in (string?[])[Path.Combine("backbones", entry.File), entry.Package?.BesideApplication])
                if (file is not null && File.Exists(Path.Combine(application, file)))
                    return new WeightFile(Path.GetFullPath(Path.Combine(application, file)), "embedded", entry);
        return null;
    }

    /// <summary>The entry that a file given by hand is, by its name or by its content, or null; a file of a package only by its content.</summary>
    public WeightEntry? Recognize(string path) => Known(Path.GetFileName(path)) is { Package: null } named ? named : catalog.FirstOrDefault(e => Is(path, e));

    private IEnumerable<(string File, WeightEntry? Entry)> Exact(string name, WeightEntry? own, WeightEntry[] standIns)
    {
        if (own is not null)
            yield return (own.File, own);
        foreach (string ending in _endings)
            yield return (name + ending, catalog.FirstOrDefault(e => e.File == name + ending && e.Network == name && e.Variant is null));
        foreach (WeightEntry entry in standIns)
            yield return (entry.File, entry);
    }

    private static bool IsNamedAfter(string file, string name) =>
        file.Length > name.Length && file.StartsWith(name, StringComparison.Ordinal) && (file[name.Length] is '_' or '-');

    private WeightEntry? Known(string file) => catalog.FirstOrDefault(e => e.File == file);

    private static bool Is(string path, WeightEntry entry)
    {
        if (entry.Sha256 is null || entry.Bytes is not long bytes || !File.Exists(path))
            return false;
        using FileStream stream = File.OpenRead(path); // its length is that of the file behind a link
        return stream.Length == bytes && FileContent.Sha256(stream) == entry.Sha256;
    }
}
