using SkinClassifier.Common;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Finds pretrained weights on this machine and downloads them on request. Search order: the user's folder
/// (SKINCLASSIFIER_BACKBONES), beside the application, then the cache. Only <see cref="PullAsync"/> uses the network. Every file in the cache has the hash of
/// the catalog, or the one that was pinned at its first use.
/// </summary>
public sealed class WeightStore
{
    private const string PackageOfOurs = "SkinClassifier.Weights.ResNet18";

    private readonly WeightStoreOptions _options;
    private readonly string _cache;
    private readonly WeightLock _lock;
    private readonly WeightSearch _search;

    /// <summary>Creates a store; nothing is read or made yet.</summary>
    public WeightStore(WeightStoreOptions? options = null)
    {
        _options = options ?? new WeightStoreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Attempts, 1, "options.Attempts");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.Timeout, TimeSpan.Zero, "options.Timeout");
        _cache = _options.EffectiveCache;
        _lock = new WeightLock(_cache);
        _search = new WeightSearch(_options.Catalog);
    }

    /// <summary>Folder of downloads.</summary>
    public string CacheFolder => _cache;

    /// <summary>All entries of the catalog and where their files are.</summary>
    internal IReadOnlyList<WeightStatus> List() => [.. _options.Catalog.Select(Status)];

    /// <summary>Path of the weights of <paramref name="name"/> on this machine, or null; see <see cref="Find"/>.</summary>
    public string? Locate(string name) => Find(name)?.Path;

    /// <summary>
    /// The weights of <paramref name="name"/> (a network or a name of the catalog) on this machine, or null. First the user's folder: the
    /// catalog's file for the name; NAME.safetensors, NAME.onnx; other catalog files of the same network; NAME_… and NAME-… as
    /// .safetensors, then .onnx, in ordinal order; a file of any name with a catalog file's size and hash. Then what a
    /// package has put beside the application. Then the cache: the first three.
    /// </summary>
    internal WeightFile? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name != Path.GetFileName(name))
            return null;
        return (_options.EffectiveFolder is string folder ? _search.In(folder, "folder", name, anyName: true) : null)
            ?? _search.Beside(_options.ApplicationFolder, name)
            ?? _search.In(_cache, "cached", name, anyName: false);
    }

    /// <summary>
    /// What the catalog says about a file that was named by hand: found by file name, else by size and hash; null when it does not know the file.
    /// </summary>
    public WeightEntry? Recognize(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return _search.Recognize(path);
    }

    /// <summary>Which file to put where, so that <see cref="Find"/> finds weights for <paramref name="name"/>.</summary>
    public string Advice(string name)
    {
        string folder = _options.EffectiveFolder ?? _cache;
        return WeightCatalog.For(_options.Catalog, name) is not { } entry ? $"save weights of that network as {Path.Combine(folder, name)}.safetensors or .onnx"
            : entry.Package is not null ? $"add the NuGet package {PackageOfOurs} to the project, or save its file as {Path.Combine(folder, entry.File)}"
            : $"get {Mirrored(entry.Address)} and save it as {Path.Combine(folder, entry.File)}{(entry.Sha256 is null ? "" : $" (SHA-256 {entry.Sha256})")}";
    }

    /// <summary>
    /// The weights of <paramref name="name"/>, ready for use: a file beside the application or in the cache, and every file of a package, has the hash of
    /// the catalog or the pinned one. Never downloads.
    /// </summary>
    /// <exception cref="WeightsUnavailableException">They are not on this machine, and the text says which file to put where; or the file is not the
    /// one that it was.</exception>
    public string Require(string name)
    {
        WeightFile file = Find(name) ?? throw Missing(Entry(name));
        if (file.Entry is { } entry && IsChecked(entry, file.Place) && Check(entry, file.Path).Error is string error)
            throw new WeightsUnavailableException($"{entry.Name}: {file.Path}: {error}");
        return file.Path;
    }

    /// <summary>
    /// Path of the weights of <paramref name="name"/>, downloaded when they are not in the user's folder or the cache. Goes on where an earlier download
    /// broke off; two processes at once wait for each other; the file takes its name when size and hash are right.
    /// </summary>
    /// <exception cref="WeightsUnavailableException">The catalog does not know the name, the store is offline, the server does not deliver, or
    /// delivers something else; the weights are in a NuGet package; the cache cannot be written.</exception>
    public async Task<string> PullAsync(string name, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        WeightEntry entry = Entry(name);
        if (Pulled(entry) is { } here)
            return here;
        if (_options.Offline || entry.Package is not null)
            throw Missing(entry);
        InCache(() => Directory.CreateDirectory(_cache));
        string path = Path.Combine(_cache, entry.File), part = path + ".part";
        using FileStream guard = await GuardAsync(path + ".busy", cancellationToken).ConfigureAwait(false);
        if (File.Exists(path))
            return path; // another process was faster
        string? expected = entry.Sha256 ?? _lock.Find(entry.File);
        await new WeightDownload(_options, entry, Mirrored(entry.Address), part, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        string hash = FileContent.Sha256(part);
        if (expected is not null && hash != expected)
        {
            File.Delete(part);
            throw new WeightsUnavailableException($"{entry.Name}: {Mirrored(entry.Address)}: expected a file with the SHA-256 {expected}, received "
                + $"{hash}. Another file is served there now; nothing was kept.");
        }
        await PinAsync(entry.File, hash, new FileInfo(part).Length, cancellationToken).ConfigureAwait(false);
        File.Move(part, path, overwrite: true);
        return path;
    }

    /// <summary>The file of an entry where a pull would put it or the user did: files that only stand for its network do not count. Null: none.</summary>
    internal string? Pulled(WeightEntry entry)
    {
        WeightFile? file = (_options.EffectiveFolder is string folder ? _search.In(folder, "folder", entry.Name, anyName: true) : null)
            ?? _search.In(_cache, "cached", entry.Name, anyName: false);
        if (file is null || file.Entry != entry && !(file.Entry is null && Path.GetFileNameWithoutExtension(file.Path) == entry.Name))
            return null;
        return entry.Package is null || Check(entry, file.Path).Error is null ? file.Path : null;
    }

    /// <summary>What the catalog has for <paramref name="name"/>: its entry, else the first one that stands for the network.</summary>
    /// <exception cref="WeightsUnavailableException">It has none.</exception>
    internal WeightEntry Entry(string name) => WeightCatalog.For(_options.Catalog, name)
        ?? throw new WeightsUnavailableException($"'{name}': the catalog has no weights of that name. It has: "
            + $"{string.Join(", ", _options.Catalog.Select(e => e.Name))}. Give a file with --weights, or put {name}.safetensors into the folder "
            + $"named by {WeightStoreOptions.FolderVariable}.");

    /// <summary>Copies a file that was got by hand into the cache as the weights of <paramref name="name"/>.</summary>
    /// <exception cref="WeightsUnavailableException">The catalog does not know the name, the file has another hash than it must have, or the cache cannot be
    /// written.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string Add(string name, string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        string from = Path.GetExtension(file);
        WeightEntry entry = _options.Catalog.Where(e => e.Network == name && e.Variant is null && _options.Catalog.All(o => o.Name != name))
            .FirstOrDefault(e => Path.GetExtension(e.File).Equals(from, StringComparison.OrdinalIgnoreCase)) ?? Entry(name);
        if (!string.Equals(Path.GetExtension(file), Path.GetExtension(entry.File), StringComparison.OrdinalIgnoreCase))
            throw new WeightsUnavailableException($"{name}: expected a {Path.GetExtension(entry.File)} file, received '{file}'. Get {Source(entry)}.");
        string hash = FileContent.Sha256(file), path = Path.Combine(_cache, entry.File);
        if ((entry.Sha256 ?? _lock.Find(entry.File)) is string expected && hash != expected)
            throw new WeightsUnavailableException(
                $"{name}: {file}: expected the SHA-256 {expected}, received {hash}. It is another file or damaged; get {Source(entry)}.");
        InCache(() =>
        {
            AtomicFile.Write(path, target =>
            {
                using FileStream source = File.OpenRead(file);
                source.CopyTo(target);
            });
            PinAsync(entry.File, hash, new FileInfo(path).Length, CancellationToken.None).GetAwaiter().GetResult();
        });
        return path;
    }

    /// <summary>
    /// Computes the hashes of all catalog files in the cache again and compares them with the catalog or with the pinned ones; also those of files beside
    /// the application that the catalog has a hash for.
    /// </summary>
    internal IReadOnlyList<WeightCheck> Verify()
    {
        List<WeightCheck> checks = [];
        foreach (WeightEntry entry in _options.Catalog)
        {
            string path = Path.Combine(_cache, entry.File);
            if (File.Exists(path))
                checks.Add(Check(entry, path));
            if (_search.Beside(_options.ApplicationFolder, entry.Name) is { } beside && beside.Entry == entry && IsChecked(entry, beside.Place))
                checks.Add(Check(entry, beside.Path));
        }
        return checks;
    }

    private WeightCheck Check(WeightEntry entry, string path)
    {
        string hash = FileContent.Sha256(path);
        string? expected = entry.Sha256 ?? _lock.Find(entry.File);
        if (expected is null)
            PinAsync(entry.File, hash, new FileInfo(path).Length, CancellationToken.None).GetAwaiter().GetResult();
        return new WeightCheck(path, hash, expected is null || expected == hash ? null
            : $"expected the SHA-256 {expected}, received {hash}. The file is another one or damaged: {Mend(path)}.");
    }

    /// <summary>Whether a file must have its known hash: in the user's folder only files of packages, because others may be the user's own.</summary>
    private static bool IsChecked(WeightEntry entry, string place) =>
        place == "cached" || entry.Sha256 is not null && (place == "embedded" || entry.Package is not null);

    private WeightStatus Status(WeightEntry entry)
    {
        WeightFile? file = Find(entry.Name);
        return new WeightStatus(entry, file?.Place, file?.Path);
    }

    /// <summary>What to do about a damaged file, as part of a sentence.</summary>
    private string Mend(string path) =>
        Path.GetFullPath(path).StartsWith(Path.GetFullPath(_options.ApplicationFolder), StringComparison.Ordinal)
            ? "delete it and build or install the program again" : "delete it and pull it again";

    private static string Source(WeightEntry entry) => entry.Package is { } package ? $"{package.File} of the NuGet package {package.Id}" : $"{entry.Address}";

    /// <summary>Does something in the cache; a cache that cannot be written gives one sentence.</summary>
    private void InCache(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new WeightsUnavailableException($"{_cache}: expected a folder of downloads that can be written, received: {error.Message.TrimEnd('.')}. "
                + $"Give yourself the right to write there, or put the file into the folder named by {WeightStoreOptions.FolderVariable}.", error);
        }
    }

    private WeightsUnavailableException Missing(WeightEntry entry) =>
        new($"{entry.Name}: its weights are not on this machine. Run 'skinclassifier backbones pull {entry.Name}' where there is a network, or "
            + $"{Advice(entry.Name)}.");

    private Uri Mirrored(Uri address) => _options.EffectiveMirror is Uri mirror ? new Uri(mirror.AbsoluteUri.TrimEnd('/') + address.AbsolutePath) : address;

    private async Task PinAsync(string file, string hash, long bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_cache);
        using FileStream guard = await GuardAsync(Path.Combine(_cache, "weights.lock.busy"), cancellationToken).ConfigureAwait(false);
        _lock.Pin(file, hash, bytes);
    }

    /// <summary>Waits until this process alone holds the guard file; it disappears with the handle, also when a process dies.</summary>
    private static async Task<FileStream> GuardAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
            }
            catch (Exception e) when (e is IOException && File.Exists(path))
            {
                await Task.Delay(100, cancellationToken).ConfigureAwait(false);
            }
    }
}
