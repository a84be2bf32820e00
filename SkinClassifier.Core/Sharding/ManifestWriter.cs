using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Sharding;

/// <summary>
/// Writes manifest.csv: <c>path[,label[,part]]</c>, a row for every image, in ordinal order of the paths. Files are told by their names and not
/// opened; memory does not grow with their number.
/// </summary>
internal sealed class ManifestWriter
{
    private readonly string _output, _base;
    private readonly List<string> _warnings = [];
    private readonly List<SkippedFile> _skipped = [];

    /// <summary>Prepares.</summary>
    /// <param name="output">The file; an existing one is replaced.</param>
    public ManifestWriter(string output)
    {
        _output = Path.GetFullPath(output);
        _base = Path.GetDirectoryName(_output)!;
    }

    /// <summary>Links that were not followed, each a sentence.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Folders that cannot be opened.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _skipped;

    /// <summary>Files without the ending of an image.</summary>
    public long OtherFiles { get; private set; }

    /// <summary>The first of <see cref="OtherFiles"/> that was met; null: there is none.</summary>
    public string? FirstOther { get; private set; }

    /// <summary>Lists the images in a folder and below; the folders in it are classes, or sets with classes inside, as for training.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Called with the number of images at every million.</param>
    /// <param name="cancellationToken">Stops; nothing is written then.</param>
    /// <returns>Number of rows.</returns>
    /// <exception cref="InvalidContentException">There is no image.</exception>
    public long WriteFolder(string folder, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Write(Found(root, new FolderScanner(root, _warnings, _skipped)), folder, progress, cancellationToken);
    }

    /// <summary>Lists the images that a list names, one path a line; relative ones are relative to the working folder. They need not be there.</summary>
    /// <inheritdoc cref="WriteFolder"/>
    public long WriteList(IEnumerable<string> paths, Action<long>? progress = null, CancellationToken cancellationToken = default) =>
        Write(paths.Select(p => new ManifestEntry(Named(p))), "the list", progress, cancellationToken);

    private IEnumerable<ManifestEntry> Found(string root, FolderScanner scanner)
    {
        FolderLayout? layout = Layout(root);
        if (layout is null or { Classes.Count: 0 })
            return Images(scanner.Stream(root), "", "");
        return layout.Classes.SelectMany(c => Images(scanner.Stream(c.Folder.FullName), c.Folder.Name,
                c.Split == DatasetSplit.Unassigned ? "" : c.Split.ToString().ToLowerInvariant()))
            .Concat(Images(FolderScanner.Files(root).Select(f => f.FullName), "", ""));
    }

    private IEnumerable<ManifestEntry> Images(IEnumerable<string> files, string label, string part)
    {
        foreach (string file in files)
            if (ImageFinder.IsImageName(file))
                yield return new ManifestEntry(Named(file), label, part);
            else
            {
                OtherFiles++;
                FirstOther ??= file;
            }
    }

    private long Write(IEnumerable<ManifestEntry> entries, string source, Action<long>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_base);
        using SortedEntries sorted = new($"{_output}.{Guid.NewGuid():N}.sort");
        bool labels = false, parts = false;
        foreach (ManifestEntry entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sorted.Add(entry);
            (labels, parts) = (labels | entry.Label.Length > 0, parts | entry.Part.Length > 0);
            if (sorted.Count % 1_000_000 == 0)
                progress?.Invoke(sorted.Count);
        }
        if (sorted.Count == 0)
            throw new InvalidContentException($"{source}: expected images (JPEG, PNG, BMP or GIF by the ending), found none. Name their folder or a list.");
        AtomicFile.Write(_output, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            writer.Write(CsvText.Line([.. new[] { "path", labels ? "label" : "", parts ? "part" : "" }.Where(c => c.Length > 0)]));
            string before = "";
            foreach (ManifestEntry entry in sorted.InOrder())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.Path == before)
                    throw new InvalidContentException($"{source}: expected every image once, received {entry.Path} twice. Take one out.");
                before = entry.Path;
                writer.Write(parts ? CsvText.Line(entry.Path, entry.Label, entry.Part) : labels ? CsvText.Line(entry.Path, entry.Label)
                    : CsvText.Line(entry.Path));
            }
        });
        return sorted.Count;
    }

    /// <summary>How the manifest names a file.</summary>
    private string Named(string path)
    {
        if (path.Contains("://", StringComparison.Ordinal))
            throw new InvalidContentException($"{path}: expected the path of a file, received an address. Mount the object store as a folder (docs/scale.md).");
        string full = Path.GetFullPath(path), below = Path.GetRelativePath(_base, full);
        return (below == ".." || below.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full : below).Replace('\\', '/');
    }

    private static FolderLayout? Layout(string root)
    {
        try
        {
            return FolderLayout.Read(root);
        }
        catch (InvalidContentException)
        {
            // Sets without classes: the images have no labels, which predicting does not need.
            return null;
        }
    }
}
