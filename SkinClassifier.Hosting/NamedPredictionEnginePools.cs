using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>The models of a host, each with a pool of engines, a bounded queue and hot reload.</summary>
public sealed class NamedPredictionEnginePools : IPredictionEnginePools, IDisposable
{
    private readonly FrozenDictionary<string, NamedModel> _models;
    private readonly PredictionLimits _limits;
    private readonly HostingTelemetry _telemetry;

    /// <summary>Creates the pools of all registrations; models are loaded at first use or when the host starts.</summary>
    /// <param name="registrations">Where the models come from.</param>
    /// <param name="options">Settings of all models.</param>
    /// <param name="logger">Receives what is loaded and refused; default: no logging.</param>
    /// <param name="meterFactory">Makes the meter; default: one of its own.</param>
    /// <exception cref="ArgumentException">Two registrations have the same name.</exception>
    /// <exception cref="OptionsValidationException">Settings are out of their ranges.</exception>
    public NamedPredictionEnginePools(IEnumerable<ModelRegistration> registrations, IOptions<NamedPredictionEnginePoolsOptions> options,
        ILogger<NamedPredictionEnginePools>? logger = null, IMeterFactory? meterFactory = null)
    {
        ArgumentNullException.ThrowIfNull(registrations);
        ArgumentNullException.ThrowIfNull(options);
        ModelRegistration[] all = [.. registrations];
        if (all.GroupBy(r => r.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Model \"{twice.Key}\": expected one registration, received {twice.Count()}. Give each model a name of its own.",
                nameof(registrations));
        NamedPredictionEnginePoolsOptions settings = options.Value;
        _limits = settings.Limits;
        _telemetry = new HostingTelemetry(meterFactory);
        PixelBudget pixels = new(_limits.MaxPixelsAtOnce);
        ByteBudget bytes = new(_limits.MaxBufferedBytes);
        ILogger log = logger ?? (ILogger)NullLogger.Instance;
        _models = all.ToFrozenDictionary(r => r.Name,
            r => new NamedModel(r, settings, new PredictionQueue(r.Name, settings.Pool.MaximumEngines, _limits, pixels, bytes, _telemetry), log),
            StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelStatus> Status => [.. _models.Values.Select(m => m.Status).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ImageClassificationModel GetModel(string name = "")
    {
        ModelLease lease = Model(name).Enter();
        ImageClassificationModel model = lease.Pool.Model;
        lease.Leave();
        return model;
    }

    /// <inheritdoc/>
    public ImagePrediction Predict(string name, string path, CancellationToken cancellationToken = default)
        => Run(name, () => Look(path), (pool, token) => pool.Predict(path, token), cancellationToken);

    /// <inheritdoc/>
    public ImagePrediction Predict(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        => Run(name, () => Look(content), (pool, token) => pool.Predict(content, cancellationToken: token), cancellationToken);

    /// <inheritdoc/>
    public ImagePrediction Predict(string name, RgbImage image, CancellationToken cancellationToken = default)
        => Run(name, () => 0, (pool, token) => pool.Predict(image, token), cancellationToken);

    /// <inheritdoc/>
    public Task<ImagePrediction> PredictAsync(string name, string path, CancellationToken cancellationToken = default)
        => RunAsync(name, call => WithEngineAsync(call, name, Look(path), pool => pool.PredictAsync(path, call.Token)), cancellationToken);

    /// <inheritdoc/>
    public Task<ImagePrediction> PredictAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        => RunAsync(name, call => WithEngineAsync(call, name, Look(content), pool => pool.PredictAsync(content, cancellationToken: call.Token)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImagePrediction> PredictAsync(string name, RgbImage image, CancellationToken cancellationToken = default)
        => RunAsync(name, call => WithEngineAsync(call, name, 0, pool => pool.PredictAsync(image, call.Token)), cancellationToken);

    /// <inheritdoc/>
    public Task<ImagePrediction> PredictAsync(string name, Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return RunAsync(name, async call =>
        {
            using EncodedImage image = await call.ReadAsync(stream).ConfigureAwait(false);
            return await WithEngineAsync(call, name, image.Pixels, pool => pool.PredictAsync(image.Content, cancellationToken: call.Token))
                .ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImagePrediction> PredictPixelsAsync(string name, ReadOnlyMemory<float> pixels, CancellationToken cancellationToken = default)
        => RunAsync(name, call => WithEngineAsync(call, name, 0, pool => pool.PredictPixelsAsync(pixels, call.Token)), cancellationToken);

    /// <inheritdoc/>
    public Task<ImageExplanation> ExplainAsync(string name, RgbImage image, ExplanationOptions? options = null, CancellationToken cancellationToken = default)
        => RunAsync(name, call => WithEngineAsync(call, name, 0, pool => pool.ExplainAsync(image, options, call.Token)), cancellationToken);

    /// <inheritdoc/>
    public Task<T> UseAsync<T>(string name, ReadOnlyMemory<byte> content, Func<PredictionEnginePool, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunAsync(name, call => WithEngineAsync(call, name, Look(content), pool => work(pool, call.Token)), cancellationToken);
    }

    /// <summary>Loads every model that is not loaded yet and starts watching.</summary>
    /// <exception cref="SkinClassifier.Common.SkinClassifierException">A model is damaged or not supported.</exception>
    public void LoadAll()
    {
        foreach (NamedModel model in _models.Values)
            model.Enter().Leave();
    }

    /// <summary>Stops watching and releases all engines.</summary>
    public void Dispose()
    {
        foreach (NamedModel model in _models.Values)
            model.Dispose();
        _telemetry.Dispose();
    }

    private NamedModel Model(string name) => _models.TryGetValue(name, out NamedModel? model)
        ? model
        : throw new ArgumentException($"Model \"{name}\": expected one of "
            + $"{string.Join(", ", _models.Keys.Order(StringComparer.Ordinal).Select(k => $"\"{k}\""))}. Register it with FromFile.", nameof(name));

    private ImagePrediction Run(string name, Func<long> look, Func<PredictionEnginePool, CancellationToken, ImagePrediction> work,
        CancellationToken cancellationToken)
    {
        NamedModel model = Model(name);
        using PredictionCall call = model.Queue.Enter(cancellationToken);
        try
        {
            call.Wait(look());
            ModelLease lease = model.Enter();
            try
            {
                return work(lease.Pool, call.Token);
            }
            finally
            {
                lease.Leave();
            }
        }
        catch (Exception error)
        {
            if (call.Fail(error) is { } rejection)
                throw rejection;
            throw;
        }
    }

    private async Task<T> RunAsync<T>(string name, Func<PredictionCall, Task<T>> work, CancellationToken cancellationToken)
    {
        using PredictionCall call = Model(name).Queue.Enter(cancellationToken);
        try
        {
            return await work(call).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            if (call.Fail(error) is { } rejection)
                throw rejection;
            throw;
        }
    }

    /// <summary>Waits for its turn, then predicts with the model that the name has at that moment.</summary>
    private async Task<T> WithEngineAsync<T>(PredictionCall call, string name, long pixels, Func<PredictionEnginePool, Task<T>> work)
    {
        await call.WaitAsync(pixels).ConfigureAwait(false);
        ModelLease lease = Model(name).Enter();
        try
        {
            return await work(lease.Pool).ConfigureAwait(false);
        }
        finally
        {
            lease.Leave();
        }
    }

    /// <summary>The pixels of a file, after its size and its head.</summary>
    private long Look(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EncodedImage.CheckLength(new FileInfo(FileVersion.Resolve(path)).Length, _limits, path);
        return EncodedImage.CheckPixels(RgbImage.Identify(path), _limits, path);
    }

    private long Look(ReadOnlyMemory<byte> content)
    {
        EncodedImage.CheckLength(content.Length, _limits, "image");
        return EncodedImage.CheckContent(content.Span, _limits, "image");
    }
}
