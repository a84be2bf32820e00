using System.Numerics.Tensors;
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
    /// <param name="network">A network with outputs [outputs + features].</param>
    /// <param name="views">Views of each image.</param>
    /// <param name="features">Values behind the outputs whose mean over the views is kept, too; 0: none.</param>
    public ScoredImages Score(Graph network, int views = 1, int features = 0)
    {
        ImagePreprocessor size = _loader.Preprocessor;
        int row = _outputs + features, perImage = views * _outputs, kept = perImage + features;
        using ImageScorer scorer = new(network, size.Width, size.Height, row, new PlanOptions { Workers = _workers }, views, BatchSize, fillsLastRun: true);
        (int first, int count) = _group?.Share(_loader.Examples.Count, BatchSize) ?? (0, _loader.Examples.Count);
        float[] scored = new float[BatchSize * views * row];
        // Of every image what is kept and, last, whether it could be read: a group's processes exchange such rows.
        float[] own = new float[(_group?.ShareLength(_loader.Examples.Count, BatchSize) ?? count) * (kept + 1)];
        foreach (ImageBatch batch in _loader.Load([.. Enumerable.Range(first, count)]))
        {
            scorer.ScoreViews(batch.Pixels, scored.AsSpan(0, batch.Count * views * row));
            for (int i = 0; i < batch.Count; i++)
            {
                Span<float> image = own.AsSpan((batch.Indices[i] - first) * (kept + 1), kept + 1);
                for (int v = 0; v < views; v++)
                {
                    ReadOnlySpan<float> view = scored.AsSpan((i * views + v) * row, row);
                    view[.._outputs].CopyTo(image[(v * _outputs)..]);
                    TensorPrimitives.Add(image[perImage..kept], view[_outputs..], image[perImage..kept]);
                }
                TensorPrimitives.Multiply(image[perImage..kept], 1f / views, image[perImage..kept]);
                image[kept] = 1;
            }
        }
        float[] all = _group?.GatherRows(own) ?? own;
        int[] images = [.. Enumerable.Range(0, _loader.Examples.Count).Where(i => all[i * (kept + 1) + kept] == 1)];
        if (_group is not null)
            ReadUnread(images);
        float[] scores = new float[images.Length * perImage], means = new float[images.Length * features];
        for (int n = 0; n < images.Length; n++)
        {
            ReadOnlySpan<float> image = all.AsSpan(images[n] * (kept + 1), kept);
            image[..perImage].CopyTo(scores.AsSpan(n * perImage));
            image[perImage..].CopyTo(means.AsSpan(n * features));
        }
        return new ScoredImages(scores, [.. images.Select(i => _loader.Examples[i].LabelIndex)], images) { Features = means };
    }

    /// <summary>What another process could not read is tried here once, for the reason.</summary>
    private void ReadUnread(int[] read)
    {
        int[] unread = [.. Enumerable.Range(0, _loader.Examples.Count).Except(read).Where(_unreadable.Add)];
        foreach (ImageBatch _ in _loader.Load(unread))
        {
        }
    }
}
