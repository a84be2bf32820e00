namespace SkinClassifier.Data;

/// <summary>Copies a dataset into the folders train, validation and test, each with one folder per class.</summary>
internal static class DatasetSplitter
{
    /// <summary>
    /// Splits <paramref name="dataset"/> (<see cref="ImageDataset.Split"/>) and copies its images to <c>part/class/file</c>; folders inside a class are kept.
    /// A metadata.csv of the dataset comes along; for a dataset from a CSV file or from memory with columns, one is written. The folder appears whole
    /// or not at all:
    /// everything is copied under a temporary name beside it and renamed at the end. Files of the dataset are never changed.
    /// </summary>
    /// <param name="dataset">The images.</param>
    /// <param name="output">The new folder; it must not exist, or be empty.</param>
    /// <param name="validationFraction">Fraction of all groups, 0 to below 1. Default 0.1; 0: no validation folder.</param>
    /// <param name="testFraction">Fraction of all groups, 0 to below 1. Default 0.2; 0: no test folder.</param>
    /// <param name="groupBy">Column whose equal values must stay in one part. Default: the groups the examples already have, if any.</param>
    /// <param name="seed">The same seed gives the same sets. Default 1.</param>
    /// <param name="progress">Called with (images done, images in all). Default: none.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>; nothing is left behind.</param>
    /// <returns>The sets; their examples still point to the original files.</returns>
    /// <exception cref="IOException"><paramref name="output"/> holds something already, or copying failed.</exception>
    /// <exception cref="ArgumentException">A fraction is out of range, a class name cannot be a folder name, or <paramref name="output"/> lies inside
    /// the dataset.</exception>
    public static DatasetSplits Split(ImageDataset dataset, string output, double validationFraction = 0.1, double testFraction = 0.2,
        string? groupBy = null, ulong seed = 1, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(output);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        CheckTarget(dataset, target, output);
        foreach (string label in dataset.Labels)
            if (label[0] == '.' || label.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()) || label.AsSpan().ContainsAny('/', '\\'))
                throw new ArgumentException(
                    $"{output}: expected class names that can be folder names, received '{label}'. Rename the class.", nameof(dataset));
        DatasetSplits splits = dataset.Split(validationFraction, testFraction, groupBy, seed);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            List<(ImageExample Example, string Path)> copied = Copy(splits, temporary, progress, cancellationToken);
            WriteMetadata(dataset, copied, temporary);
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(temporary, target);
        }
        catch
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            throw;
        }
        return splits;
    }

    private static void CheckTarget(ImageDataset dataset, string target, string output)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new IOException($"{output}: expected a new or empty folder, there is something already. Choose another folder; nothing is overwritten.");
        if (dataset.Folder is { } folder && FolderScanner.IsInside(target, folder))
            throw new ArgumentException($"{output}: expected a folder outside the dataset, received one inside it, where it would become a class. "
                + $"Choose another folder.", nameof(output));
    }

    private static List<(ImageExample Example, string Path)> Copy(
        DatasetSplits splits, string folder, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        List<(ImageExample Example, string Path)> copied = [];
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        byte[] buffer = [];
        int total = splits.Train.Examples.Count + splits.Validation.Examples.Count + splits.Test.Examples.Count;
        foreach ((string name, ImageDataset split) in new[] { ("train", splits.Train), ("validation", splits.Validation), ("test", splits.Test) })
            foreach (ImageExample example in split.Examples)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string path = Free(taken, $"{name}/{example.Label}/{InsideClass(example)}");
                string file = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                int length = example.ReadContent(ref buffer);
                using (FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
                    stream.Write(buffer, 0, length);
                copied.Add((example, path));
                progress?.Invoke(copied.Count, total);
            }
        return copied;
    }

    /// <summary>Path below the class folder; the bare file name when the image does not lie in a folder named as its class.</summary>
    private static string InsideClass(ImageExample example)
    {
        string[] steps = example.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int at = Array.FindIndex(steps, s => CanonicalForm.Of(s) == example.Label);
        if (at is 0 or 1 && at < steps.Length - 1 && steps.All(s => s is not "." and not "..") && !Path.IsPathRooted(example.Path))
            return string.Join('/', steps[(at + 1)..]);
        return steps.LastOrDefault() is { } last and not "." and not ".." ? last : "image";
    }

    /// <summary>The path, or with -2, -3 … before the ending when it is taken.</summary>
    private static string Free(HashSet<string> taken, string path)
    {
        if (taken.Add(path))
            return path;
        string ending = Path.GetExtension(path), start = path[..^ending.Length];
        for (int n = 2; ; n++)
            if (taken.Add($"{start}-{n}{ending}"))
                return $"{start}-{n}{ending}";
    }

    private static void WriteMetadata(ImageDataset dataset, List<(ImageExample Example, string Path)> copied, string folder)
    {
        string file = Path.Combine(folder, "metadata.csv");
        if (dataset.MetadataFiles is [string only])
        {
            File.Copy(only, file);
            return;
        }
        string[] columns = [.. copied.SelectMany(c => c.Example.Columns.Keys).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(c => !string.Equals(c, "path", StringComparison.OrdinalIgnoreCase))];
        if (columns.Length == 0)
            return;
        CsvText csv = new(["path", .. columns]);
        foreach ((ImageExample example, string path) in copied)
            csv.Row([path, .. columns.Select(c => example.Columns.GetValueOrDefault(c, ""))]);
        File.WriteAllText(file, csv.ToString());
    }
}
