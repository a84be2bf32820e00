namespace SkinClassifier.Backbones.Weights;

/// <summary>Where weights are looked for and how they are downloaded.</summary>
public sealed record WeightStoreOptions
{
    /// <summary>Environment variable that names a folder with weight files, looked into before the cache.</summary>
    public const string FolderVariable = "SKINCLASSIFIER_BACKBONES";

    /// <summary>Environment variable with an address that stands before the path of every download instead of its own host.</summary>
    public const string MirrorVariable = "SKINCLASSIFIER_MIRROR";

    /// <summary>Folder of the user's own files; null (default) takes <see cref="FolderVariable"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>Folder of the application, beside which packages put weights. Default: where this program is.</summary>
    public string ApplicationFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Folder of downloads; null (default) is the user's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>
    /// Address of a mirror; null (default) takes <see cref="MirrorVariable"/>. "https://mirror.example/x" makes "https://host/a/b" to
    /// "https://mirror.example/x/a/b".
    /// </summary>
    public Uri? Mirror { get; init; }

    /// <summary>Never use the network. Default false.</summary>
    public bool Offline { get; init; }

    /// <summary>Known weights. Default: <see cref="WeightCatalog.All"/>.</summary>
    public IReadOnlyList<WeightEntry> Catalog { get; init; } = WeightCatalog.All;

    /// <summary>How often a download is tried before it counts as failed, 1 or more. Default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>How long to wait for a connection, for an answer and between two pieces of data. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause after the first failed try; it doubles every time. Default 1 second.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    internal string? EffectiveFolder => Folder ?? (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named ? named : null);

    internal string EffectiveCache =>
        CacheFolder
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "SkinClassifier", "backbones");

    internal Uri? EffectiveMirror => Mirror ?? (Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } address ? new Uri(address) : null);
}

/// <summary>Weights cannot be had: not on this machine, not reachable, or not what they should be. The text says which file to put where.</summary>
public sealed class WeightsUnavailableException : Common.SkinClassifierException
{
    /// <summary>Creates the error.</summary>
    public WeightsUnavailableException(string message, Exception? innerException = null) : base(message, innerException) { }
}

/// <summary>How far a download is; <paramref name="TotalBytes"/> is null when it is unknown.</summary>
public readonly record struct DownloadProgress(string Name, long ReceivedBytes, long? TotalBytes);

/// <summary>A weight file on this machine.</summary>
/// <param name="Path">The file.</param>
/// <param name="Place">"folder" (the user's), "embedded" (beside the application) or "cached".</param>
/// <param name="Entry">What the catalog says about it, or null when it does not know the file.</param>
internal sealed record WeightFile(string Path, string Place, WeightEntry? Entry);

/// <summary>Where the weights of an entry are: "folder", "embedded", "cached", or null when they are not on this machine.</summary>
internal sealed record WeightStatus(WeightEntry Entry, string? Place, string? Path);

/// <summary>Outcome of checking one file: <paramref name="Error"/> is null when it is what it should be.</summary>
internal sealed record WeightCheck(string Path, string Sha256, string? Error);
