using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>
/// All models of a host by name. Safe to use from any number of threads. A prediction runs on one model from begin to end,
/// whatever is reloaded meanwhile. For research and decision support; not a medical device.
/// </summary>
public sealed class PredictionEnginePools : IDisposable
{
    private readonly FrozenDictionary<string, ModelSlot> _slots;

    /// <summary>Creates the pools of all registrations; models are loaded at first use or when the host starts.</summary>
    /// <exception cref="ArgumentException">Two registrations have the same name.</exception>
    public PredictionEnginePools(IEnumerable<ModelRegistration> registrations, IOptions<PredictionEnginePoolsOptions> options, ILogger<PredictionEnginePools>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(registrations);
        ArgumentNullException.ThrowIfNull(options);
        ModelRegistration[] all = [.. registrations];
        if (all.GroupBy(r => r.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Model \"{twice.Key}\": expected one registration, received {twice.Count()}. Give each model a name of its own.", nameof(registrations));
        _slots = all.ToFrozenDictionary(r => r.Name, r => new ModelSlot(r, options.Value, logger ?? (ILogger)NullLogger.Instance), StringComparer.Ordinal);
    }

    /// <summary>State of every model.</summary>
    public IReadOnlyList<ModelStatus> Status => [.. _slots.Values.Select(s => s.Status).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>The model that predicts under this name now.</summary>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    public ImageClassificationModel GetModel(string name = "") => Slot(name).Use(pool => pool.Model);

    /// <summary>Predicts the image in a file with model <paramref name="name"/>.</summary>
    /// <inheritdoc cref="PredictionEngine.Predict(string)"/>
    public ImagePrediction Predict(string name, string path) => Slot(name).Use(pool => pool.Predict(path));

    /// <summary>Predicts an encoded image in memory with model <paramref name="name"/>.</summary>
    public ImagePrediction Predict(string name, ReadOnlyMemory<byte> content) => Slot(name).Use(pool => pool.Predict(content));

    /// <summary>Predicts a decoded image with model <paramref name="name"/>.</summary>
    public ImagePrediction Predict(string name, RgbImage image) => Slot(name).Use(pool => pool.Predict(image));

    /// <summary>Predicts the image in a file with model <paramref name="name"/> without blocking the caller.</summary>
    public Task<ImagePrediction> PredictAsync(string name, string path, CancellationToken cancellationToken = default) => Slot(name).UseAsync(pool => pool.PredictAsync(path, cancellationToken));

    /// <summary>Predicts an encoded image in memory with model <paramref name="name"/> without blocking the caller.</summary>
    public Task<ImagePrediction> PredictAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => Slot(name).UseAsync(pool => pool.PredictAsync(content, cancellationToken: cancellationToken));

    /// <summary>Reads a stream to its end and predicts the image in it with model <paramref name="name"/> without blocking the caller.</summary>
    public Task<ImagePrediction> PredictAsync(string name, Stream stream, CancellationToken cancellationToken = default) => Slot(name).UseAsync(pool => pool.PredictAsync(stream, cancellationToken));

    /// <summary>Loads every model that is not loaded yet and starts watching.</summary>
    /// <exception cref="SkinClassifier.Common.SkinClassifierException">A model is damaged or not supported.</exception>
    public void LoadAll()
    {
        foreach (ModelSlot slot in _slots.Values)
            slot.Use(pool => pool.Model);
    }

    /// <summary>Stops watching and releases all engines.</summary>
    public void Dispose()
    {
        foreach (ModelSlot slot in _slots.Values)
            slot.Dispose();
    }

    private ModelSlot Slot(string name) => _slots.TryGetValue(name, out ModelSlot? slot)
        ? slot
        : throw new ArgumentException($"Model \"{name}\": expected one of {string.Join(", ", _slots.Keys.Order(StringComparer.Ordinal).Select(k => $"\"{k}\""))}. Register it with FromFile.", nameof(name));
}
