using System.IO.Compression;
using SkinClassifier.Common;

namespace SkinClassifier.Models.MlNet;

/// <summary>A folder of the archive with its entries and the folders below.</summary>
/// <param name="archive">Name of the archive, for messages.</param>
/// <param name="path">Path of the folder, with '/' at its end; "" for the root.</param>
/// <param name="budget">Bytes that may still be read from the archive.</param>
internal sealed class MlNetFolder(string archive, string path, MlNetReadBudget budget)
{
    private const int MaxDepth = 32;
    private const long MaxEntryBytes = 256L << 20;

    /// <summary>Path of the folder, with '/' at its end.</summary>
    public string Path => path;

    /// <summary>Entries in this folder by name.</summary>
    public SortedDictionary<string, ZipArchiveEntry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Folders below by name.</summary>
    public SortedDictionary<string, MlNetFolder> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>Puts an entry where its path says.</summary>
    public void Add(string entryPath, ZipArchiveEntry entry)
    {
        string[] parts = entryPath.Split('/');
        if (parts.Length > MaxDepth)
            throw new InvalidContentException(
                $"{archive}: an entry lies {parts.Length} folders deep, expected at most {MaxDepth}. The file is damaged or hostile.");
        MlNetFolder folder = this;
        foreach (string part in parts.AsSpan(0, parts.Length - 1))
        {
            if (!folder.Folders.TryGetValue(part, out MlNetFolder? below))
                folder.Folders.Add(part, below = new MlNetFolder(archive, $"{folder.Path}{part}/", budget));
            folder = below;
        }
        if (parts[^1].Length > 0)
            folder.Entries[parts[^1]] = entry;
    }

    /// <summary>Archive and entry, for messages.</summary>
    public string Where(string entry) => $"{archive}: {path}{entry}";

    /// <summary>Content of an entry.</summary>
    public byte[] Read(string entry)
    {
        budget.Spend(Entries[entry].Length, Where(entry));
        return ZipContent.Read(Entries[entry], archive, MaxEntryBytes);
    }

    /// <summary>Opens an entry that may be large.</summary>
    public Stream Open(string entry)
    {
        ZipContent.CheckSize(Entries[entry], archive, long.MaxValue);
        return Entries[entry].Open();
    }
}

/// <summary>Limits what all reads from one archive take together.</summary>
internal sealed class MlNetReadBudget
{
    private const long Limit = 512L << 20;
    private long _left = Limit;

    /// <summary>Takes bytes away.</summary>
    public void Spend(long bytes, string where)
    {
        if ((_left -= bytes) < 0)
            throw new InvalidContentException(
                $"{where}: expected at most {Limit} bytes in all parts of the archive, received more. The file is damaged or hostile.");
    }
}
