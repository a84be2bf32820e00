using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Raw scores of the readable images of a dataset with the current weights of a network.</summary>
internal sealed class DatasetScorer
{
    private const int BatchSize = 16;
    private const long CacheBytes = 256L << 20;
    private readonly BatchLoader _loader;
    private readonly WorkerPool _workers;
    private readonly int _outputs;

    /// <summary>Creates a scorer; decoded images are kept in memory up to 256 MiB.</summary>
    public DatasetScorer(ImageDataset data, ImagePreprocessor preprocessor, int outputs, WorkerPool workers, DecoderOptions? decoder = null)
    {
        _loader = new BatchLoader(
            data.Examples, preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, CacheBytes = CacheBytes, Decoder = decoder, Workers = workers });
        _workers = workers;
        _outputs = outputs;
    }

    /// <summary>Images that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _loader.Skipped;

    /// <summary>Scores [N, views, outputs] of the <see cref="TestTimeAugmentationViews"/> of each readable image, with labels [N] and positions [N].</summary>
    public ScoredImages Score(Graph network, int views = 1)
    {
        ImagePreprocessor size = _loader.Preprocessor;
        using ImageScorer scorer =
            new(network, size.Width, size.Height, _outputs, new PlanOptions { Workers = _workers }, views, BatchSize, fillsLastRun: true);
        float[] scores = new float[_loader.Examples.Count * views * _outputs];
        List<int> labels = [], images = [];
        foreach (ImageBatch batch in _loader.Load())
        {
            int perImage = views * _outputs;
            scorer.ScoreViews(batch.Pixels, scores.AsSpan(labels.Count * perImage, batch.Count * perImage));
            labels.AddRange(batch.Labels);
            images.AddRange(batch.Indices);
        }
        return new ScoredImages(scores[..(labels.Count * views * _outputs)], [.. labels], [.. images]);
    }
}
