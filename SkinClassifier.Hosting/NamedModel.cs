using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>
/// One named model: the file that predicts now, and the taking over of a new one. Whatever happens while a new file is looked at, the old one stays in use.
/// </summary>
internal sealed partial class NamedModel : IDisposable
{
    private readonly ModelRegistration _registration;
    private readonly NamedPredictionEnginePoolsOptions _options;
    private readonly PredictionEnginePoolOptions _poolOptions;
    private readonly ILogger _logger;
    private readonly HostingTelemetry _telemetry;
    private readonly PredictionQueue _queue;
    private readonly Lock _loading = new();
    private volatile ModelLease? _current;
    private volatile Refusal? _refusal;
    private ModelFileWatcher? _watcher;
    private FileVersion _version;
    private int _reloads;
    private volatile bool _disposed;

    public NamedModel(ModelRegistration registration, NamedPredictionEnginePoolsOptions options, PredictionQueue queue, ILogger logger)
    {
        (_registration, _options, _queue, _logger, _telemetry) = (registration, options, queue, logger, queue.Telemetry);
        DecoderOptions decoder = options.Pool.Engine.Decoder;
        long pixels = Math.Min(decoder.MaxPixels, options.Limits.MaxPixels);
        _poolOptions = options.Pool with { Engine = options.Pool.Engine with { Decoder = decoder with { MaxPixels = pixels } } };
    }

    public ModelStatus Status
    {
        get
        {
            ModelLease? lease = _current;
            Refusal? refusal = _refusal;
            return new ModelStatus
            {
                Name = _registration.Name,
                Path = _registration.Path,
                Loaded = lease is not null,
                Sha256 = lease?.Sha256,
                Model = lease?.Pool.Model.Manifest.Backbone,
                Classes = lease?.Pool.Model.Labels ?? [],
                FileWrittenAt = lease?.Version.Written,
                LoadedAt = lease?.LoadedAt,
                Reloads = Volatile.Read(ref _reloads),
                LastError = refusal?.Reason,
                LastErrorAt = refusal?.At,
                WaitingCallers = _queue.Waiting,
            };
        }
    }

    /// <summary>Callers who predict.</summary>
    public PredictionQueue Queue => _queue;

    /// <summary>The file that predicts now; loads it at first. The caller leaves the lease when done.</summary>
    public ModelLease Enter()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(NamedPredictionEnginePools));
            ModelLease lease = _current ?? LoadFirst();
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

    private ModelLease LoadFirst()
    {
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(NamedPredictionEnginePools));
            if (_current is { } loaded)
                return loaded;
            FileVersion version = FileVersion.Of(_registration.Path);
            ModelLease lease = Open(version);
            _version = version;
            _current = lease;
            LogLoaded(_registration.Name, _registration.Path, lease.Sha256);
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
        ModelLease fresh = Open(version), old = _current!;
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
        _telemetry.Reloaded(_registration.Name, null);
        LogLoaded(_registration.Name, _registration.Path, fresh.Sha256);
    }

    private void Refuse(Exception error, FileVersion version)
    {
        if (_refusal?.Reason != error.Message)
        {
            _refusal = new Refusal(error.Message, DateTimeOffset.UtcNow);
            _telemetry.Reloaded(_registration.Name, error);
            LogRefused(_registration.Name, error.Message, error is SkinClassifierException ? null : error);
        }
        // What may pass (a file in use, little memory) is tried again; the same bad content is not.
        if (error is not (IOException or UnauthorizedAccessException or OutOfMemoryException) && FileVersion.Of(_registration.Path) == version)
            _version = version;
    }

    /// <summary>Loads the file and predicts once, so that a model that cannot run never takes over.</summary>
    private ModelLease Open(FileVersion version)
    {
        Activity? activity = HostingTelemetry.StartLoading(_registration.Name);
        try
        {
            using FileStream file = new(_registration.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
            file.Position = 0;
            PredictionEnginePool pool = new(ImageClassificationModel.Load(file), _poolOptions);
            ImagePrediction trial = pool.Predict(new RgbImage(pool.Model.Manifest.Width, pool.Model.Manifest.Height));
            if (!trial.Score.All(float.IsFinite))
                throw new InvalidContentException($"{_registration.Path}: the network gives scores that are not finite for a black image. Train or export "
                    + $"the model again.");
            HostingTelemetry.Close(activity, null);
            return new ModelLease(pool, sha256, version, DateTimeOffset.UtcNow);
        }
        catch (Exception error)
        {
            HostingTelemetry.Close(activity, error);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model \"{Name}\" loaded from {Path}, SHA-256 {Sha256}.")]
    private partial void LogLoaded(string name, string path, string sha256);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model \"{Name}\": the new file was refused and the old model stays: {Reason}")]
    private partial void LogRefused(string name, string reason, Exception? error);

    private sealed record Refusal(string Reason, DateTimeOffset At);
}
