using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>One named model: its current pool, and the taking over of a new file.</summary>
internal sealed partial class ModelSlot : IDisposable
{
    private readonly ModelRegistration _registration;
    private readonly PredictionEnginePoolsOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _loading = new();
    private volatile ModelLease? _current;
    private volatile string? _lastError;
    private ModelFileWatcher? _watcher;
    private FileVersion _version;
    private int _reloads;
    private volatile bool _disposed;

    public ModelSlot(ModelRegistration registration, PredictionEnginePoolsOptions options, ILogger logger)
    {
        _registration = registration;
        _options = options;
        _logger = logger;
    }

    public ModelStatus Status => new(_registration.Name, _registration.Path, _current is not null, Volatile.Read(ref _reloads), _lastError);

    public T Use<T>(Func<PredictionEnginePool, T> work)
    {
        ModelLease lease = Enter();
        long start = Stopwatch.GetTimestamp();
        try
        {
            return work(lease.Pool);
        }
        finally
        {
            HostingMetrics.Predicted(_registration.Name, Stopwatch.GetElapsedTime(start));
            lease.Leave();
        }
    }

    public async Task<T> UseAsync<T>(Func<PredictionEnginePool, Task<T>> work)
    {
        ModelLease lease = Enter();
        long start = Stopwatch.GetTimestamp();
        try
        {
            return await work(lease.Pool).ConfigureAwait(false);
        }
        finally
        {
            HostingMetrics.Predicted(_registration.Name, Stopwatch.GetElapsedTime(start));
            lease.Leave();
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

    private ModelLease Enter()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(PredictionEnginePools));
            ModelLease lease = _current ?? LoadFirst();
            if (lease.TryEnter())
                return lease;
        }
    }

    private ModelLease LoadFirst()
    {
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(PredictionEnginePools));
            if (_current is { } loaded)
                return loaded;
            FileVersion version = FileVersion.Of(_registration.Path);
            ModelLease lease = new(Open());
            _version = version;
            _current = lease;
            LogLoaded(_registration.Name, _registration.Path);
            if (_registration.WatchForChanges)
                _watcher = new ModelFileWatcher(_registration.Path, _options.PollingInterval, _options.SettleTime, Reload);
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
                ModelLease fresh = new(Open()), old = _current!;
                if (FileVersion.Of(_registration.Path) != version)
                {
                    fresh.Leave();
                    return;
                }
                _version = version;
                _current = fresh;
                old.Leave();
                _lastError = null;
                Interlocked.Increment(ref _reloads);
                HostingMetrics.Reloaded(_registration.Name, true);
                LogLoaded(_registration.Name, _registration.Path);
            }
            catch (Exception error) when (error is SkinClassifierException or IOException or UnauthorizedAccessException)
            {
                if (_lastError != error.Message)
                {
                    HostingMetrics.Reloaded(_registration.Name, false);
                    LogRefused(_registration.Name, error.Message);
                }
                _lastError = error.Message;
                if (FileVersion.Of(_registration.Path) == version && error is SkinClassifierException)
                    _version = version;
            }
        }
    }

    /// <summary>Loads the file and predicts once, so that a model that cannot run never takes over.</summary>
    private PredictionEnginePool Open()
    {
        ImageClassificationModel model = ImageClassificationModel.Load(_registration.Path);
        PredictionEnginePool pool = new(model, _options.Pool);
        ImagePrediction trial = pool.Predict(new RgbImage(model.Manifest.Width, model.Manifest.Height));
        if (!trial.Score.All(float.IsFinite))
            throw new InvalidContentException($"{_registration.Path}: the network gives scores that are not finite for a black image. Train or export the model again.");
        return pool;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model \"{Name}\" loaded from {Path}.")]
    private partial void LogLoaded(string name, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model \"{Name}\": the new file was refused and the old model stays: {Reason}")]
    private partial void LogRefused(string name, string reason);
}
