using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers.Features;

/// <summary>
/// Features of images as files: a NumPy array float32 [N,F], and a CSV table with a row for each of its rows. Images that cannot be read have no row and
/// stand in a table of their own. Memory does not grow with the number of images.
/// </summary>
/// <param name="array">The .npy file.</param>
/// <param name="table">The table: <c>path,label,part,sha256</c>.</param>
/// <param name="skipped">The table of what has no row: <c>path,reason</c>.</param>
internal sealed class FeatureFile(string array, string table, string skipped)
{
    /// <summary>Images that pass through the network together. Parts that begin at a multiple of it give the numbers of one run, bit for bit.</summary>
    public const int BatchSize = 16;

    /// <summary>The tables' first lines.</summary>
    public static string TableHeader => CsvText.Line("path", "label", "part", "sha256");

    /// <inheritdoc cref="TableHeader"/>
    public static string SkippedHeader => CsvText.Line("path", "reason");

    /// <summary>Computes and writes, each file whole or not at all.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="data">The images.</param>
    /// <param name="first">Position of the first one.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="unusable">Files that are no images at all, listed before those that cannot be read.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="decoder">Limits while images are read.</param>
    /// <param name="progress">Called with the number of images done.</param>
    /// <param name="cancellationToken">Stops; nothing is written then.</param>
    /// <returns>Rows of the array, and images that could not be read.</returns>
    public (long Rows, int Errors) Write(LoadedBackbone backbone, ImageDataset data, int first, int count, IReadOnlyList<SkippedFile> unusable,
        WorkerPool workers, DecoderOptions decoder, Action<long>? progress, CancellationToken cancellationToken)
    {
        int length = backbone.FeatureCount;
        BatchLoader loader =
            new(data.Examples, backbone.Preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, Decoder = decoder, Workers = workers });
        using ImageScorer scorer = new(backbone.Features, backbone.Preprocessor.Width, backbone.Preprocessor.Height, length,
            new PlanOptions { Workers = workers }, rowsPerRun: BatchSize, fillsLastRun: true);
        float[] features = new float[BatchSize * length];
        byte[] bytes = new byte[4 * features.Length];
        long rows = 0;
        AtomicFile.Write(array, numbers => AtomicFile.Write(table, list =>
        {
            using StreamWriter lines = new(list, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            lines.Write(TableHeader);
            numbers.Write(NumpyFile.Header(NumpyFile.TableHeader, 0, length));
            foreach (ImageBatch batch in loader.Load([.. Enumerable.Range(first, count)], cancellationToken: cancellationToken))
            {
                Span<float> values = features.AsSpan(0, batch.Count * length);
                scorer.Score(batch.Pixels, values, cancellationToken);
                NumpyFile.Write(values, bytes);
                numbers.Write(bytes, 0, 4 * values.Length);
                foreach (int index in batch.Indices)
                    lines.Write(Row(data.Examples[index]));
                rows += batch.Count;
                progress?.Invoke(rows + loader.Skipped.Count);
            }
            numbers.Position = 0;
            numbers.Write(NumpyFile.Header(NumpyFile.TableHeader, rows, length));
        }));
        AtomicFile.WriteText(skipped,
            SkippedHeader + string.Concat(unusable.Concat(loader.Skipped).Select(s => CsvText.Line(s.Path, s.Reason))));
        return (rows, loader.Skipped.Count);
    }

    private static string Row(ImageExample image) => CsvText.Line(image.Path, image.Label,
        image.Split == DatasetSplit.Unassigned ? "" : image.Split.ToString().ToLowerInvariant(), image.ContentHash?.ToLowerInvariant() ?? "");
}
