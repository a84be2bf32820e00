using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Sharding;

/// <summary>
/// A folder with the files of parts: <c>predictions-00002-of-00004.csv</c> and <c>.json</c> beside it. Several processes may write into it at a time,
/// each its own part.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="stem">First word of the names.</param>
internal sealed class ShardFolder(string folder, string stem)
{
    /// <summary>Full path of a file of a part.</summary>
    public string PathOf(Shard shard, string extension) => Path.Combine(folder,
        string.Create(CultureInfo.InvariantCulture, $"{stem}-{shard.Index:00000}-of-{shard.Count:00000}.{extension}"));

    /// <summary>The records of all parts that are there, by file name. What a killed process left under a temporary name is not among them.</summary>
    /// <exception cref="InvalidContentException">A record is damaged.</exception>
    public IReadOnlyList<(string File, ShardRecord Record)> Records() => !Directory.Exists(folder) ? []
        : [.. Directory.GetFiles(folder, $"{stem}-*-of-*.json").Order(StringComparer.Ordinal).Select(f => (f, ShardRecord.Read(f)))];

    /// <summary>
    /// Refuses a folder with parts of another run, removes what an earlier, killed process of this part left behind, and gives the part's record when
    /// it is complete already; null: it is to be done.
    /// </summary>
    /// <exception cref="InvalidContentException">A part of another run is there.</exception>
    public ShardRecord? Begin(ShardRun run, Shard shard)
    {
        ShardRecord? own = null;
        foreach ((string file, ShardRecord record) in Records())
            if (run.DifferenceTo(record.Run) is { } difference)
                throw new InvalidContentException($"{file}: {difference}: it belongs to another run. Name another folder with -o, or delete the old files.");
            else if (record.Index == shard.Index && file == PathOf(shard, "json"))
                own = record;
        Directory.CreateDirectory(folder);
        AtomicFile.DeleteUnfinished(folder, Path.GetFileNameWithoutExtension(PathOf(shard, "json")) + ".*");
        return own is not null && own.Files.All(f => Path.Combine(folder, f.Name) is { } data && File.Exists(data) && FileContent.Sha256(data) == f.Hash)
            ? own : null;
    }

    /// <summary>All parts of one run, in order, each checked against its file.</summary>
    /// <exception cref="InvalidContentException">A part is missing, double, damaged or of another run; the text names it.</exception>
    public IReadOnlyList<ShardRecord> Complete()
    {
        IReadOnlyList<(string File, ShardRecord Record)> all = Records();
        if (all.Count == 0)
            throw new InvalidContentException($"{folder}: expected the files of shards ({stem}-00000-of-….json and others), found none. Name the folder of "
                + "-o --shard.");
        ShardRun run = all[0].Record.Run;
        ShardRecord?[] parts = new ShardRecord?[run.Shards];
        foreach ((string file, ShardRecord record) in all)
        {
            if (run.DifferenceTo(record.Run) is { } difference)
                throw new InvalidContentException($"{file}: {difference} as in {Path.GetFileName(all[0].File)}: they belong to different runs. "
                    + "Take the files of one of them away.");
            if (parts[record.Index] is not null)
                throw new InvalidContentException($"{file}: expected shard {record.Shard} once, found it twice. Take one of the files away.");
            parts[record.Index] = record;
        }
        string[] missing = [.. Enumerable.Range(0, run.Shards).Where(i => parts[i] is null).Select(i => new Shard(i, run.Shards).ToString())];
        if (missing.Length > 0)
            throw new InvalidContentException($"{folder}: expected {run.Shards} complete shards, {missing.Length} are missing: "
                + $"{string.Join(", ", missing.Take(10))}{(missing.Length > 10 ? " …" : "")}. Run them again; what is complete is skipped.");
        foreach (ShardRecord part in parts.OfType<ShardRecord>())
            foreach (ShardFile file in part.Files)
            {
                string data = Path.Combine(folder, file.Name);
                if (!File.Exists(data) || FileContent.Sha256(data) != file.Hash)
                    throw new InvalidContentException($"{data}: expected the file of shard {part.Shard} with SHA-256 {file.Hash}, "
                        + $"found {(File.Exists(data) ? "another content" : "none")}. Run this shard again.");
            }
        return [.. parts.OfType<ShardRecord>()];
    }

    /// <summary>Writes the parts one after the other into one file, the header of the first one only; whole or not at all.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="which">Which of their files, 0-based. Default: the first.</param>
    /// <param name="header">Takes the place of the header. Default: that of the first part.</param>
    public void Join(IReadOnlyList<ShardRecord> parts, string path, int which = 0, byte[]? header = null) => AtomicFile.Write(path, output =>
    {
        if (header is not null)
            output.Write(header);
        foreach (ShardRecord part in parts)
        {
            ShardFile file = part.Files.ElementAt(which);
            using FileStream input = new(Path.Combine(folder, file.Name), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            input.Position = part.Index == 0 && header is null ? 0 : file.Header;
            input.CopyTo(output);
        }
    });
}
