using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    /// <summary>How the CSV file was understood; null for a dataset that does not come from one.</summary>
    internal CsvInterpretation? Csv { get; private init; }

    /// <summary>
    /// Reads a CSV file (RFC 4180; comma, semicolon or tab). The columns with the images' paths and classes are found by their usual names and by
    /// what the rows hold (<see cref="Csv"/> tells which), or named in the options. Classes may stand in one column, or in one column of 0 and 1 per
    /// class. Images are found by path, with or without ending, and by name in the folders below. Optional columns: <c>part</c> or <c>split</c>
    /// (train, validation, test and their other names) and <c>group</c>. A splits.csv of an earlier run is valid input.
    /// </summary>
    /// <param name="csvFile">The CSV file.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no folder <see cref="ImageDatasetOptions.ImageFolder"/>.</exception>
    /// <exception cref="InvalidContentException">Not a CSV file, a needed column is missing, an unknown set, or fewer than two classes with readable
    /// images.</exception>
    public static ImageDataset FromCsv(string csvFile, ImageDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(csvFile);
        options ??= new ImageDatasetOptions();
        CsvTable table = CsvTable.Read(csvFile);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.ImageFolder ?? Path.GetDirectoryName(Path.GetFullPath(csvFile))!));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{options.ImageFolder}: expected the folder of the images that {csvFile} names, there is no such folder.");
        ImageFinder finder = new(root);
        CsvLayout layout = CsvLayout.Find(table, finder, options);
        DatasetBuilder builder = new(csvFile, options);
        builder.Hint = table.Rows.Count == 0 ? "The table has no rows."
            : $"The images were looked for in and below {root}, by the column '{table.Columns[layout.Path]}', the classes "
                + $"{(layout.Labels.Count == 1 ? $"in the column '{table.Columns[layout.Labels[0]]}'" : "in columns of 0 and 1")}. Name another "
                + $"folder with --image-folder (ImageFolder), other columns with --path-column and --label-column.";
        CsvRows rows = new(table, layout, finder, builder);
        List<ImageExample> found = rows.Read(root);
        ImageDataset data = builder.Build(root, layout.Declared, found);
        return new ImageDataset(
            root, data.Labels, data.Examples, data.Skipped, data.Warnings)
        { Csv = layout.Describe(root, finder.FoundBelow, options.GroupBy) };
    }
}
