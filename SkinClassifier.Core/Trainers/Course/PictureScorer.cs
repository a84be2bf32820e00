using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Course;

/// <summary>Raw scores of the readable pictures of a dataset with the current weights of a network.</summary>
internal sealed class PictureScorer
{
    private const int BatchSize = 16;
    private const long CacheBytes = 256L << 20;
    private readonly BatchLoader _loader;
    private readonly WorkerPool _workers;
    private readonly int _outputs;

    /// <summary>Creates a scorer; decoded pictures are kept in memory up to 256 MiB.</summary>
    public PictureScorer(ImageDataset data, ImagePreprocessor preprocessor, int outputs, WorkerPool workers)
    {
        _loader = new BatchLoader(data.Examples, preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, CacheBytes = CacheBytes, Workers = workers });
        _workers = workers;
        _outputs = outputs;
    }

    /// <summary>Pictures that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _loader.Skipped;

    /// <summary>Scores [N, outputs] and labels [N] of the readable pictures.</summary>
    public (float[] Scores, int[] Labels) Score(Graph network)
    {
        ImagePreprocessor size = _loader.Preprocessor;
        using InferencePlan plan = InferencePlan.Create(network, new TensorShape(BatchSize, 3, size.Height, size.Width), new PlanOptions { Workers = _workers });
        float[] input = new float[plan.InputShape.ElementCount], output = new float[plan.OutputShape.ElementCount];
        List<float> scores = [];
        List<int> labels = [];
        foreach (ImageBatch batch in _loader.Load())
        {
            batch.Pixels.CopyTo(input);
            plan.Run(input, output);
            scores.AddRange(output.AsSpan(0, batch.Count * _outputs));
            labels.AddRange(batch.Labels);
        }
        return ([.. scores], [.. labels]);
    }
}
