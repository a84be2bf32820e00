using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Features;

/// <summary>Runs a frozen backbone over the images of a dataset; what the cache already holds is not computed again.</summary>
internal sealed partial class FeatureExtractor(Graph features, int length, ImagePreprocessor preprocessor, FeatureCache? cache, WorkerPool workers,
    ProgressReporter reporter, string phase = "features", DecoderOptions? decoder = null, IProcessGroup? group = null)
{
    private const int BatchSize = 16;
    private const double SecondsBetweenSaves = 60;

    /// <summary>Features of all readable images, in the order of the dataset.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was computed so far is in the cache.</exception>
    public FeatureTable Compute(ImageDataset data, CancellationToken cancellationToken)
    {
        int count = data.Examples.Count;
        float[] rows = new float[checked(count * length)];
        string?[] keys = new string?[count];
        SkippedFile?[] skipped = new SkippedFile?[count];
        int[] missing = [.. Enumerable.Range(0, count)];
        if (cache is not null && group is null)
        {
            workers.Run(count, i => keys[i] = Key(data.Examples[i], ref skipped[i]));
            missing = [.. missing.Where(i => keys[i] is { } key && !cache.TryGet(key, rows.AsSpan(i * length, length)))];
        }
        try
        {
            if (group is null)
                Run(data, missing, rows, keys, skipped, cancellationToken);
            else
                RunShared(group, data, rows, keys, skipped, cancellationToken);
        }
        finally
        {
            Save();
        }
        int[] kept = [.. Enumerable.Range(0, count).Where(i => skipped[i] is null)];
        if (kept.Length == count)
            return new FeatureTable(rows, [.. data.Examples.Select(e => e.LabelIndex)], length, kept, []);
        float[] packed = new float[kept.Length * length];
        for (int i = 0; i < kept.Length; i++)
            rows.AsSpan(kept[i] * length, length).CopyTo(packed.AsSpan(i * length));
        return new FeatureTable(packed, [.. kept.Select(i => data.Examples[i].LabelIndex)], length, kept, [.. skipped.OfType<SkippedFile>()]);
    }

    private void Run(ImageDataset data, int[] missing, float[] rows, string?[] keys, SkippedFile?[] skipped, CancellationToken cancellationToken)
    {
        if (missing.Length == 0)
            return;
        ImageExample[] examples = [.. missing.Select(i => data.Examples[i])];
        BatchLoader loader = new(examples, preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, Decoder = decoder, Workers = workers });
        PlanOptions options = new() { Workers = workers };
        using ImageScorer scorer = new(features, preprocessor.Width, preprocessor.Height, length, options, rowsPerRun: BatchSize, fillsLastRun: true);
        float[] output = new float[BatchSize * length];
        bool[] read = new bool[missing.Length];
        long started = reporter.Begin(), saved = started;
        int done = 0;
        foreach (ImageBatch batch in loader.Load(cancellationToken: cancellationToken))
        {
            scorer.Score(batch.Pixels, output.AsSpan(0, batch.Count * length), cancellationToken);
            for (int i = 0; i < batch.Count; i++)
            {
                int example = missing[batch.Indices[i]];
                read[batch.Indices[i]] = true;
                Span<float> row = rows.AsSpan(example * length, length);
                output.AsSpan(i * length, length).CopyTo(row);
                if (keys[example] is { } key)
                    cache?.Add(key, row);
            }
            done = Math.Min(done + BatchSize, missing.Length);
            if (group is null)
                reporter.Count(phase, done, missing.Length, started);
            if (cache is not null && reporter.Seconds(saved) > SecondsBetweenSaves)
            {
                // A run that is killed does not start from nothing.
                Save();
                saved = reporter.Begin();
            }
        }
        Dictionary<string, SkippedFile> errors = new(StringComparer.Ordinal);
        foreach (SkippedFile file in loader.Skipped)
            errors.TryAdd(file.Path, file);
        for (int i = 0; i < read.Length; i++)
            if (!read[i])
                skipped[missing[i]] = errors[examples[i].Path];
    }

    private void Save()
    {
        try
        {
            cache?.Save();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reporter.Warn(phase, $"The feature cache could not be written: {error.Message} The run continues without it.");
        }
    }

    private static string? Key(ImageExample example, ref SkippedFile? skipped)
    {
        try
        {
            return FeatureCache.KeyOf(example.ReadContent());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            skipped = new SkippedFile(example.Path, error.Message);
            return null;
        }
    }
}
