using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Corruptions;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;

namespace SkinClassifier.Models;

/// <summary>
/// Measures a model on corrupted images. Every image is read once and brought to the size of the network's input; there it is corrupted in every kind and
/// severity and scored, with one view. The result depends on the seed, not on the number of threads.
/// </summary>
internal static class RobustnessEvaluation
{
    private const int BatchSize = 32;

    /// <summary>Passes over the images: as they are, and one of every kind and severity.</summary>
    public static int Passes => 1 + CorruptionCatalog.All.Count * Corruption.Severities;

    /// <summary>Measures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="evaluation">What it said about the images; those that were read are corrupted.</param>
    /// <param name="options">Threads, seed, decoder, progress in images times passes. Views and policy do not count.</param>
    public static RobustnessMetrics Run(ImageClassificationModel model, ModelEvaluation evaluation, EvaluationOptions options)
    {
        WorkerPool workers = options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(options.Threads);
        IReadOnlyList<ImageExample> examples = evaluation.Examples;
        int classes = model.Labels.Count, read = 0;
        int[][] predicted = [.. Enumerable.Range(0, Passes).Select(_ => new int[examples.Count])];
        List<int> kept = [];
        BatchLoader loader = new(examples, model.Preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, Decoder = options.Decoder, Workers = workers });
        using ImageScorer scorer = new(model, new PlanOptions { Workers = workers }, views: 1);
        float[] pixels = new float[BatchSize * scorer.ImageLength], scores = new float[BatchSize * classes];
        foreach (ImageBatch batch in loader.Load(cancellationToken: options.CancellationToken))
        {
            int[] indices = batch.Indices.ToArray();
            for (int pass = 0; pass < Passes; pass++)
            {
                int kind = (pass - 1) / Corruption.Severities, severity = (pass - 1) % Corruption.Severities + 1;
                ReadOnlyMemory<float> clean = batch.PixelMemory;
                if (pass > 0)
                    workers.Run(batch.Count, i => Corrupt(CorruptionCatalog.All[kind], severity, options.Seed, indices[i], model.Preprocessor,
                        clean.Span.Slice(i * scorer.ImageLength, scorer.ImageLength), pixels.AsSpan(i * scorer.ImageLength, scorer.ImageLength)));
                scorer.Score(pass == 0 ? batch.Pixels : pixels.AsSpan(0, batch.Count * scorer.ImageLength), scores.AsSpan(0, batch.Count * classes),
                    options.CancellationToken);
                for (int i = 0; i < batch.Count; i++)
                    predicted[pass][read + i] = evaluation.Decision.Decide(scores.AsSpan(i * classes, classes));
                options.Progress?.Invoke(Passes * read + (pass + 1) * batch.Count, Passes * examples.Count);
            }
            kept.AddRange(indices);
            read += batch.Count;
        }
        string?[] groups = [.. kept.Select(i => examples[i].Group)];
        return RobustnessMetrics.Of([.. CorruptionCatalog.All.Select(c => c.Name)], Corruption.Severities, [.. kept.Select(i => evaluation.Actual[i])],
            [.. predicted.Select(p => p[..read])], groups.Any(g => g is not null) ? groups : null, options.Seed, workers);
    }

    /// <summary>Planes of one image to bytes, corrupted, and back to planes.</summary>
    private static void Corrupt(Corruption corruption, int severity, ulong seed, int index, ImagePreprocessor size,
        ReadOnlySpan<float> clean, Span<float> result)
    {
        RgbImage image = new(size.Width, size.Height);
        Span<byte> bytes = image.Pixels;
        int plane = clean.Length / 3;
        for (int p = 0; p < plane; p++)
            (bytes[3 * p], bytes[3 * p + 1], bytes[3 * p + 2]) = ((byte)clean[p], (byte)clean[plane + p], (byte)clean[2 * plane + p]);
        size.Apply(corruption.Apply(image, severity, seed, index), result);
    }
}
