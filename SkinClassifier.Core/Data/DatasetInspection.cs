using System.Collections.Concurrent;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats;

namespace SkinClassifier.Data;

/// <summary>One class of an inspected dataset.</summary>
/// <param name="Label">The class.</param>
/// <param name="Count">Its readable images.</param>
/// <param name="Share">Its share of all readable images, 0 to 1.</param>
/// <param name="BySplit">Its images per set; only sets that the dataset names (folders train, validation, test).</param>
internal sealed record ClassInspection(string Label, int Count, double Share, IReadOnlyDictionary<DatasetSplit, int> BySplit);

/// <summary>Images of one size.</summary>
/// <param name="Width">Columns in pixels, as displayed.</param>
/// <param name="Height">Rows in pixels, as displayed.</param>
/// <param name="Count">How many.</param>
internal sealed record SizeCount(int Width, int Height, int Count);

/// <summary>Files with exactly the same content.</summary>
/// <param name="Paths">The files.</param>
/// <param name="Labels">Their different classes; more than one is an error of the dataset.</param>
/// <param name="Splits">Their different sets; more than one makes metrics look better than they are.</param>
internal sealed record DuplicateSet(IReadOnlyList<string> Paths, IReadOnlyList<string> Labels, IReadOnlyList<DatasetSplit> Splits);

/// <summary>What is in a dataset: counts, sizes, formats, balance, groups, unreadable files and exact duplicates. Every image is decoded once.</summary>
public sealed class DatasetInspection
{
    // Images of more than 32 million pixels are rare; their memory is not kept.
    private const int KeptBytes = 96 << 20;

    private DatasetInspection(ImageDataset dataset, List<ImageExample> readable, List<SkippedFile> unreadable, long bytes,
        List<ImageExample[]> duplicates, IEnumerable<string> colorSpaces)
    {
        Dataset = dataset.Folder ?? "images in memory";
        Examples = readable;
        Count = readable.Count;
        Labels = dataset.Labels;
        Bytes = bytes;
        bool hasParts = readable.Any(e => e.Split != DatasetSplit.Unassigned);
        Classes =
        [
            .. dataset.Labels.Index().Select(l => (l.Item, Examples: readable.Where(e => e.LabelIndex == l.Index).ToArray()))
                .Select(c => new ClassInspection(c.Item, c.Examples.Length,
                readable.Count == 0 ? 0 : (double)c.Examples.Length / readable.Count,
                hasParts ? c.Examples.CountBy(e => e.Split).OrderBy(p => p.Key).ToDictionary() : new Dictionary<DatasetSplit, int>())),
        ];
        Sizes = [.. readable.CountBy(e => (e.Info!.Width, e.Info.Height)).Select(s => new SizeCount(s.Key.Width, s.Key.Height, s.Value))
            .OrderByDescending(s => s.Count).ThenBy(s => s.Width).ThenBy(s => s.Height)];
        Formats = [.. readable.CountBy(e => e.Info!.Format).OrderByDescending(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal)];
        ColorProfiles = [.. colorSpaces.CountBy(c => c, StringComparer.Ordinal).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)];
        Unreadable = [.. unreadable.OrderBy(u => u.Path, StringComparer.Ordinal)];
        Duplicates = [.. duplicates.Select(d =>
            new DuplicateSet(
                [.. d.Select(e => e.Path)], [.. d.Select(e => e.Label).Distinct(StringComparer.Ordinal)], [.. d.Select(e => e.Split).Distinct()]))];
        Columns = [.. readable.SelectMany(e => e.Columns.Keys).Distinct(StringComparer.OrdinalIgnoreCase)];
        Groups = readable.Any(e => e.Group is not null) ? readable.Select(GroupKeys.Of).Distinct(StringComparer.Ordinal).Count() : null;
        LargestGroup = Groups is null ? null : readable.CountBy(GroupKeys.Of).Max(g => g.Value);
        Warnings = dataset.Warnings;
        Csv = dataset.Csv;
        SuggestedGroupColumn = Groups is null ? CsvLayout.SuggestGroup(readable) : null;
    }

    /// <summary>The dataset's folder.</summary>
    public string Dataset { get; }

    /// <summary>Readable images.</summary>
    public int Count { get; }

    /// <summary>Class names, ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The classes, in the order of <see cref="Labels"/>.</summary>
    internal IReadOnlyList<ClassInspection> Classes { get; }

    /// <summary>Sizes, the most frequent first.</summary>
    internal IReadOnlyList<SizeCount> Sizes { get; }

    /// <summary>File formats and their counts, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Formats { get; }

    /// <summary>
    /// Color profiles other than sRGB and how many images declare them, the most frequent first. Profiles are not applied: the colors of such images
    /// are seen shifted.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, int>> ColorProfiles { get; }

    /// <summary>Bytes of all readable image files.</summary>
    public long Bytes { get; }

    /// <summary>Columns of the metadata.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Groups when the dataset was read with a group column (images without a value are groups of their own); otherwise null.</summary>
    public int? Groups { get; }

    /// <summary>Images of the largest group; null without groups.</summary>
    public int? LargestGroup { get; }

    /// <summary>Images of the largest class divided by those of the smallest; null when a class has none.</summary>
    public double? Imbalance => Classes.Count > 0 && Classes.Min(c => c.Count) is int least and > 0 ? (double)Classes.Max(c => c.Count) / least : null;

    /// <summary>Files that are no readable images, by path.</summary>
    public IReadOnlyList<SkippedFile> Unreadable { get; }

    /// <summary>Sets of files with the same content.</summary>
    internal IReadOnlyList<DuplicateSet> Duplicates { get; }

    /// <summary>Pairs of images that show the same thing, closest first; null: not looked for.</summary>
    internal IReadOnlyList<NearDuplicatePair>? NearDuplicates { get; set; }

    /// <summary>How the images were taken and cut; null: not looked at.</summary>
    internal DatasetQuality? Quality { get; set; }

    /// <summary>The readable images, in the order of the dataset.</summary>
    internal IReadOnlyList<ImageExample> Examples { get; }

    /// <summary>Doubtful things, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>How the dataset's CSV file was understood; null for a folder.</summary>
    internal CsvInterpretation? Csv { get; }

    /// <summary>Column of the metadata that tells which images belong together and is not used for groups; null: none, or groups are used.</summary>
    public string? SuggestedGroupColumn { get; }

    /// <summary>Reads and decodes every image of <paramref name="dataset"/>.</summary>
    /// <param name="dataset">The dataset; best read with <see cref="ImageDatasetOptions.MinimumClasses"/> 1, so that a poor one can be inspected too.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Threads. Default: all processors.</param>
    /// <param name="progress">Called with (images done, images in all) from any thread. Default: none.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    public static DatasetInspection Inspect(ImageDataset dataset, DecoderOptions? decoder = null, WorkerPool? workers = null,
        Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return InspectAll(dataset, null, decoder, workers ?? WorkerPool.Shared, progress, cancellationToken);
    }

    /// <summary>As above, for a caller who looks at every image as well.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="look">Gets the position of a readable image in the dataset and its pixels, on any thread; they are gone afterwards.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Called with (images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    internal static DatasetInspection InspectAll(ImageDataset dataset, Action<int, ImageBuffer>? look, DecoderOptions? decoder, WorkerPool workers,
        Action<int, int>? progress, CancellationToken cancellationToken)
    {
        int done = 0;
        long bytes = 0;
        ImageExample?[] good = new ImageExample?[dataset.Examples.Count];
        SkippedFile?[] bad = new SkippedFile?[dataset.Examples.Count];
        string?[] colorSpaces = new string?[dataset.Examples.Count];
        ConcurrentBag<(byte[] Content, ImageBuffer Image)> buffers = [];
        workers.Run(good.Length, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            ImageExample example = dataset.Examples[i];
            (byte[] buffer, ImageBuffer image) = buffers.TryTake(out (byte[], ImageBuffer) used) ? used : ([], new ImageBuffer());
            try
            {
                int length = example.ReadContent(ref buffer);
                ReadOnlySpan<byte> content = buffer.AsSpan(0, length);
                image.Decode(content, decoder, example.Path);
                string format = example.Info?.Format ?? RgbImage.Identify(content, decoder, example.Path).Format;
                good[i] = example.With(info: new ImageInfo(format, image.Width, image.Height));
                look?.Invoke(i, image);
                colorSpaces[i] = ImageFormatCatalog.Find(content, example.Path).OtherColorSpace(content);
                Interlocked.Add(ref bytes, length);
            }
            catch (Exception error) when (DatasetBuilder.IsContentError(error))
            {
                bad[i] = new SkippedFile(example.Path, DatasetBuilder.Reason(example, error));
            }
            image.Trim(KeptBytes);
            buffers.Add((buffer, image));
            progress?.Invoke(Interlocked.Increment(ref done), good.Length);
        });
        List<ImageExample> readable = [.. good.OfType<ImageExample>()];
        return new DatasetInspection(dataset, readable, [.. dataset.Skipped, .. bad.OfType<SkippedFile>()], bytes,
            Data.Duplicates.Find(Data.Duplicates.WithHashes(readable, workers)), colorSpaces.OfType<string>());
    }

    /// <summary>The findings as JSON, UTF-8, indented.</summary>
    public byte[] ToJson() => InspectionText.Json(this);

    /// <summary>The findings as text for people.</summary>
    public override string ToString() => InspectionText.Plain(this);
}
