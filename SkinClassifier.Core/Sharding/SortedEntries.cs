using System.Text;

namespace SkinClassifier.Sharding;

/// <summary>
/// Sorts entries by path (ordinal) on the disk: runs of a fixed number of entries are sorted in memory, written beside the result and merged. Memory
/// does not grow with the number of entries.
/// </summary>
internal sealed class SortedEntries : IDisposable
{
    private const int EntriesInMemory = 100_000;
    private readonly string _folder;
    private readonly List<ManifestEntry> _entries = [];
    private readonly List<string> _runs = [];

    /// <summary>Prepares; nothing is written as long as the entries fit into memory.</summary>
    /// <param name="folder">A folder of its own for the runs, deleted at the end.</param>
    public SortedEntries(string folder) => _folder = folder;

    /// <summary>Number of entries.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an entry.</summary>
    public void Add(ManifestEntry entry)
    {
        _entries.Add(entry);
        Count++;
        if (_entries.Count == EntriesInMemory)
            WriteRun();
    }

    /// <summary>All entries in ordinal order of their paths.</summary>
    public IEnumerable<ManifestEntry> InOrder()
    {
        _entries.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        PriorityQueue<IEnumerator<ManifestEntry>, string> heads = new(StringComparer.Ordinal);
        List<IEnumerator<ManifestEntry>> all = [.. _runs.Select(r => ReadRun(r).GetEnumerator()), ((IEnumerable<ManifestEntry>)_entries).GetEnumerator()];
        try
        {
            foreach (IEnumerator<ManifestEntry> run in all)
                if (run.MoveNext())
                    heads.Enqueue(run, run.Current.Path);
            while (heads.TryDequeue(out IEnumerator<ManifestEntry>? run, out _))
            {
                yield return run.Current;
                if (run.MoveNext())
                    heads.Enqueue(run, run.Current.Path);
            }
        }
        finally
        {
            all.ForEach(run => run.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private void WriteRun()
    {
        _entries.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        Directory.CreateDirectory(_folder);
        string file = Path.Combine(_folder, $"{_runs.Count}");
        using (BinaryWriter writer = new(File.Create(file), Encoding.UTF8))
            foreach (ManifestEntry entry in _entries)
            {
                writer.Write(entry.Path);
                writer.Write(entry.Label);
                writer.Write(entry.Part);
            }
        _runs.Add(file);
        _entries.Clear();
    }

    private static IEnumerable<ManifestEntry> ReadRun(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        using BinaryReader reader = new(stream, Encoding.UTF8);
        while (stream.Position < stream.Length)
            yield return new ManifestEntry(reader.ReadString(), reader.ReadString(), reader.ReadString());
    }
}
