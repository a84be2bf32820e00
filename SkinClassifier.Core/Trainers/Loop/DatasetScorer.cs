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
    private readonly IProcessGroup? _group;
    private readonly HashSet<int> _unreadable = [];
    private readonly int _outputs;

    /// <summary>Creates a scorer; decoded images are kept in memory up to 256 MiB. Each process of a group scores a share, and all get all scores.</summary>
    public DatasetScorer(ImageDataset data, ImagePreprocessor preprocessor, int outputs, WorkerPool workers, DecoderOptions? decoder = null,
        IProcessGroup? group = null)
    {
        _group = group;
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
        if (_group is not null)
            return ScoreShared(_group, scorer, views * _outputs);
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

    private ScoredImages ScoreShared(IProcessGroup group, ImageScorer scorer, int perImage)
    {
        (int first, int count) = group.Share(_loader.Examples.Count, BatchSize);
        int row = perImage + 1;
        float[] own = new float[group.ShareLength(_loader.Examples.Count, BatchSize) * row], scores = new float[BatchSize * perImage];
        foreach (ImageBatch batch in _loader.Load([.. Enumerable.Range(first, count)]))
        {
            scorer.ScoreViews(batch.Pixels, scores.AsSpan(0, batch.Count * perImage));
            for (int i = 0; i < batch.Count; i++)
            {
                int place = (batch.Indices[i] - first) * row;
                scores.AsSpan(i * perImage, perImage).CopyTo(own.AsSpan(place));
                own[place + perImage] = 1;
            }
        }
        float[] all = group.GatherRows(own);
        int[] images = [.. Enumerable.Range(0, _loader.Examples.Count).Where(i => all[i * row + perImage] == 1)];
        // What another process could not read is tried here once, for the reason.
        int[] unread = [.. Enumerable.Range(0, _loader.Examples.Count).Except(images).Where(_unreadable.Add)];
        foreach (ImageBatch _ in _loader.Load(unread))
        {
        }
        return new ScoredImages(
            [.. images.SelectMany(i => all[(i * row)..(i * row + perImage)])], [.. images.Select(i => _loader.Examples[i].LabelIndex)], images);
    }
}
