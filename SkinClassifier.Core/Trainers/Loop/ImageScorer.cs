using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Raw scores of the readable images of a dataset with the current weights of a network.</summary>
internal sealed class ImageScorer
{
    private const int BatchSize = 16;
    private const long CacheBytes = 256L << 20;
    private readonly BatchLoader _loader;
    private readonly WorkerPool _workers;
    private readonly int _outputs;

    /// <summary>Creates a scorer; decoded images are kept in memory up to 256 MiB.</summary>
    public ImageScorer(ImageDataset data, ImagePreprocessor preprocessor, int outputs, WorkerPool workers, DecoderOptions? decoder = null)
    {
        _loader = new BatchLoader(data.Examples, preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, CacheBytes = CacheBytes, Decoder = decoder, Workers = workers });
        _workers = workers;
        _outputs = outputs;
    }

    /// <summary>Images that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _loader.Skipped;

    /// <summary>Scores [N, views, outputs] of the <see cref="TestTimeAugmentationViews"/> of each readable image, and labels [N].</summary>
    public (float[] Scores, int[] Labels) Score(Graph network, int views = 1)
    {
        ImagePreprocessor size = _loader.Preprocessor;
        using InferencePlan plan = InferencePlan.Create(network, new TensorShape(BatchSize, 3, size.Height, size.Width), new PlanOptions { Workers = _workers });
        float[] input = new float[plan.InputShape.ElementCount], output = new float[plan.OutputShape.ElementCount];
        int pixels = input.Length / BatchSize, together = BatchSize / views;
        List<float> scores = [];
        List<int> labels = [];
        foreach (ImageBatch batch in _loader.Load())
        {
            for (int first = 0; first < batch.Count; first += together)
            {
                int count = Math.Min(together, batch.Count - first);
                for (int i = 0; i < count; i++)
                    TestTimeAugmentationViews.Write(batch.Pixels.Slice((first + i) * pixels, pixels), size.Width, size.Height, views, input.AsSpan(i * views * pixels, views * pixels));
                plan.Run(input, output);
                scores.AddRange(output.AsSpan(0, count * views * _outputs));
            }
            labels.AddRange(batch.Labels);
        }
        return ([.. scores], [.. labels]);
    }
}
