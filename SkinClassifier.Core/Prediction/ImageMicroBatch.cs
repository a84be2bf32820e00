using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Prediction;

/// <summary>Image files that are read together, ahead of the network. Its memory is used again for the next ones; it holds no decoded images.</summary>
internal sealed class ImageMicroBatch(ImagePreprocessor preprocessor, DecoderOptions decoder, WorkerPool workers) : IWorkerIndexedWork
{
    /// <summary>Most files at a time: two runs of the network's larger plan.</summary>
    public const int Size = 2 * ImageScorer.Group;

    private readonly ImageReader?[] _readers = new ImageReader?[workers.Threads];
    private readonly string?[] _errors = new string?[Size];
    private readonly (int Width, int Height)[] _sizes = new (int, int)[Size];
    private (string Path, byte[]? Content)[] _images = [];
    private float[] _pixels = [];
    private CancellationToken _cancellation;

    /// <summary>
    /// Reads up to <see cref="Size"/> images on all threads of the pool, from their files where the content is null; one that cannot be read keeps its reason.
    /// </summary>
    public ImageMicroBatch Read((string Path, byte[]? Content)[] images, CancellationToken cancellationToken)
    {
        (_images, _cancellation) = (images, cancellationToken);
        if (_pixels.Length < images.Length * preprocessor.ValueCount)
            _pixels = new float[images.Length * preprocessor.ValueCount];
        workers.Run(images.Length, this);
        return this;
    }

    /// <summary>Runs the network on what could be read and gives a prediction for every file, in order.</summary>
    public ImagePrediction[] Predict(ImageClassificationModel model, PredictionPolicy? policy, ImageInspector scorer)
    {
        int good = 0;
        for (int i = 0; i < _images.Length; i++)
            if (_errors[i] is null && good++ is int place && place != i)
            {
                Image(i).CopyTo(Image(place));
                _sizes[place] = _sizes[i];
            }
        float[] scores = new float[good * scorer.OutputCount];
        ImageFindings[]? findings = scorer.Score(_pixels.AsSpan(0, good * preprocessor.ValueCount), scores, _sizes.AsSpan(0, good), _cancellation);
        ImagePrediction[] predictions = new ImagePrediction[_images.Length];
        int next = 0;
        for (int i = 0; i < predictions.Length; i++)
            if (_errors[i] is { } error)
                predictions[i] = new ImagePrediction(error, _images[i].Path);
            else
            {
                float[] score = scores.AsSpan(next * scorer.OutputCount, scorer.OutputCount).ToArray();
                predictions[i] = new ImagePrediction(model, policy, score, findings?[next], _images[i].Path);
                next++;
            }
        return predictions;
    }

    /// <inheritdoc/>
    void IWorkerIndexedWork.Run(int chunk, int workerIndex)
    {
        _cancellation.ThrowIfCancellationRequested();
        _errors[chunk] = null;
        try
        {
            ImageReader reader = _readers[workerIndex] ??= new ImageReader(preprocessor, decoder);
            (string path, byte[]? content) = _images[chunk];
            if (content is null)
                reader.Read(path, Image(chunk));
            else
                reader.Read(content, path, Image(chunk));
            _sizes[chunk] = reader.Size;
        }
        catch (Exception error)
            when (error is SkinClassifierException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            _errors[chunk] = error.Message;
        }
    }

    private Span<float> Image(int place) => _pixels.AsSpan(place * preprocessor.ValueCount, preprocessor.ValueCount);
}
