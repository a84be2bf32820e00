using System.Diagnostics;
using SkinClassifier.Common;
using SkinClassifier.Compare.Output;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet.SkinFeatures;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Compare.Splits;

/// <summary>Computes features of all images of a dataset.</summary>
internal static class FeatureSource
{
    /// <summary>The classical descriptors; an image that cannot be read goes to <paramref name="skipped"/>.</summary>
    public static FeatureRows Skin(
        ImageDataset data, int threads, ProgressLines progress, Dictionary<string, string> skipped, CancellationToken cancellationToken)
    {
        int count = data.Examples.Count, done = 0;
        float[] values = new float[count * SkinFeatureExtractor.Count];
        string?[] reasons = new string?[count];
        Stopwatch watch = Stopwatch.StartNew();
        int processors = threads == 0 ? Environment.ProcessorCount : threads;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = processors, CancellationToken = cancellationToken };
        Parallel.For(0, count, parallel, i =>
        {
            try
            {
                RgbImage image = RgbImage.Decode(data.Examples[i].ReadContent(), name: data.Examples[i].Path);
                SkinFeatureExtractor.Extract(image, values.AsSpan(i * SkinFeatureExtractor.Count, SkinFeatureExtractor.Count));
            }
            catch (Exception error) when (error is SkinClassifierException or IOException or UnauthorizedAccessException)
            {
                reasons[i] = error.Message;
            }
            progress.Report("descriptors", Interlocked.Increment(ref done), count);
        });
        for (int i = 0; i < count; i++)
            if (reasons[i] is { } reason)
                skipped.TryAdd(data.Examples[i].Path, reason);
        return new FeatureRows(values, SkinFeatureExtractor.Count, watch.Elapsed.TotalSeconds / count, 0, PositionsOf(data.Examples));
    }

    /// <summary>The features of a frozen network; they also go into the workspace, where the head's training finds them.</summary>
    public static FeatureRows Network(ImageDataset data, ImageClassificationTrainerOptions options, WorkerPool workers, ProgressLines progress,
        Dictionary<string, string> skipped, CancellationToken cancellationToken)
    {
        LoadedBackbone backbone = LoadedBackbone.Load(options);
        ProgressReporter reporter = new(metrics =>
        {
            if (metrics.Kind == TrainingMetricsKind.Progress)
                progress.Report("frozen features", metrics.Done, metrics.Total);
            else if (metrics.Kind == TrainingMetricsKind.Warning)
                progress.Warn(metrics.Text);
        });
        FeatureCache cache = new(options.WorkspacePath!, FeatureCache.NameOf(backbone.Features, backbone.Preprocessor), backbone.FeatureCount,
            progress.Warn);
        Stopwatch watch = Stopwatch.StartNew();
        FeatureTable table = new FeatureExtractor(backbone.Features, backbone.FeatureCount, backbone.Preprocessor, cache, workers, reporter,
            "frozen features", options.Decoder).Compute(data, cancellationToken);
        foreach (SkippedFile file in table.Skipped)
            skipped.TryAdd(file.Path, file.Reason);
        long bytes = 4 * backbone.Features.Parameters.Sum(p => (long)p.Value.Values.Length);
        return new FeatureRows(table.Values, table.Length, watch.Elapsed.TotalSeconds / data.Examples.Count, bytes,
            PositionsOf(table.Examples.Select(i => data.Examples[i])));
    }

    private static Dictionary<string, int> PositionsOf(IEnumerable<ImageExample> examples)
    {
        Dictionary<string, int> positions = new(StringComparer.Ordinal);
        foreach ((int row, ImageExample example) in examples.Index())
            positions.TryAdd(example.Path, row);
        return positions;
    }
}
