using SkinClassifier.Data;

namespace SkinClassifier.Compare.Splits;

/// <summary>Opens what a user calls data.</summary>
internal static class DatasetReader
{
    private static readonly string[] Tables = [".csv", ".tsv", ".tab", ".txt", ""];

    /// <summary>Reads a class folder tree or a CSV file.</summary>
    /// <exception cref="InputException">There is nothing at the path, or it is not a usable dataset.</exception>
    public static ImageDataset Open(CompareOptions options, Action<string> warn)
    {
        string path = options.Data;
        bool isFile = File.Exists(path);
        if (!isFile && !Directory.Exists(path))
            throw new InputException($"{path}: expected a folder with one sub-folder per class, or a CSV file; found nothing there.");
        if (isFile && !Tables.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw new InputException(
                $"{path}: expected a folder with one sub-folder per class, or a CSV file (.csv, .tsv, .tab, .txt); received another file.");
        if (!isFile && (options.PathColumn ?? options.LabelColumn ?? options.ImageFolder) is not null)
            throw new InputException(
                $"{path}: expected a CSV file beside --path-column, --label-column and --image-folder, received a folder. Leave them out.");
        ImageDatasetOptions reading = new()
        {
            GroupBy = options.GroupBy,
            MinimumClasses = 2,
            PathColumn = options.PathColumn,
            LabelColumn = options.LabelColumn,
            ImageFolder = options.ImageFolder,
        };
        ImageDataset data;
        try
        {
            data = isFile ? ImageDataset.FromCsv(path, reading) : ImageDataset.FromFolder(path, reading);
        }
        catch (ArgumentException error)
        {
            throw new InputException(ErrorSentence.Plain(error.Message));
        }
        foreach (string warning in data.Warnings)
            warn(warning);
        if (data.Skipped.Count > 0)
            warn($"{data.Skipped.Count} {(data.Skipped.Count == 1 ? "file" : "files")} cannot be used, for example {data.Skipped[0].Path}: "
                + $"{data.Skipped[0].Reason} (all of them in skipped.csv)");
        return data;
    }
}
