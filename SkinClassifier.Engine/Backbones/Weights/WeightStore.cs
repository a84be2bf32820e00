using System.Security.Cryptography;
using SkinClassifier.Common;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Finds pretrained weights on this machine and downloads them on request. Search order: the user's folder
/// (SKINCLASSIFIER_BACKBONES), then the cache. Only <see cref="PullAsync"/> uses the network. Every file in the cache has the hash of
/// the catalog, or the one that was pinned at its first use.
/// </summary>
public sealed class WeightStore
{
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
    /// .safetensors, then .onnx, in ordinal order; a file of any name with a catalog file's size and hash. Then the cache: the first three.
    /// </summary>
    internal WeightFile? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name != Path.GetFileName(name))
            return null;
        return (_options.EffectiveFolder is string folder ? _search.In(folder, "folder", name, anyName: true) : null)
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
        return _options.Catalog.FirstOrDefault(e => e.Name == name) is WeightEntry entry
            ? $"get {Mirrored(entry.Address)} and save it as {Path.Combine(folder, entry.File)}{(entry.Sha256 is null ? "" : $" (SHA-256 {entry.Sha256})")}"
            : $"save weights of that network as {Path.Combine(folder, name)}.safetensors or .onnx";
    }

    /// <summary>
    /// The weights of <paramref name="name"/>, ready for use: a file in the cache has the hash of the catalog or the pinned one. Never downloads.
    /// </summary>
    /// <exception cref="WeightsUnavailableException">They are not on this machine, and the text says which file to put where; or the file is not the
    /// one that it was.</exception>
    public string Require(string name)
    {
        WeightFile file = Find(name) ?? throw Missing(Entry(name));
        if (file is { Place: "cached", Entry: WeightEntry entry } && Check(entry, file.Path).Error is string error)
            throw new WeightsUnavailableException($"{entry.Name}: {file.Path}: {error}");
        return file.Path;
    }

    /// <summary>
    /// Path of the weights of <paramref name="name"/>, downloaded when they are not on this machine. Goes on where an earlier download
    /// broke off; two processes at once wait for each other; the file takes its name when size and hash are right.
    /// </summary>
    /// <exception cref="WeightsUnavailableException">The catalog does not know the name, the store is offline, the server does not deliver, or
    /// delivers something else.</exception>
    public async Task<string> PullAsync(string name, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        WeightEntry entry = Entry(name);
        if (Find(name) is { } here && (here.Entry == entry || here.Entry is null && Path.GetFileNameWithoutExtension(here.Path) == name))
            return here.Path; // files that only stand for the network do not count: this one was asked for
        if (_options.Offline)
            throw Missing(entry);
        Directory.CreateDirectory(_cache);
        string path = Path.Combine(_cache, entry.File), part = path + ".part";
        using FileStream guard = await GuardAsync(path + ".busy", cancellationToken).ConfigureAwait(false);
        if (File.Exists(path))
            return path; // another process was faster
        string? expected = entry.Sha256 ?? _lock.Find(entry.File);
        await new WeightDownload(_options, entry, Mirrored(entry.Address), part, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        string hash = Hash(part);
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

    /// <summary>Copies a file that was got by hand into the cache as the weights of <paramref name="name"/>.</summary>
    /// <exception cref="WeightsUnavailableException">The catalog does not know the name, or the file has another hash than it must have.</exception>
    /// <exception cref="IOException">The file cannot be read, or the cache not written.</exception>
    public string Add(string name, string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        WeightEntry entry = Entry(name);
        if (!string.Equals(Path.GetExtension(file), Path.GetExtension(entry.File), StringComparison.OrdinalIgnoreCase))
            throw new WeightsUnavailableException($"{name}: expected a {Path.GetExtension(entry.File)} file, received '{file}'. Get {entry.Address}");
        string hash = Hash(file), path = Path.Combine(_cache, entry.File);
        if ((entry.Sha256 ?? _lock.Find(entry.File)) is string expected && hash != expected)
            throw new WeightsUnavailableException(
                $"{name}: {file}: expected the SHA-256 {expected}, received {hash}. It is another file or damaged; get {entry.Address}");
        AtomicFile.Write(path, target =>
        {
            using FileStream source = File.OpenRead(file);
            source.CopyTo(target);
        });
        PinAsync(entry.File, hash, new FileInfo(path).Length, CancellationToken.None).GetAwaiter().GetResult();
        return path;
    }

    /// <summary>Computes the hashes of all catalog files in the cache again and compares them with the catalog or with the pinned ones.</summary>
    internal IReadOnlyList<WeightCheck> Verify()
    {
        List<WeightCheck> checks = [];
        foreach (WeightEntry entry in _options.Catalog)
        {
            string path = Path.Combine(_cache, entry.File);
            if (File.Exists(path))
                checks.Add(Check(entry, path));
        }
        return checks;
    }

    private WeightCheck Check(WeightEntry entry, string path)
    {
        string hash = Hash(path);
        string? expected = entry.Sha256 ?? _lock.Find(entry.File);
        if (expected is null)
            PinAsync(entry.File, hash, new FileInfo(path).Length, CancellationToken.None).GetAwaiter().GetResult();
        return new WeightCheck(
            path, hash, expected is null || expected == hash ? null : $"expected the SHA-256 {expected}, received {hash}. Delete the file and pull it again.");
    }

    private WeightStatus Status(WeightEntry entry)
    {
        WeightFile? file = Find(entry.Name);
        return new WeightStatus(entry, file?.Place, file?.Path);
    }

    private WeightEntry Entry(string name) => _options.Catalog.FirstOrDefault(e => e.Name == name)
        ?? throw new WeightsUnavailableException($"'{name}': the catalog has no weights of that name. It has: "
            + $"{string.Join(", ", _options.Catalog.Select(e => e.Name))}. Give a file with --weights, or put {name}.safetensors into the folder "
            + $"named by {WeightStoreOptions.FolderVariable}.");

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

    private static string Hash(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
