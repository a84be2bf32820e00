using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>One named model: the file that predicts now, who waits for it, and its status.</summary>
internal sealed class NamedModel : IDisposable
{
    private readonly ModelRegistration _registration;
    private readonly PredictionEnginePoolOptions _poolOptions;
    private readonly PredictionQueue _queue;
    private readonly ReloadedFile<ModelLease> _file;

    public NamedModel(ModelRegistration registration, NamedPredictionEnginePoolsOptions options, PredictionQueue queue, ILogger logger)
    {
        (_registration, _queue) = (registration, queue);
        DecoderOptions decoder = options.Pool.Engine.Decoder;
        long pixels = Math.Min(decoder.MaxPixels, options.Limits.MaxPixels);
        _poolOptions = options.Pool with { Engine = options.Pool.Engine with { Decoder = decoder with { MaxPixels = pixels } } };
        _file = new ReloadedFile<ModelLease>(registration, options.PollingInterval, options.SettleTime, Open,
            error => queue.Telemetry.Reloaded(registration.Name, error), logger, typeof(NamedPredictionEnginePools));
    }

    public ModelStatus Status
    {
        get
        {
            ModelLease? lease = _file.Current;
            ReloadRefusal? refusal = _file.Refusal;
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
                Reloads = _file.Reloads,
                LastError = refusal?.Reason,
                LastErrorAt = refusal?.At,
                WaitingCallers = _queue.Waiting,
            };
        }
    }

    /// <summary>Callers who predict.</summary>
    public PredictionQueue Queue => _queue;

    /// <summary>The file that predicts now; loads it at first. The caller leaves the lease when done.</summary>
    public ModelLease Enter() => _file.Enter();

    public void Dispose() => _file.Dispose();

    /// <summary>Loads the file and predicts once, so that a model that cannot run never takes over.</summary>
    private ModelLease Open(FileVersion version)
    {
        Activity? activity = HostingTelemetry.StartLoading(_registration.Name);
        try
        {
            using FileStream file = new(_registration.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
            file.Position = 0;
            PredictionEnginePool pool = new(ImageClassificationModel.Load(file, sha256), _poolOptions);
            ImagePrediction trial = pool.Predict(new RgbImage(pool.Model.Manifest.Width, pool.Model.Manifest.Height));
            if (!trial.Score.All(float.IsFinite))
                throw new InvalidContentException($"{_registration.Path}: the network gives scores that are not finite for a black image. Train or export "
                    + $"the model again.");
            HostingTelemetry.Close(activity, null);
            return new ModelLease(pool, sha256, version);
        }
        catch (Exception error)
        {
            HostingTelemetry.Close(activity, error);
            throw;
        }
    }
}
