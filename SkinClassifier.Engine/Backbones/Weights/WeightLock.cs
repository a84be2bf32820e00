using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// The lock file of a cache: hash and size of every file at its first use ("file, tab, SHA-256, tab, bytes" a line, ordinal order).
/// A file that the catalog has no hash for must keep the pinned one ever after.
/// </summary>
internal sealed class WeightLock(string folder)
{
    private string FilePath => Path.Combine(folder, "weights.lock");

    /// <summary>The pinned hash of a file, or null.</summary>
    public string? Find(string file) => Read().TryGetValue(file, out (string Hash, long Bytes) pinned) ? pinned.Hash : null;

    /// <summary>Files that are pinned.</summary>
    public IReadOnlyCollection<string> Files => Read().Keys;

    /// <summary>Pins a file; the caller holds the cache's guard.</summary>
    public void Pin(string file, string hash, long bytes)
    {
        SortedDictionary<string, (string, long)> all = Read();
        all[file] = (hash, bytes);
        AtomicFile.WriteText(
            FilePath, string.Concat(all.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key}\t{p.Value.Item1}\t{p.Value.Item2}\n"))));
    }

    private SortedDictionary<string, (string Hash, long Bytes)> Read()
    {
        SortedDictionary<string, (string, long)> all = new(StringComparer.Ordinal);
        if (!File.Exists(FilePath))
            return all;
        foreach (string line in File.ReadAllLines(FilePath))
        {
            string[] f = line.Split('\t');
            if (f.Length != 3 || f[1].Length != 64 || !long.TryParse(f[2], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
                throw new InvalidContentException(
                    $"{FilePath}: expected file, hash and size, received '{line}'. Delete the file; the weights are then pinned again.");
            all[f[0]] = (f[1], bytes);
        }
        return all;
    }
}
