using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Prediction;

/// <summary>How a <see cref="PredictionEngine"/> works.</summary>
public sealed record ImagePredictionOptions
{
    /// <summary>Threads of one prediction, 0 to 1024; default 0: all processors.</summary>
    public int Threads { get; init; }

    /// <summary>True keeps to the plain summation order where a faster method would change the last digits; default false.</summary>
    public bool StrictPrecision { get; init; }

    /// <summary>
    /// Views per image whose probabilities are averaged: 1, 2, 4, or 8 for a square input; default null: the model's own number,
    /// <see cref="ModelManifest.TestTimeAugmentation"/>.
    /// </summary>
    public int? TestTimeAugmentation { get; init; }

    /// <summary>
    /// Whether the model's policy (<see cref="ImageClassificationModel.Policy"/>) makes prediction sets and abstains; default true. False: every image gets an
    /// answer and no set, as with a model without a policy.
    /// </summary>
    public bool UsePolicy { get; init; } = true;

    /// <summary>
    /// How many of the most similar training images each prediction names (<see cref="ImagePrediction.Similar"/>), 0 to 1000; default 0: none. The model must
    /// hold a gallery (<see cref="ImageClassificationModel.HasGallery"/>).
    /// </summary>
    public int Similar { get; init; }

    /// <summary>Limits while decoding images; default <see cref="DecoderOptions.Default"/>.</summary>
    public DecoderOptions Decoder { get; init; } = DecoderOptions.Default;
}

/// <summary>
/// Predicts the class of images with one model. One caller at a time (a second one gets an <see cref="InvalidOperationException"/>); for several use a
/// <see cref="PredictionEnginePool"/>. Engines of one model share its weights. For research and decision support; not a medical device.
/// </summary>
public sealed class PredictionEngine : IDisposable
{
    private const int MaxSimilar = 1000;

    private readonly ImagePredictionOptions _options;
    private readonly WorkerPool _workers;
    private readonly ImageInspector _scorer;
    private readonly object _gate = new();
    private IDisposable? _companion;
    private readonly float[] _single;
    private readonly ImageReader _reader;
    private readonly PredictionPolicy? _policy;
    private float[] _group = [];
    private int _busy;
    private volatile bool _disposed;

    /// <summary>Creates an engine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of views is none that the model's input size has, or that of similar images is out of
    /// range.</exception>
    /// <exception cref="ArgumentException">Similar images are wanted of a model without a gallery.</exception>
    public PredictionEngine(ImageClassificationModel model, ImagePredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _options = options ?? new ImagePredictionOptions();
        _workers = _options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(_options.Threads);
        if (_options.Similar is < 0 or > MaxSimilar)
            throw new ArgumentOutOfRangeException(nameof(options), _options.Similar, $"Similar: expected 0 to {MaxSimilar} images.");
        Plans = new PlanOptions { Workers = _workers, StrictPrecision = _options.StrictPrecision };
        _scorer = new ImageInspector(model, Plans, _options.TestTimeAugmentation, _options.UsePolicy, _options.Similar);
        _single = new float[_scorer.ImageLength];
        _reader = new ImageReader(model.Preprocessor, _options.Decoder);
        _policy = _options.UsePolicy ? model.Policy : null;
    }

    /// <summary>The model.</summary>
    public ImageClassificationModel Model { get; }

    /// <summary>How its plans work.</summary>
    internal PlanOptions Plans { get; }

    /// <summary>Its options.</summary>
    internal ImagePredictionOptions Options => _options;

    /// <summary>Predicts the image in a file.</summary>
    /// <param name="path">Path of a JPEG, PNG, … file.</param>
    /// <param name="cancellationToken">Stops before the network and between its layers; the engine can be used again.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">The image is damaged.</exception>
    /// <exception cref="UnsupportedContentException">The image's format is not supported.</exception>
    /// <exception cref="InvalidOperationException">Another prediction of this engine is running; use a <see cref="PredictionEnginePool"/>.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public ImagePrediction Predict(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Enter();
        try
        {
            _reader.Read(path, _single);
            return Score(path, _reader.Size, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Predicts the image in a stream.</summary>
    /// <param name="stream">The bytes of a JPEG, PNG, … file; read to the end.</param>
    /// <param name="cancellationToken">Stops before the network and between its layers; the engine can be used again.</param>
    /// <inheritdoc cref="Predict(string, CancellationToken)"/>
    public ImagePrediction Predict(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Enter();
        try
        {
            _reader.Read(stream, _single);
            return Score(null, _reader.Size, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Predicts an encoded image in memory.</summary>
    /// <param name="content">The bytes of a JPEG, PNG, … file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="cancellationToken">Stops before the network and between its layers; the engine can be used again.</param>
    /// <inheritdoc cref="Predict(string, CancellationToken)"/>
    public ImagePrediction Predict(ReadOnlySpan<byte> content, string name = "image", CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            _reader.Read(content, name, _single);
            return Score(null, _reader.Size, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Writes the probabilities [K] of an encoded image, in the order of the labels, into <paramref name="scores"/>. Allocates nothing once warm.
    /// </summary>
    /// <param name="content">The bytes of a JPEG, PNG, … file.</param>
    /// <param name="scores">One element per label.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="cancellationToken">Stops before the network and between its layers; the engine can be used again.</param>
    /// <exception cref="ArgumentException"><paramref name="scores"/> does not have one element per label.</exception>
    /// <inheritdoc cref="Predict(string, CancellationToken)"/>
    public void Predict(ReadOnlySpan<byte> content, Span<float> scores, string name = "image", CancellationToken cancellationToken = default)
    {
        CheckScores(scores);
        Enter();
        try
        {
            _reader.Read(content, name, _single);
            _scorer.Score(_single, scores, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Predicts a decoded image.</summary>
    /// <inheritdoc cref="Predict(RgbImage, Span{float}, CancellationToken)"/>
    public ImagePrediction Predict(RgbImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        Enter();
        try
        {
            Model.Preprocessor.Apply(image, _single);
            return Score(null, (image.Width, image.Height), cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Writes the probabilities [K] of a decoded image, in the order of the labels, into <paramref name="scores"/>. Allocates nothing once warm.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="scores">One element per label.</param>
    /// <param name="cancellationToken">Stops before the network and between its layers; the engine can be used again.</param>
    /// <exception cref="ArgumentException"><paramref name="scores"/> does not have one element per label.</exception>
    /// <exception cref="InvalidOperationException">Another prediction of this engine is running; use a <see cref="PredictionEnginePool"/>.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public void Predict(RgbImage image, Span<float> scores, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckScores(scores);
        Enter();
        try
        {
            Model.Preprocessor.Apply(image, _single);
            _scorer.Score(_single, scores, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Predicts an image that is the network's input already.</summary>
    /// <param name="pixels">[3,H,W] of the model's input size, red, green, blue, 0 to 255; neither resized nor cropped.</param>
    /// <param name="cancellationToken">Stops between the network's layers; the engine can be used again.</param>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> does not have 3 · H · W values, or one is not from 0 to 255.</exception>
    /// <exception cref="InvalidOperationException">Another prediction of this engine is running; use a <see cref="PredictionEnginePool"/>.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public ImagePrediction PredictPixels(ReadOnlySpan<float> pixels, CancellationToken cancellationToken = default)
    {
        if (pixels.Length != _scorer.ImageLength)
            throw new ArgumentException($"PredictionEngine.PredictPixels: expected {_scorer.ImageLength} values, "
                + $"[3,{Model.Manifest.Height},{Model.Manifest.Width}], received {pixels.Length}.", nameof(pixels));
        foreach (float value in pixels)
            if (value is not (>= 0 and <= 255))
                throw new ArgumentException($"PredictionEngine.PredictPixels: expected values from 0 to 255, received {value}. Normalization is part of the "
                    + "network: give plain RGB.", nameof(pixels));
        Enter();
        try
        {
            pixels.CopyTo(_single);
            return Score(null, (Model.Manifest.Width, Model.Manifest.Height), cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Predicts several decoded images; faster than one by one.</summary>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">Stops between images and between the network's layers; the engine can be used again.</param>
    /// <exception cref="InvalidOperationException">Another prediction of this engine is running; use a <see cref="PredictionEnginePool"/>.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public IReadOnlyList<ImagePrediction> Predict(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        Enter();
        try
        {
            ImagePrediction[] predictions = new ImagePrediction[images.Count];
            for (int first = 0; first < images.Count; first += ImageScorer.Group)
                PredictGroup(images, first, predictions, cancellationToken);
            return predictions;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Predicts files one after the other in the given order, decoding ahead beside the network. An image that cannot be read
    /// gives a prediction with <see cref="ImagePrediction.Error"/>; the rest goes on.
    /// </summary>
    public IEnumerable<ImagePrediction> PredictFiles(IEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return PredictFiles(paths.Select(path => (path, (byte[]?)null)), cancellationToken);
    }

    /// <summary>As <see cref="PredictFiles(IEnumerable{string}, CancellationToken)"/>, of files some of which are in memory already.</summary>
    internal IEnumerable<ImagePrediction> PredictFiles(IEnumerable<(string Path, byte[]? Content)> images, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Task<ImageMicroBatch>? ahead = null;
        ImageMicroBatch? spare = null;
        foreach ((string Path, byte[]? Content)[] chunk in images.Chunk(ImageMicroBatch.Size))
        {
            ImageMicroBatch group = spare ?? new ImageMicroBatch(Model.Preprocessor, _options.Decoder, _workers);
            Task<ImageMicroBatch> next = Task.Run(() => group.Read(chunk, cancellationToken), cancellationToken);
            if (ahead is not null)
            {
                spare = ahead.GetAwaiter().GetResult();
                foreach (ImagePrediction prediction in Predict(spare))
                    yield return prediction;
            }
            ahead = next;
        }
        if (ahead is not null)
            foreach (ImagePrediction prediction in Predict(ahead.GetAwaiter().GetResult()))
                yield return prediction;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _disposed = true;
        _scorer.Dispose();
        _companion?.Dispose();
    }

    /// <summary>What a room above keeps for this engine: made at the first call, freed with the engine.</summary>
    internal IDisposable Companion(Func<IDisposable> make)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _companion ??= make();
        }
    }

    /// <summary>Predicts an encoded image and copies the network's input [3,H,W] into <paramref name="input"/>.</summary>
    internal ImagePrediction PredictAndKeep(ReadOnlySpan<byte> content, string name, string? path, Span<float> input, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            _reader.Read(content, name, _single);
            _single.CopyTo(input);
            return Score(path, _reader.Size, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Predicts a decoded image and copies the network's input [3,H,W] into <paramref name="input"/>.</summary>
    internal ImagePrediction PredictAndKeep(RgbImage image, Span<float> input, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            Model.Preprocessor.Apply(image, _single);
            _single.CopyTo(input);
            return Score(null, (image.Width, image.Height), cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Refuses a second caller: both would write into the same buffers, and each could get the other's scores.</summary>
    private void Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException($"{nameof(PredictionEngine)}: expected one prediction at a time, received a second one while the first is "
                + $"running. Use a {nameof(PredictionEnginePool)} for several callers, or an engine for each.");
    }

    private void Leave() => Volatile.Write(ref _busy, 0);

    private void CheckScores(ReadOnlySpan<float> scores)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (scores.Length != _scorer.OutputCount)
            throw new ArgumentException($"PredictionEngine.Predict: expected room for {_scorer.OutputCount} scores, received {scores.Length}.", nameof(scores));
    }

    private ImagePrediction Score(string? path, (int Width, int Height) size, CancellationToken cancellationToken)
    {
        float[] scores = new float[_scorer.OutputCount];
        ImageFindings[]? findings = _scorer.Score(_single, scores, [size], cancellationToken);
        return new ImagePrediction(Model, _policy, scores, findings?[0], path);
    }

    private ImagePrediction[] Predict(ImageMicroBatch group)
    {
        Enter();
        try
        {
            return group.Predict(Model, _policy, _scorer);
        }
        finally
        {
            Leave();
        }
    }

    private void PredictGroup(IReadOnlyList<RgbImage> images, int first, ImagePrediction[] predictions, CancellationToken cancellationToken)
    {
        int count = Math.Min(ImageScorer.Group, images.Count - first), length = _scorer.ImageLength, classes = _scorer.OutputCount;
        cancellationToken.ThrowIfCancellationRequested();
        if (_group.Length < count * length)
            _group = new float[ImageScorer.Group * length];
        float[] pixels = _group, scores = new float[count * classes];
        _workers.Run(count, i => Model.Preprocessor.Apply(images[first + i], pixels.AsSpan(i * length, length)));
        Span<(int, int)> sizes = stackalloc (int, int)[count];
        for (int i = 0; i < count; i++)
            sizes[i] = (images[first + i].Width, images[first + i].Height);
        ImageFindings[]? findings = _scorer.Score(pixels.AsSpan(0, count * length), scores, sizes, cancellationToken);
        for (int i = 0; i < count; i++)
            predictions[first + i] = new ImagePrediction(Model, _policy, scores.AsSpan(i * classes, classes).ToArray(), findings?[i], null);
    }
}
