using System.Collections.Concurrent;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Prediction;

/// <summary>How a <see cref="PredictionEnginePool"/> works.</summary>
public sealed record PredictionEnginePoolOptions
{
    /// <summary>Most predictions at the same time, 1 to 1024; more callers wait. Default: the number of processors.</summary>
    public int MaximumEngines { get; init; } = Environment.ProcessorCount;

    /// <summary>How each engine works. Default: one thread each, because callers already run side by side.</summary>
    public ImagePredictionOptions Engine { get; init; } = new() { Threads = 1 };
}

/// <summary>
/// A bounded set of engines over one model for many callers at once. Safe to use from any number of threads; engines are
/// made when first needed and share the model's weights.
/// </summary>
public sealed class PredictionEnginePool : IDisposable
{
    private readonly ConcurrentBag<PredictionEngine> _idle = [];
    private readonly SemaphoreSlim _places;
    private readonly PredictionEnginePoolOptions _options;
    private volatile bool _disposed;

    /// <summary>Creates a pool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public PredictionEnginePool(ImageClassificationModel model, PredictionEnginePoolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _options = options ?? new PredictionEnginePoolOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaximumEngines, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MaximumEngines, 1024, nameof(options));
        _places = new SemaphoreSlim(_options.MaximumEngines);
    }

    /// <summary>The model.</summary>
    public ImageClassificationModel Model { get; }

    /// <summary>Predicts the image in a file.</summary>
    /// <inheritdoc cref="PredictionEngine.Predict(string, CancellationToken)"/>
    public ImagePrediction Predict(string path, CancellationToken cancellationToken = default)
        => Use(engine => engine.Predict(path, cancellationToken), cancellationToken);

    /// <summary>Predicts the image in a stream.</summary>
    /// <inheritdoc cref="PredictionEngine.Predict(Stream, CancellationToken)"/>
    public ImagePrediction Predict(Stream stream, CancellationToken cancellationToken = default)
        => Use(engine => engine.Predict(stream, cancellationToken), cancellationToken);

    /// <summary>Predicts an encoded image in memory.</summary>
    /// <inheritdoc cref="PredictionEngine.Predict(ReadOnlySpan{byte}, string, CancellationToken)"/>
    public ImagePrediction Predict(ReadOnlyMemory<byte> content, string name = "image", CancellationToken cancellationToken = default)
        => Use(engine => engine.Predict(content.Span, name, cancellationToken), cancellationToken);

    /// <summary>Predicts a decoded image.</summary>
    /// <inheritdoc cref="PredictionEngine.Predict(RgbImage, CancellationToken)"/>
    public ImagePrediction Predict(RgbImage image, CancellationToken cancellationToken = default)
        => Use(engine => engine.Predict(image, cancellationToken), cancellationToken);

    /// <summary>
    /// Predicts the image in a file without blocking the caller. A caller who cancels stops waiting, or frees the engine after its present layer.
    /// </summary>
    /// <inheritdoc cref="PredictionEngine.Predict(string, CancellationToken)"/>
    public Task<ImagePrediction> PredictAsync(string path, CancellationToken cancellationToken = default)
        => UseAsync(engine => engine.Predict(path, cancellationToken), cancellationToken);

    /// <summary>
    /// Predicts an encoded image in memory without blocking the caller. A caller who cancels stops waiting, or frees the engine after its present layer.
    /// </summary>
    /// <inheritdoc cref="PredictionEngine.Predict(ReadOnlySpan{byte}, string, CancellationToken)"/>
    public Task<ImagePrediction> PredictAsync(ReadOnlyMemory<byte> content, string name = "image", CancellationToken cancellationToken = default)
        => UseAsync(engine => engine.Predict(content.Span, name, cancellationToken), cancellationToken);

    /// <summary>
    /// Predicts a decoded image without blocking the caller. A caller who cancels stops waiting, or frees the engine after its present layer.
    /// </summary>
    /// <inheritdoc cref="PredictionEngine.Predict(RgbImage, CancellationToken)"/>
    public Task<ImagePrediction> PredictAsync(RgbImage image, CancellationToken cancellationToken = default)
        => UseAsync(engine => engine.Predict(image, cancellationToken), cancellationToken);

    /// <summary>Predicts an image that is the network's input already, without blocking the caller.</summary>
    /// <inheritdoc cref="PredictionEngine.PredictPixels"/>
    public Task<ImagePrediction> PredictPixelsAsync(ReadOnlyMemory<float> pixels, CancellationToken cancellationToken = default)
        => UseAsync(engine => engine.PredictPixels(pixels.Span, cancellationToken), cancellationToken);

    /// <summary>Reads a stream to its end and predicts the image in it without blocking the caller.</summary>
    /// <inheritdoc cref="PredictionEngine.Predict(Stream, CancellationToken)"/>
    public async Task<ImagePrediction> PredictAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream content = new();
        await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        return await PredictAsync(bytes, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses new predictions; engines in use are released when their prediction ends.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out PredictionEngine? engine))
            engine.Dispose();
    }

    private T Use<T>(Func<PredictionEngine, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _places.Wait(cancellationToken);
        return WorkInPlace(work);
    }

    /// <summary>Lends an engine without blocking the caller.</summary>
    internal async Task<T> UseAsync<T>(Func<PredictionEngine, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await PredictionThreads.Shared.Run(() => WorkInPlace(work)).ConfigureAwait(false);
    }

    private T WorkInPlace<T>(Func<PredictionEngine, T> work)
    {
        try
        {
            if (!_idle.TryTake(out PredictionEngine? engine))
                engine = new PredictionEngine(Model, _options.Engine);
            try
            {
                return work(engine);
            }
            finally
            {
                _idle.Add(engine);
                if (_disposed)
                    Dispose();
            }
        }
        finally
        {
            _places.Release();
        }
    }
}
