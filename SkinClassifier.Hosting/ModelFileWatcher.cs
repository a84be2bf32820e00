namespace SkinClassifier.Hosting;

/// <summary>
/// Calls back after a file may have been changed in place, replaced by renaming, or reached through another link, once it has stayed the same for the
/// settle time.
/// Listens to the folder and also looks at the file from time to time, because some file systems report nothing. Never ends by itself.
/// </summary>
internal sealed class ModelFileWatcher : IDisposable
{
    private readonly string _path;
    private readonly TimeSpan _polling, _settle;
    private readonly Action _changed;
    private readonly FileSystemWatcher? _watcher;
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isLinked;

    public ModelFileWatcher(string path, TimeSpan polling, TimeSpan settle, Action changed)
    {
        (_path, _polling, _settle, _changed) = (path, polling, settle, changed);
        LookAtLinks(FileVersion.Of(path));
        try
        {
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime,
            };
            _watcher.Changed += (_, e) => Signal(e.FullPath);
            _watcher.Created += (_, e) => Signal(e.FullPath);
            _watcher.Renamed += (_, e) => Signal(e.FullPath);
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception error) when (error is IOException or ArgumentException or PlatformNotSupportedException or UnauthorizedAccessException)
        {
            // No notifications on this file system: polling alone finds the change.
            _watcher?.Dispose();
            _watcher = null;
        }
        _ = Task.Run(RunAsync);
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _stop.Cancel();
    }

    /// <summary>Links above the file have names of their own, so that any change beside a linked file counts.</summary>
    private void Signal(string path)
    {
        StringComparison comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (!_isLinked && !string.Equals(Path.GetFullPath(path), _path, comparison))
            return;
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already signaled.
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _signal.WaitAsync(_polling, _stop.Token).ConfigureAwait(false);
                await SettleAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            LookAtFile();
        }
    }

    /// <summary>
    /// The callback reports what goes wrong with a file; should even that fail (a logger that throws), the next change is looked at all the same.
    /// </summary>
    private void LookAtFile()
    {
        try
        {
            _changed();
        }
#pragma warning disable CA1031 // An exception here would end hot reload for good.
        catch (Exception error)
#pragma warning restore CA1031
        {
            System.Diagnostics.Trace.TraceError($"{_path}: {error}");
        }
    }

    private async Task SettleAsync()
    {
        FileVersion before = FileVersion.Of(_path);
        while (_settle > TimeSpan.Zero)
        {
            await Task.Delay(_settle, _stop.Token).ConfigureAwait(false);
            FileVersion now = FileVersion.Of(_path);
            if (now == before)
                break;
            before = now;
        }
        LookAtLinks(before);
    }

    private void LookAtLinks(FileVersion version) => _isLinked = version.RealPath is { } real && real != _path;
}
