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

    /// <summary>Views per image whose probabilities are averaged: 1, 2, 4, or 8 for a square input; default null: the model's own number, <see cref="ModelManifest.TestTimeAugmentation"/>.</summary>
    public int? TestTimeAugmentation { get; init; }

    /// <summary>Limits while decoding images; default <see cref="DecoderOptions.Default"/>.</summary>
    public DecoderOptions Decoder { get; init; } = DecoderOptions.Default;
}

/// <summary>
/// Predicts the class of images with one model. One caller at a time; for several use a <see cref="PredictionEnginePool"/>.
/// Engines of one model share its weights. For research and decision support; not a medical device.
/// </summary>
public sealed class PredictionEngine : IDisposable
{
    private readonly ImagePredictionOptions _options;
    private readonly WorkerPool _workers;
    private readonly ModelScorer _scorer;
    private readonly float[] _single;
    private readonly ImageReader _reader;
    private float[] _group = [];
    private bool _disposed;

    /// <summary>Creates an engine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of views is none that the model's input size has.</exception>
    public PredictionEngine(ImageClassificationModel model, ImagePredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _options = options ?? new ImagePredictionOptions();
        _workers = _options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(_options.Threads);
        _scorer = new ModelScorer(model, new PlanOptions { Workers = _workers, StrictPrecision = _options.StrictPrecision }, _options.TestTimeAugmentation);
        _single = new float[_scorer.ImageLength];
        _reader = new ImageReader(model.Preprocessor, _options.Decoder);
    }

    /// <summary>The model.</summary>
    public ImageClassificationModel Model { get; }

    /// <summary>Predicts the image in a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">The image is damaged.</exception>
    /// <exception cref="UnsupportedContentException">The image's format is not supported.</exception>
    public ImagePrediction Predict(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _reader.Read(path, _single);
        return Score(path);
    }

    /// <summary>Predicts the image in a stream.</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public ImagePrediction Predict(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _reader.Read(stream, _single);
        return Score(null);
    }

    /// <summary>Predicts an encoded image in memory.</summary>
    /// <param name="content">The bytes of a JPEG, PNG, … file.</param>
    /// <param name="name">Its name in messages.</param>
    public ImagePrediction Predict(ReadOnlySpan<byte> content, string name = "image")
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _reader.Read(content, name, _single);
        return Score(null);
    }

    /// <summary>Writes the probabilities [K] of an encoded image, in the order of the labels, into <paramref name="scores"/>. Allocates nothing once warm.</summary>
    /// <param name="content">The bytes of a JPEG, PNG, … file.</param>
    /// <param name="scores">One element per label.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="ArgumentException"><paramref name="scores"/> does not have one element per label.</exception>
    /// <exception cref="InvalidContentException">The image is damaged.</exception>
    /// <exception cref="UnsupportedContentException">The image's format is not supported.</exception>
    public void Predict(ReadOnlySpan<byte> content, Span<float> scores, string name = "image")
    {
        CheckScores(scores);
        _reader.Read(content, name, _single);
        _scorer.Score(_single, scores);
    }

    /// <summary>Predicts a decoded image.</summary>
    public ImagePrediction Predict(RgbImage image)
    {
        float[] scores = new float[_scorer.ClassCount];
        Predict(image, scores);
        return new ImagePrediction(Model.Labels, scores, null);
    }

    /// <summary>Writes the probabilities [K] of a decoded image, in the order of the labels, into <paramref name="scores"/>. Allocates nothing once warm.</summary>
    /// <exception cref="ArgumentException"><paramref name="scores"/> does not have one element per label.</exception>
    public void Predict(RgbImage image, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckScores(scores);
        Model.Preprocessor.Apply(image, _single);
        _scorer.Score(_single, scores);
    }

    /// <summary>Predicts several decoded images; faster than one by one.</summary>
    public IReadOnlyList<ImagePrediction> Predict(IReadOnlyList<RgbImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        ObjectDisposedException.ThrowIf(_disposed, this);
        ImagePrediction[] predictions = new ImagePrediction[images.Count];
        for (int first = 0; first < images.Count; first += ModelScorer.Group)
        {
            int count = Math.Min(ModelScorer.Group, images.Count - first), start = first;
            float[] pixels = Images(count);
            _workers.Run(count, i => Model.Preprocessor.Apply(images[start + i], pixels.AsSpan(i * _scorer.ImageLength, _scorer.ImageLength)));
            float[] scores = new float[count * _scorer.ClassCount];
            _scorer.Score(pixels.AsSpan(0, count * _scorer.ImageLength), scores);
            for (int i = 0; i < count; i++)
                predictions[first + i] = new ImagePrediction(Model.Labels, scores.AsSpan(i * _scorer.ClassCount, _scorer.ClassCount).ToArray(), null);
        }
        return predictions;
    }

    /// <summary>
    /// Predicts files one after the other in the given order, decoding ahead beside the network. An image that cannot be read
    /// gives a prediction with <see cref="ImagePrediction.Error"/>; the rest goes on.
    /// </summary>
    public IEnumerable<ImagePrediction> PredictFiles(IEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Task<ImageMicroBatch>? ahead = null;
        ImageMicroBatch? spare = null;
        foreach (string[] chunk in paths.Chunk(ImageMicroBatch.Size))
        {
            ImageMicroBatch group = spare ?? new ImageMicroBatch(Model.Preprocessor, _options.Decoder, _workers);
            Task<ImageMicroBatch> next = Task.Run(() => group.Read(chunk, cancellationToken), cancellationToken);
            if (ahead is not null)
            {
                spare = ahead.GetAwaiter().GetResult();
                foreach (ImagePrediction prediction in spare.Predict(Model.Labels, _scorer))
                    yield return prediction;
            }
            ahead = next;
        }
        if (ahead is not null)
            foreach (ImagePrediction prediction in ahead.GetAwaiter().GetResult().Predict(Model.Labels, _scorer))
                yield return prediction;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _scorer.Dispose();
    }

    private void CheckScores(ReadOnlySpan<float> scores)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (scores.Length != _scorer.ClassCount)
            throw new ArgumentException($"PredictionEngine.Predict: expected room for {_scorer.ClassCount} scores, received {scores.Length}.", nameof(scores));
    }

    private ImagePrediction Score(string? path)
    {
        float[] scores = new float[_scorer.ClassCount];
        _scorer.Score(_single, scores);
        return new ImagePrediction(Model.Labels, scores, path);
    }

    private float[] Images(int count)
    {
        if (_group.Length < count * _scorer.ImageLength)
            _group = new float[ModelScorer.Group * _scorer.ImageLength];
        return _group;
    }
}
