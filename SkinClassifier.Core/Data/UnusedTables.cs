using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>Sentences about CSV files that lie beside class folders and are not what the classes come from.</summary>
internal static class UnusedTables
{
    private const int MaxFiles = 3;
    private static readonly string[] _ownTables = ["splits.csv", "predictions.csv", "history.csv", "skipped.csv", "folds.csv",
        "leaderboard.csv", "label-suspects.csv"];

    /// <summary>One warning for every CSV file in the dataset's folder that is not its metadata, at most three.</summary>
    public static IEnumerable<string> Warnings(string root, ImageDatasetOptions options)
    {
        FileInfo[] tables =
            [.. FolderScanner.Files(root).Where(f => IsTable(f) && f.Name != options.MetadataFile)];
        if (File.Exists(Path.Combine(root, "config.json")))
            tables = [.. tables.Where(t => !_ownTables.Contains(t.Name))];
        foreach (FileInfo file in tables.Take(MaxFiles))
            yield return Describe(file, root);
        if (tables.Length > MaxFiles)
            yield return $"{tables.Length - MaxFiles} more CSV files beside the class folders are not used.";
    }

    /// <summary>The command for a table in the dataset's folder that tells the classes of images there; null: there is none.</summary>
    public static string? Hint(string root)
    {
        foreach (FileInfo file in FolderScanner.Files(root).Where(f => IsTable(f) && !_ownTables.Contains(f.Name)))
            if (Columns(file, root, mustFind: true) is { } columns)
                return $"The table {file.Name} beside the images tells their classes: `skinclassifier train {file.FullName}` uses its {columns}.";
        return null;
    }

    /// <summary>A warning when the metadata names other classes than the folders do; null when they agree or it names none.</summary>
    public static string? OtherClasses(CsvTable table, string file, IReadOnlyList<ImageExample> examples)
    {
        if (CsvLayout.UsualLabel(table) is not (>= 0 and int column))
            return null;
        string name = table.Columns[column];
        (string Folder, string Label)[] pairs =
            [.. examples.Where(e => e.Columns.TryGetValue(name, out string? value) && !MissingValues.IsNoLabel(value)).Select(e => (e.Label, e.Columns[name]))];
        (string Folder, string Label)[] distinct = [.. pairs.Distinct()];
        // Each folder is one of the labels, or each label lies in one folder: the two agree.
        if (distinct.GroupBy(p => p.Folder, StringComparer.Ordinal).All(g => g.Count() == 1)
            || distinct.GroupBy(p => p.Label, StringComparer.Ordinal).All(g => g.Count() == 1))
            return null;
        return $"{Path.GetFileName(file)} has a column '{name}' with other classes than the folders "
            + $"({string.Join(", ", distinct.Select(p => p.Label).Distinct(StringComparer.Ordinal).Take(5))}; folders: "
            + $"{string.Join(", ", distinct.Select(p => p.Folder).Distinct(StringComparer.Ordinal).Take(5))}). The folders count; `skinclassifier "
            + $"train {file}` uses the column.";
    }

    private static string Describe(FileInfo file, string root)
    {
        string unused = $"{file.Name} beside the class folders is not used: the classes are the names of the folders.";
        return Columns(file, root, mustFind: false) is { } columns ? $"{unused} `skinclassifier train {file.FullName}` uses its {columns} instead."
            : $"{unused} `skinclassifier data inspect {file.FullName}` tells what it lacks to be used; named metadata.csv it would bring its columns.";
    }

    /// <summary>The columns with the classes of a table; null when it cannot be used.</summary>
    private static string? Columns(FileInfo file, string root, bool mustFind)
    {
        try
        {
            CsvTable table = CsvTable.Read(file.FullName);
            ImageFinder finder = new(root);
            CsvLayout layout = CsvLayout.Find(table, finder, new ImageDatasetOptions());
            return mustFind && !table.Rows.Any(r => finder.Find(r[layout.Path], out _) is not null) ? null
                : layout.Labels.Count == 1 ? $"column '{table.Columns[layout.Labels[0]]}'" : $"{layout.Labels.Count} columns of 0 and 1";
        }
        catch (Exception error) when (error is SkinClassifierException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsTable(FileInfo file) => file.Extension.ToLowerInvariant() is ".csv" or ".tsv" or ".tab";
}
