using System.Collections.Concurrent;
using System.Security.Cryptography;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats;

namespace SkinClassifier.Data;

/// <summary>
/// Checks the images that a source found and turns them into a dataset: unreadable ones are listed, classes are numbered, doubtful things become
/// warnings.
/// </summary>
internal sealed class DatasetBuilder(string name, ImageDatasetOptions options)
{
    private const int Listed = 5;
    private const long LargeFile = 16 << 20;

    public List<string> Warnings { get; } = [];

    public List<SkippedFile> Skipped { get; } = [];

    /// <summary>Full paths of the metadata files that were joined.</summary>
    public List<string> MetadataFiles { get; } = [];

    /// <summary>What to do where too few classes are found; null: the usual advice.</summary>
    public string? Hint { get; set; }

    /// <summary>Builds the dataset. <paramref name="declared"/>: class names that the source announced (folders), also those without an image.</summary>
    public ImageDataset Build(string? folder, IEnumerable<string> declared, List<ImageExample> found)
    {
        List<ImageExample> good = ClassNames.Unite(options.CheckImages ? Check(found) : found, Warnings);
        string[] labels = [.. good.Select(e => e.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        foreach (string empty in declared.Select(CanonicalForm.Of).Except(labels, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Warnings.Add($"Class '{empty}' has no readable image and is left out.");
        if (labels.Length < options.MinimumClasses)
            throw new InvalidContentException($"{name}: expected at least {options.MinimumClasses} "
                + $"{(options.MinimumClasses == 1 ? "class" : "classes")} with images, found "
                + $"{labels.Length}{(labels.Length == 1 ? $" ('{labels[0]}')" : "")}"
                + $"{(Skipped.Count > 0 ? $", and {Skipped.Count} files that are not readable images (first: {Skipped[0].Path}: {Skipped[0].Reason})"
                    : ".")} {Hint ?? "Make one folder per class and put its images in."}");
        Dictionary<string, int> index = labels.Index().ToDictionary(p => p.Item, p => p.Index, StringComparer.Ordinal);
        bool grouped = options.GroupBy is not null;
        ImageExample[] examples = [.. good.Select(
            e => grouped ? e.With(labelIndex: index[e.Label]).WithGroup(e.Columns.GetValueOrDefault(options.GroupBy!)) : e.With(labelIndex: index[e.Label]))];
        if (grouped)
        {
            GroupKeys.RequireColumn(examples, options.GroupBy!, name);
            if (GroupKeys.Missing(examples, options.GroupBy!) is { } missing)
                Warnings.Add(missing);
        }
        IGrouping<string, ImageExample>[] singles = [.. examples.GroupBy(e => e.Label, StringComparer.Ordinal).Where(g => g.Count() == 1)];
        if (singles.Length > Listed)
            Warnings.Add($"{singles.Length} classes have a single image (first: '{singles[0].Key}', {singles[0].First().Path}): they cannot be both "
                + $"trained and tested. Add images, remove the classes, or name the column that really has the classes.");
        foreach (IGrouping<string, ImageExample> single in singles.Length > Listed ? [] : singles)
            Warnings.Add(
                $"Class '{single.Key}' has a single image ({single.First().Path}): it cannot be both trained and tested. Add images or remove the class.");
        if (options.CheckDuplicates)
            examples = FindConflicts(examples);
        return new ImageDataset(
            folder, labels, examples, [.. Skipped.OrderBy(s => s.Path, StringComparer.Ordinal)], [.. Warnings])
        { MetadataFiles = [.. MetadataFiles] };
    }

    private List<ImageExample> Check(List<ImageExample> found)
    {
        ImageExample?[] good = new ImageExample?[found.Count];
        string?[] reasons = new string?[found.Count];
        ConcurrentBag<byte[]> buffers = [];
        (options.Workers ?? WorkerPool.Shared).Run(found.Count, i =>
        {
            byte[] buffer = buffers.TryTake(out byte[]? used) ? used : [];
            try
            {
                good[i] = Check(found[i], ref buffer);
            }
            catch (Exception error) when (IsContentError(error))
            {
                reasons[i] = Reason(found[i], error);
            }
            buffers.Add(buffer);
        });
        Skipped.AddRange(found.Index().Where(f => reasons[f.Index] is not null).Select(f => new SkippedFile(f.Item.Path, reasons[f.Index]!)));
        return [.. good.OfType<ImageExample>()];
    }

    private ImageExample Check(ImageExample example, ref byte[] buffer)
    {
        if (example.File is not null)
        {
            FileInfo file = new(example.File);
            FileSystemInfo real = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            if (real is not FileInfo { Exists: true } target)
                throw new InvalidContentException(file.LinkTarget is null ? "The file cannot be found under this name. Rename it with plain letters."
                    : $"The link leads to '{file.LinkTarget}', which is not a file.");
            if (FileKind.OtherThanFile(target.FullName) is { } kind)
                throw new UnsupportedContentException($"This is {kind}; it is not opened.");
            if (target.Length == 0)
                throw new InvalidContentException("The file is empty.");
            if (target.Length > LargeFile)
                CheckStart(example);
        }
        int length = example.ReadContent(ref buffer);
        ReadOnlySpan<byte> content = buffer.AsSpan(0, length);
        ImageInfo info = RgbImage.Identify(content, options.Decoder, example.Path);
        long pixels = (long)info.Width * info.Height, limit = (options.Decoder ?? DecoderOptions.Default).MaxPixels;
        return pixels <= limit
            ? example.With(info: info, contentHash: options.CheckDuplicates ? Convert.ToHexString(SHA256.HashData(content)) : null)
            : throw new UnsupportedContentException(
                $"Expected at most {limit} pixels, received {info.Width}×{info.Height}. Make the image smaller or raise DecoderOptions.MaxPixels.");
    }

    /// <summary>Tells by its first bytes that a large file is no image, without reading it all (an archive left in a class folder).</summary>
    private static void CheckStart(ImageExample example)
    {
        using Stream stream = example.Open();
        byte[] start = new byte[4096];
        ImageFormatCatalog.Find(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)), example.Path);
    }

    /// <summary>Errors of one file, which never stop a run.</summary>
    public static bool IsContentError(Exception error) => error is SkinClassifierException or IOException or UnauthorizedAccessException;

    /// <summary>The text of an error without the file's path in front.</summary>
    public static string Reason(ImageExample example, Exception error)
    {
        string text = error.Message;
        foreach (string? prefix in (ReadOnlySpan<string?>)[example.File, example.Path])
            if (prefix is not null && text.StartsWith(prefix + ": ", StringComparison.Ordinal))
                return text[(prefix.Length + 2)..];
        return text;
    }

    /// <summary>Same content under two class names. The examples come back with their content's hash.</summary>
    private ImageExample[] FindConflicts(ImageExample[] examples)
    {
        examples = Duplicates.WithHashes(examples, options.Workers ?? WorkerPool.Shared);
        List<(ImageExample First, ImageExample Second)> conflicts = [];
        foreach (ImageExample[] same in Duplicates.Find(examples))
            if (same.FirstOrDefault(e => e.LabelIndex != same[0].LabelIndex) is { } other)
                conflicts.Add((same[0], other));
        foreach ((ImageExample first, ImageExample second) in conflicts.Take(Listed))
            Warnings.Add($"The same image is in two classes: {first.Path} ('{first.Label}') and {second.Path} ('{second.Label}'). Remove it from one.");
        if (conflicts.Count > Listed)
            Warnings.Add($"{conflicts.Count - Listed} more images are in two classes.");
        return examples;
    }
}
