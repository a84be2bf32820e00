using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    private static readonly string[] PathColumns = ["path", "file", "filename", "file_name", "image", "image_path", "image_id"];
    private static readonly string[] LabelColumns = ["label", "class", "target", "diagnosis", "dx", "category"];
    private static readonly string[] Extensions = ["", ".jpg", ".jpeg", ".png", ".bmp", ".gif", ".JPG", ".JPEG", ".PNG"];

    /// <summary>
    /// Reads a folder with one folder per class. Classes come in ordinal order of the folder names; pictures may lie in folders inside a class; hidden files are
    /// ignored; links are followed but never in a circle. Folders named train, validation (val, valid) and test that hold class folders give the parts.
    /// A metadata.csv beside the class folders is joined by file name, with or without extension.
    /// </summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidContentException">Fewer than two classes with readable pictures, or the metadata is not a CSV file.</exception>
    /// <exception cref="ArgumentException">The metadata has no column <see cref="ImageDatasetOptions.GroupBy"/>.</exception>
    public static ImageDataset FromFolder(string folder, ImageDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new ImageDatasetOptions();
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{folder}: expected a folder with one folder of pictures per class, there is no such folder.");
        DatasetBuilder builder = new(folder, options);
        FolderScanner scanner = new(root, builder.Warnings, builder.Skipped);
        List<ImageExample> found = [];
        HashSet<string> classes = new(StringComparer.Ordinal);
        List<string> metadata = [];
        AddMetadata(root);
        List<DirectoryInfo> folders = FolderScanner.Folders(root);
        bool inParts = HasParts(folders);
        foreach (DirectoryInfo child in folders)
        {
            if (!inParts)
                AddClass(child, DatasetPart.Unassigned);
            else if (PartNamed(child.Name) is DatasetPart part and not DatasetPart.Unassigned)
            {
                AddMetadata(child.FullName);
                foreach (DirectoryInfo inner in FolderScanner.Folders(child.FullName))
                    AddClass(inner, part);
            }
            else
                builder.Warnings.Add($"Folder '{child.Name}' is neither train, validation nor test and is not used.");
        }
        foreach (FileInfo stray in FolderScanner.Files(root).Where(f => Extensions.Contains(f.Extension.ToLowerInvariant()) && f.Extension.Length > 0).Take(1))
            builder.Warnings.Add($"Pictures directly in the dataset's folder have no class and are not used (first: {stray.Name}). Move them into a class folder.");
        return builder.Build(root, classes, JoinMetadata(found, metadata, builder));

        void AddMetadata(string place)
        {
            if (System.IO.File.Exists(Path.Combine(place, options.MetadataFile)))
                metadata.Add(Path.Combine(place, options.MetadataFile));
        }

        void AddClass(DirectoryInfo place, DatasetPart part)
        {
            classes.Add(place.Name);
            found.AddRange(scanner.Collect(place.FullName).Select(f => new ImageExample(scanner.Relative(f), place.Name, f, null) { Part = part }));
        }
    }

    /// <summary>
    /// Reads a CSV file (RFC 4180; comma, semicolon or tab) with a path and a label column and any more columns. Optional columns: <c>part</c> or <c>split</c>
    /// (train, validation, test) and <c>group</c>. A splits.csv of an earlier run is valid input.
    /// </summary>
    /// <param name="csvFile">The CSV file.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">Not a CSV file, a needed column is missing, or fewer than two classes with readable pictures.</exception>
    public static ImageDataset FromCsv(string csvFile, ImageDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(csvFile);
        options ??= new ImageDatasetOptions();
        CsvTable table = CsvTable.Read(csvFile);
        string root = Path.GetFullPath(options.ImageFolder ?? Path.GetDirectoryName(Path.GetFullPath(csvFile))!);
        int path = Column(table, options.PathColumn, PathColumns, "path"), label = Column(table, options.LabelColumn, LabelColumns, "label");
        int part = Math.Max(table.IndexOf("part"), table.IndexOf("split")), group = table.IndexOf("group");
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
            ImageExample example = new(relative, row[label], file, null) { Columns = table.ToDictionary(row), Part = part < 0 ? DatasetPart.Unassigned : PartNamed(row[part]) };
            found.Add(group < 0 ? example : example.WithGroup(row[group]));
        }
        return builder.Build(root, [], found);
    }

    /// <summary>Makes a dataset from pictures in memory or streams.</summary>
    /// <param name="pictures">Names must differ.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>.</param>
    /// <exception cref="ArgumentException">Two pictures have the same name.</exception>
    /// <exception cref="InvalidContentException">Fewer than two classes with readable pictures.</exception>
    public static ImageDataset FromMemory(IEnumerable<ImageSource> pictures, ImageDatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        List<ImageExample> found = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ImageSource picture in pictures)
        {
            if (!names.Add(picture.Name))
                throw new ArgumentException($"FromMemory: two pictures have the name '{picture.Name}'. Give every picture its own name.", nameof(pictures));
            found.Add(new ImageExample(picture.Name, picture.Label, null, picture.Open).With(part: picture.Part, columns: picture.Columns));
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
                builder.Warnings.Add($"{name}: no column names any of the pictures (columns: {string.Join(", ", table.Columns)}). It is not used.");
                continue;
            }
            builder.MetadataFiles.Add(file);
            if (metadata.Repeated > 0)
                builder.Warnings.Add($"{name}: {metadata.Repeated} rows name a picture (column '{metadata.Column}') that an earlier row named. The first row counts.");
            found = [.. found.Select(e => e.Columns.Count > 0 || metadata.Find(e.Path) is not { } row ? e : e.With(columns: row))];
        }
        int without = files.Count == 0 ? 0 : found.Count(e => e.Columns.Count == 0);
        if (without > 0 && without < found.Count)
            builder.Warnings.Add($"{without} pictures have no row in the metadata (first: {found.First(e => e.Columns.Count == 0).Path}); each counts as a group of its own.");
        return found;
    }

    private static int Column(CsvTable table, string? wanted, string[] usual, string what)
    {
        int index = (wanted is null ? usual : [wanted]).Select(table.IndexOf).Where(i => i >= 0).DefaultIfEmpty(-1).First();
        return index >= 0 ? index : throw new InvalidContentException($"{table.Name}: expected a {what} column ({string.Join(", ", wanted is null ? usual : [wanted])}), received: {string.Join(", ", table.Columns)}. Rename the column or set {char.ToUpperInvariant(what[0])}{what[1..]}Column.");
    }

    /// <summary>Part folders are used when there is a train folder with class folders in it, or when every folder is a part folder with class folders in it.</summary>
    private static bool HasParts(List<DirectoryInfo> folders)
    {
        DirectoryInfo[] parts = [.. folders.Where(f => PartNamed(f.Name) != DatasetPart.Unassigned && FolderScanner.Folders(f.FullName).Count > 0)];
        return parts.Length > 0 && (parts.Length == folders.Count || parts.Any(f => PartNamed(f.Name) == DatasetPart.Train));
    }

    private static DatasetPart PartNamed(string name) => name.ToLowerInvariant() switch
    {
        "train" => DatasetPart.Train,
        "validation" or "val" or "valid" => DatasetPart.Validation,
        "test" => DatasetPart.Test,
        _ => DatasetPart.Unassigned,
    };
}
