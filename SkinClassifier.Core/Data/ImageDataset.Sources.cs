using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    /// <summary>
    /// Reads a folder with one folder per class. Classes come in ordinal order of the folder names; images may lie in folders inside a class; hidden files are
    /// ignored; links are followed but never in a circle. Folders named as sets (train, training; validation, valid, val, dev; test, testing, eval, evaluation,
    /// holdout; any case) that hold class folders give the sets. A metadata.csv beside the class folders is joined by file name, with or without extension.
    /// </summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidContentException">Fewer than two classes with readable images, or the metadata is not a CSV file.</exception>
    /// <exception cref="ArgumentException">The metadata has no column <see cref="ImageDatasetOptions.GroupBy"/>.</exception>
    public static ImageDataset FromFolder(string folder, ImageDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new ImageDatasetOptions();
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{folder}: expected a folder with one folder of images per class, there is no such folder.");
        DatasetBuilder builder = new(folder, options);
        FolderScanner scanner = new(root, builder.Warnings, builder.Skipped);
        List<ImageExample> found = [];
        HashSet<string> classes = new(StringComparer.Ordinal);
        List<string> metadata = [];
        AddMetadata(root);
        FolderLayout layout = FolderLayout.Read(root);
        builder.Hint = layout.Hint;
        builder.Warnings.AddRange(layout.Warnings);
        foreach (DirectoryInfo set in layout.Sets)
            AddMetadata(set.FullName);
        foreach ((DirectoryInfo place, DatasetSplit split) in layout.Classes)
        {
            classes.Add(place.Name);
            found.AddRange(scanner.Collect(place.FullName).Select(f => new ImageExample(scanner.Relative(f), place.Name, f, null) { Split = split }));
        }
        foreach (FileInfo stray in FolderScanner.Files(root).Where(f => ImageFinder.IsImageName(f.Name)).Take(1))
        {
            string unused = $"Images directly in the dataset's folder have no class and are not used (first: {stray.Name}). Move them into a class folder.";
            builder.Warnings.Add(unused);
            builder.Hint ??= unused;
        }
        if (classes.Count < 2 && UnusedTables.Hint(root) is { } table)
        {
            builder.Hint = table;
            builder.Warnings.Add(table);
        }
        builder.Warnings.AddRange(UnusedTables.Warnings(root, options));
        return builder.Build(root, classes, JoinMetadata(found, metadata, builder));

        void AddMetadata(string place)
        {
            if (System.IO.File.Exists(Path.Combine(place, options.MetadataFile)))
                metadata.Add(Path.Combine(place, options.MetadataFile));
        }
    }

    /// <summary>Makes a dataset from images in memory or streams.</summary>
    /// <param name="images">Names must differ.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>.</param>
    /// <exception cref="ArgumentException">Two images have the same name.</exception>
    /// <exception cref="InvalidContentException">Fewer than two classes with readable images.</exception>
    public static ImageDataset FromMemory(IEnumerable<ImageSource> images, ImageDatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        List<ImageExample> found = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ImageSource image in images)
        {
            if (!names.Add(image.Name))
                throw new ArgumentException($"FromMemory: two images have the name '{image.Name}'. Give every image its own name.", nameof(images));
            found.Add(new ImageExample(image.Name, image.Label, null, image.Open).With(split: image.Split, columns: image.Columns));
        }
        return new DatasetBuilder("FromMemory", options ?? new ImageDatasetOptions()).Build(null, [], found);
    }

    private static List<ImageExample> JoinMetadata(List<ImageExample> found, List<string> files, DatasetBuilder builder)
    {
        foreach (string file in files)
        {
            string name = Path.GetFileName(file);
            CsvTable table = CsvTable.Read(file);
            if (MetadataTable.Join(table, found.Select(e => e.Path)) is not { } metadata)
            {
                builder.Warnings.Add($"{name}: no column names any of the images (columns: {string.Join(", ", table.Columns)}). It is not used.");
                continue;
            }
            builder.MetadataFiles.Add(file);
            if (metadata.Repeated > 0)
                builder.Warnings.Add(
                    $"{name}: {metadata.Repeated} rows name an image (column '{metadata.Column}') that an earlier row named. The first row counts.");
            found = [.. found.Select(e => e.Columns.Count > 0 || metadata.Find(e.Path) is not { } row ? e : e.With(columns: row))];
            if (UnusedTables.OtherClasses(table, file, found) is { } other)
                builder.Warnings.Add(other);
        }
        int without = files.Count == 0 ? 0 : found.Count(e => e.Columns.Count == 0);
        if (without > 0 && without < found.Count)
            builder.Warnings.Add($"{without} images have no row in the metadata (first: {found.First(e => e.Columns.Count == 0).Path}).");
        return found;
    }
}
