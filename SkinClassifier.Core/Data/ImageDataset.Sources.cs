using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    private static readonly string[] PathColumns = ["path", "file", "filename", "file_name", "image", "image_path", "image_id"];
    private static readonly string[] LabelColumns = ["label", "class", "target", "diagnosis", "dx", "category"];
    private static readonly string[] Extensions = ["", ".jpg", ".jpeg", ".png", ".bmp", ".gif", ".JPG", ".JPEG", ".PNG"];

    /// <summary>
    /// Reads a folder with one folder per class. Classes come in ordinal order of the folder names; images may lie in folders inside a class; hidden files are
    /// ignored; links are followed but never in a circle. Folders named train, validation (val, valid) and test that hold class folders give the parts.
    /// A metadata.csv beside the class folders is joined by file name, with or without extension.
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
        List<DirectoryInfo> folders = FolderScanner.Folders(root);
        bool inSplits = HasSplits(folders);
        foreach (DirectoryInfo child in folders)
        {
            if (!inSplits)
                AddClass(child, DatasetSplit.Unassigned);
            else if (SplitNamed(child.Name) is DatasetSplit split and not DatasetSplit.Unassigned)
            {
                AddMetadata(child.FullName);
                foreach (DirectoryInfo inner in FolderScanner.Folders(child.FullName))
                    AddClass(inner, split);
            }
            else
                builder.Warnings.Add($"Folder '{child.Name}' is neither train, validation nor test and is not used.");
        }
        foreach (FileInfo stray in FolderScanner.Files(root).Where(f => Extensions.Contains(f.Extension.ToLowerInvariant()) && f.Extension.Length > 0).Take(1))
            builder.Warnings.Add($"Images directly in the dataset's folder have no class and are not used (first: {stray.Name}). Move them into a class folder.");
        return builder.Build(root, classes, JoinMetadata(found, metadata, builder));

        void AddMetadata(string place)
        {
            if (System.IO.File.Exists(Path.Combine(place, options.MetadataFile)))
                metadata.Add(Path.Combine(place, options.MetadataFile));
        }

        void AddClass(DirectoryInfo place, DatasetSplit split)
        {
            classes.Add(place.Name);
            found.AddRange(scanner.Collect(place.FullName).Select(f => new ImageExample(scanner.Relative(f), place.Name, f, null) { Split = split }));
        }
    }

    /// <summary>
    /// Reads a CSV file (RFC 4180; comma, semicolon or tab) with a path and a label column and any more columns. Optional columns: <c>part</c> or <c>split</c>
    /// (train, validation, test) and <c>group</c>. A splits.csv of an earlier run is valid input.
    /// </summary>
    /// <param name="csvFile">The CSV file.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">Not a CSV file, a needed column is missing, or fewer than two classes with readable images.</exception>
    public static ImageDataset FromCsv(string csvFile, ImageDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(csvFile);
        options ??= new ImageDatasetOptions();
        CsvTable table = CsvTable.Read(csvFile);
        string root = Path.GetFullPath(options.ImageFolder ?? Path.GetDirectoryName(Path.GetFullPath(csvFile))!);
        int path = Column(table, options.PathColumn, PathColumns, "path"), label = Column(table, options.LabelColumn, LabelColumns, "label");
        int split = Math.Max(table.IndexOf("part"), table.IndexOf("split")), group = table.IndexOf("group");
        DatasetBuilder builder = new(csvFile, options);
        List<ImageExample> found = new(table.Rows.Count);
        for (int i = 0; i < table.Rows.Count; i++)
        {
            string[] row = table.Rows[i];
            string name = row[path].Replace('\\', '/');
            if (name.Length == 0 || row[label].Length == 0)
            {
                builder.Skipped.Add(new SkippedFile(name, $"Row {i + 2} of {Path.GetFileName(csvFile)} has no {(name.Length == 0 ? "path" : "label")}."));
                continue;
            }
            string? file = Extensions.Select(e => Path.Combine(root, name + e)).FirstOrDefault(System.IO.File.Exists);
            if (file is null)
            {
                builder.Skipped.Add(new SkippedFile(name, "There is no such file."));
                continue;
            }
            string relative = Path.IsPathRooted(name) ? name : Path.GetRelativePath(root, file).Replace('\\', '/');
            ImageExample example = new(relative, row[label], file, null) { Columns = table.ToDictionary(row), Split = split < 0 ? DatasetSplit.Unassigned : SplitNamed(row[split]) };
            found.Add(group < 0 ? example : example.WithGroup(row[group]));
        }
        return builder.Build(root, [], found);
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
                builder.Warnings.Add($"{name}: {metadata.Repeated} rows name an image (column '{metadata.Column}') that an earlier row named. The first row counts.");
            found = [.. found.Select(e => e.Columns.Count > 0 || metadata.Find(e.Path) is not { } row ? e : e.With(columns: row))];
        }
        int without = files.Count == 0 ? 0 : found.Count(e => e.Columns.Count == 0);
        if (without > 0 && without < found.Count)
            builder.Warnings.Add($"{without} images have no row in the metadata (first: {found.First(e => e.Columns.Count == 0).Path}); each counts as a group of its own.");
        return found;
    }

    private static int Column(CsvTable table, string? wanted, string[] usual, string what)
    {
        int index = (wanted is null ? usual : [wanted]).Select(table.IndexOf).Where(i => i >= 0).DefaultIfEmpty(-1).First();
        return index >= 0 ? index : throw new InvalidContentException($"{table.Name}: expected a {what} column ({string.Join(", ", wanted is null ? usual : [wanted])}), received: {string.Join(", ", table.Columns)}. Rename the column or set {char.ToUpperInvariant(what[0])}{what[1..]}Column.");
    }

    /// <summary>Part folders are used when there is a train folder with class folders in it, or when every folder is a part folder with class folders in it.</summary>
    private static bool HasSplits(List<DirectoryInfo> folders)
    {
        DirectoryInfo[] splits = [.. folders.Where(f => SplitNamed(f.Name) != DatasetSplit.Unassigned && FolderScanner.Folders(f.FullName).Count > 0)];
        return splits.Length > 0 && (splits.Length == folders.Count || splits.Any(f => SplitNamed(f.Name) == DatasetSplit.Train));
    }

    private static DatasetSplit SplitNamed(string name) => name.ToLowerInvariant() switch
    {
        "train" => DatasetSplit.Train,
        "validation" or "val" or "valid" => DatasetSplit.Validation,
        "test" => DatasetSplit.Test,
        _ => DatasetSplit.Unassigned,
    };
}
