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
    // That of an evaluation, so that images stand in the same groups whether all are corrupted in one run or in parts.
    private const int BatchSize = EvaluationPart.BatchSize;

    /// <summary>Passes over the images: as they are, and one of every kind and severity.</summary>
    public static int Passes => 1 + CorruptionCatalog.All.Count * Corruption.Severities;

    /// <summary>Corrupts and measures all images of an evaluation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="evaluation">What it said about the images.</param>
    /// <param name="options">Threads, seed, decoder, progress in images times passes. Views and policy do not count.</param>
    public static RobustnessMetrics Run(ImageClassificationModel model, ModelEvaluation evaluation, EvaluationOptions options) =>
        Measure(evaluation, [Score(model, evaluation.Data, evaluation.Decision, options, 0, evaluation.Data.Examples.Count)], model, options);

    /// <summary>Corrupts consecutive images of a dataset and lets the model predict them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The dataset; what happens to an image depends on its position there.</param>
    /// <param name="decision">What predicts.</param>
    /// <param name="options">As of <see cref="Run"/>.</param>
    /// <param name="first">Position of the first image.</param>
    /// <param name="count">Number of images.</param>
    public static CorruptedPart Score(
        ImageClassificationModel model, ImageDataset data, DecisionRule decision, EvaluationOptions options, int first, int count)
    {
        WorkerPool workers = options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(options.Threads);
        int classes = model.Labels.Count, read = 0;
        int[][] predicted = [.. Enumerable.Range(0, Passes).Select(_ => new int[count])];
        List<int> kept = [];
        BatchLoader loader =
            new(data.Examples, model.Preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, Decoder = options.Decoder, Workers = workers });
        using ImageScorer scorer = new(model, new PlanOptions { Workers = workers }, views: 1);
        float[] pixels = new float[BatchSize * scorer.ImageLength], scores = new float[BatchSize * classes];
        foreach (ImageBatch batch in loader.Load([.. Enumerable.Range(first, count)], cancellationToken: options.CancellationToken))
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
                    predicted[pass][read + i] = decision.Decide(scores.AsSpan(i * classes, classes));
                options.Progress?.Invoke(Passes * read + (pass + 1) * batch.Count, Passes * count);
            }
            kept.AddRange(indices);
            read += batch.Count;
        }
        return new CorruptedPart([.. kept], [.. predicted.Select(p => p[..read])]);
    }

    /// <summary>Measures what was predicted before: all images of the evaluation's dataset, in parts one after the other.</summary>
    public static RobustnessMetrics Measure(
        ModelEvaluation evaluation, IReadOnlyList<CorruptedPart> parts, ImageClassificationModel model, EvaluationOptions options)
    {
        int[] labelOfData = ModelEvaluation.MapLabels(model, evaluation.Data);
        ImageExample[] kept = [.. parts.SelectMany(p => p.Positions).Select(i => evaluation.Data.Examples[i])];
        string?[] groups = [.. kept.Select(e => e.Group)];
        return RobustnessMetrics.Of([.. CorruptionCatalog.All.Select(c => c.Name)], Corruption.Severities, [.. kept.Select(e => labelOfData[e.LabelIndex])],
            [.. Enumerable.Range(0, Passes).Select(pass => parts.SelectMany(p => p.Predicted[pass]).ToArray())],
            groups.Any(g => g is not null) ? groups : null, options.Seed, options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(options.Threads));
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
