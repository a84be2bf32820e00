namespace SkinClassifier.Hosting;

/// <summary>What tells one content of a file from the next without reading it.</summary>
internal readonly record struct FileVersion(bool Exists, long Length, DateTime Changed, DateTime Created)
{
    public static FileVersion Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? new FileVersion(true, file.Length, file.LastWriteTimeUtc, file.CreationTimeUtc) : default;
    }
}

/// <summary>
/// Calls back after a file has been changed in place or replaced by renaming, once it has stayed the same for the settle time.
/// Listens to the folder and also looks at the file from time to time, because some file systems report nothing.
/// </summary>
internal sealed class ModelFileWatcher : IDisposable
{
    private readonly string _path;
    private readonly TimeSpan _polling, _settle;
    private readonly Action _changed;
    private readonly FileSystemWatcher? _watcher;
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();

    public ModelFileWatcher(string path, TimeSpan polling, TimeSpan settle, Action changed)
    {
        _path = path;
        _polling = polling;
        _settle = settle;
        _changed = changed;
        try
        {
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime };
            _watcher.Changed += (_, e) => Signal(e.FullPath);
            _watcher.Created += (_, e) => Signal(e.FullPath);
            _watcher.Renamed += (_, e) => Signal(e.FullPath);
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception error) when (error is IOException or ArgumentException or PlatformNotSupportedException)
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

    private void Signal(string path)
    {
        if (!string.Equals(Path.GetFullPath(path), _path, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            return;
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already signalled.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await _signal.WaitAsync(_polling, _stop.Token).ConfigureAwait(false);
                for (FileVersion before = FileVersion.Of(_path); _settle > TimeSpan.Zero;)
                {
                    await Task.Delay(_settle, _stop.Token).ConfigureAwait(false);
                    FileVersion now = FileVersion.Of(_path);
                    if (now == before)
                        break;
                    before = now;
                }
                _changed();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
