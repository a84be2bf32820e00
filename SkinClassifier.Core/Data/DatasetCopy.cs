namespace SkinClassifier.Data;

/// <summary>Copies images of a dataset into a new folder.</summary>
internal static class DatasetCopy
{
    /// <summary>
    /// Copies images; folders inside a class are kept. The folder appears whole or not at all: everything is copied under a temporary name beside it and
    /// renamed at the end. Files of the dataset are never changed.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="output">The new folder; it must not exist, or be empty.</param>
    /// <param name="images">Images and the folder of each below <paramref name="output"/>, with '/'.</param>
    /// <param name="keepsMetadataFile">Whether a metadata.csv of the dataset comes along as it is. Otherwise, and for a dataset from a CSV file or from memory
    /// with columns, one is written that names every image by its new path.</param>
    /// <param name="progress">Called with (images done, images in all); null: not.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>; nothing is left behind.</param>
    /// <exception cref="IOException"><paramref name="output"/> holds something already, or copying failed.</exception>
    /// <exception cref="ArgumentException">A class name cannot be a folder name, or <paramref name="output"/> lies inside the dataset.</exception>
    public static void Write(ImageDataset dataset, string output, IReadOnlyList<(ImageExample Example, string Folder)> images, bool keepsMetadataFile,
        Action<int, int>? progress, CancellationToken cancellationToken)
    {
        Check(dataset, output);
        string target = TargetOf(output), temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            List<(ImageExample Example, string Path)> copied = Copy(images, temporary, progress, cancellationToken);
            WriteMetadata(dataset, keepsMetadataFile, copied, temporary);
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
    }

    /// <summary>Checks what <see cref="Write"/> needs before anything is copied.</summary>
    /// <exception cref="IOException"><paramref name="output"/> holds something already.</exception>
    /// <exception cref="ArgumentException">A class name cannot be a folder name, or <paramref name="output"/> lies inside the dataset.</exception>
    public static void Check(ImageDataset dataset, string output)
    {
        string target = TargetOf(output);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new IOException($"{output}: expected a new or empty folder, there is something already. Choose another folder; nothing is overwritten.");
        if (dataset.Folder is { } folder)
            RequireOutside(target, folder, output);
        foreach (string label in dataset.Labels)
            if (label[0] == '.' || label.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()) || label.AsSpan().ContainsAny('/', '\\'))
                throw new ArgumentException(
                    $"{output}: expected class names that can be folder names, received '{label}'. Rename the class.", nameof(dataset));
    }

    /// <summary>Checks that a folder does not lie inside a dataset.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="data">The dataset's folder.</param>
    /// <param name="output">What a user named, for the message.</param>
    /// <exception cref="ArgumentException">It lies inside.</exception>
    public static void RequireOutside(string folder, string data, string output)
    {
        if (FolderScanner.IsInside(folder, data))
            throw new ArgumentException($"{output}: expected a folder outside the dataset, received one inside it, where it would become a class. "
                + $"Choose another folder.", nameof(output));
    }

    private static string TargetOf(string output) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));

    private static List<(ImageExample Example, string Path)> Copy(IReadOnlyList<(ImageExample Example, string Folder)> images, string folder,
        Action<int, int>? progress, CancellationToken cancellationToken)
    {
        List<(ImageExample Example, string Path)> copied = [];
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        byte[] buffer = [];
        foreach ((ImageExample example, string place) in images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = Free(taken, $"{place}/{InsideClass(example)}");
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            int length = example.ReadContent(ref buffer);
            using (FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
                stream.Write(buffer, 0, length);
            copied.Add((example, path));
            progress?.Invoke(copied.Count, images.Count);
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

    private static void WriteMetadata(ImageDataset dataset, bool keepsFile, List<(ImageExample Example, string Path)> copied, string folder)
    {
        string file = Path.Combine(folder, "metadata.csv");
        if (keepsFile && dataset.MetadataFiles is [string only])
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
