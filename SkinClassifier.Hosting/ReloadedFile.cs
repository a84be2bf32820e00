using Microsoft.Extensions.Logging;
using SkinClassifier.Common;

namespace SkinClassifier.Hosting;

/// <summary>
/// A file that is loaded at first use and again when it changes. Whatever happens while a new file is looked at, the old one stays in use.
/// </summary>
internal sealed class ReloadedFile<TLease> : IDisposable where TLease : FileLease
{
    private readonly ModelRegistration _registration;
    private readonly TimeSpan _polling, _settle;
    private readonly Func<FileVersion, TLease> _open;
    private readonly Action<Exception?> _reloaded;
    private readonly ILogger _logger;
    private readonly Type _owner;
    private readonly Lock _loading = new();
    private volatile TLease? _current;
    private volatile ReloadRefusal? _refusal;
    private ModelFileWatcher? _watcher;
    private FileVersion _version;
    private int _reloads;
    private volatile bool _disposed;

    /// <param name="registration">The file and its name.</param>
    /// <param name="polling">How often the file is looked at when nothing is reported.</param>
    /// <param name="settle">How long a changed file must stay the same.</param>
    /// <param name="open">Loads the file and tries it; whatever it throws refuses the file.</param>
    /// <param name="reloaded">Is told of each file taken over (null) or refused (why).</param>
    /// <param name="logger">Receives what is loaded and refused.</param>
    /// <param name="owner">Type that is named when it is used after its end.</param>
    public ReloadedFile(ModelRegistration registration, TimeSpan polling, TimeSpan settle, Func<FileVersion, TLease> open, Action<Exception?> reloaded,
        ILogger logger, Type owner) => (_registration, _polling, _settle, _open, _reloaded, _logger, _owner)
            = (registration, polling, settle, open, reloaded, logger, owner);

    /// <summary>What is loaded now; null before the first use.</summary>
    public TLease? Current => _current;

    /// <summary>Why the newest file was not taken; null when it was.</summary>
    public ReloadRefusal? Refusal => _refusal;

    /// <summary>How many times another file took over.</summary>
    public int Reloads => Volatile.Read(ref _reloads);

    /// <summary>The file that predicts now; loads it at first. The caller leaves the lease when done.</summary>
    public TLease Enter()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, _owner);
            TLease lease = _current ?? LoadFirst();
            if (lease.TryEnter())
                return lease;
        }
    }

    public void Dispose()
    {
        lock (_loading)
        {
            if (_disposed)
                return;
            _disposed = true;
            _watcher?.Dispose();
            _current?.Leave();
        }
    }

    private TLease LoadFirst()
    {
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_disposed, _owner);
            if (_current is { } loaded)
                return loaded;
            FileVersion version = FileVersion.Of(_registration.Path);
            TLease lease = _open(version);
            _version = version;
            _current = lease;
            ReloadLog.Loaded(_logger, _registration.Name, _registration.Path, lease.Sha256);
            if (_registration.WatchForChanges)
                _watcher = new ModelFileWatcher(_registration.Path, _polling, _settle, Reload);
            return lease;
        }
    }

    /// <summary>Takes the file over when it is another one than the one last looked at; keeps the old model when the new one is bad.</summary>
    private void Reload()
    {
        lock (_loading)
        {
            FileVersion version = FileVersion.Of(_registration.Path);
            if (_disposed || version == _version)
                return;
            try
            {
                TakeOver(version);
            }
#pragma warning disable CA1031 // Whatever a new file does: the old model must go on, and the next file must be looked at.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Refuse(error, version);
            }
        }
    }

    private void TakeOver(FileVersion version)
    {
        TLease fresh = _open(version), old = _current!;
        if (FileVersion.Of(_registration.Path) != version)
        {
            // Changed while it was read: the next look takes it.
            fresh.Leave();
            return;
        }
        _version = version;
        _current = fresh;
        _refusal = null;
        Interlocked.Increment(ref _reloads);
        old.Leave();
        _reloaded(null);
        ReloadLog.Loaded(_logger, _registration.Name, _registration.Path, fresh.Sha256);
    }

    private void Refuse(Exception error, FileVersion version)
    {
        if (_refusal?.Reason != error.Message)
        {
            _refusal = new ReloadRefusal(error.Message, DateTimeOffset.UtcNow);
            _reloaded(error);
            ReloadLog.Refused(_logger, _registration.Name, error.Message, error is SkinClassifierException ? null : error);
        }
        // What may pass (a file in use, little memory) is tried again; the same bad content is not.
        if (error is not (IOException or UnauthorizedAccessException or OutOfMemoryException) && FileVersion.Of(_registration.Path) == version)
            _version = version;
    }
}
