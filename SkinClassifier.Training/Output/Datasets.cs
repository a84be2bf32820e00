using SkinClassifier.Audit;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Training.ParquetFiles;

namespace SkinClassifier.Training.Output;

/// <summary>Opening what a user calls data.</summary>
internal static class Datasets
{
    /// <summary>What every verb says about its data.</summary>
    public const string Description = "A folder with one sub-folder per class, or a CSV file that names images and classes.";

    private static readonly string[] _tables = [".csv", ".tsv", ".tab", ".txt", ""];

    /// <summary>Reads a class folder tree or a CSV and tells how it was understood and what was left out.</summary>
    /// <param name="terminal">Where to tell.</param>
    /// <param name="path">A folder or a CSV file.</param>
    /// <param name="groupBy">Column that names groups, <c>auto</c>, or null.</param>
    /// <param name="minimumClasses">Fewer are refused.</param>
    /// <param name="silent">Whether what was left out is shown by the caller.</param>
    /// <param name="reading">Columns and folder of a CSV file; default: found.</param>
    /// <param name="decoder">Limits while images are read. Default: the usual ones.</param>
    /// <param name="inOrder">Whether the images are read in order only: then a Parquet file will do.</param>
    /// <exception cref="InputException">There is nothing at the path, or it is not a usable dataset.</exception>
    /// <exception cref="ArgumentException">Options for a CSV file beside a folder.</exception>
    public static ImageDataset Open(
        Terminal terminal, string path, string? groupBy, int minimumClasses = 2, bool silent = false, DatasetReading? reading = null,
        DecoderOptions? decoder = null, bool inOrder = false)
    {
        reading ??= new DatasetReading();
        bool isParquet = inOrder && ParquetImages.IsNameOf(path) && File.Exists(path), isFile = !isParquet && File.Exists(path);
        if (!isFile && !isParquet && !Directory.Exists(path))
            throw new InputException($"{path}: expected a folder with one sub-folder per class, or a CSV file; found nothing there.");
        if (isFile && !_tables.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw new InputException(
                $"{path}: expected a folder with one sub-folder per class, or a CSV file (.csv, .tsv, .tab, .txt); received another file.");
        if (!isFile && reading.Given.Any())
            throw new ArgumentException(
                $"{string.Join(", ", reading.Given)}: expected a CSV file as data, received the folder {path}. Name the CSV file, or leave the option out.");
        ImageDatasetOptions options = new()
        {
            GroupBy = ColumnOf(groupBy),
            MinimumClasses = minimumClasses,
            Decoder = decoder,
            PathColumn = reading.PathColumn,
            LabelColumn = reading.LabelColumn,
            ImageFolder = reading.ImageFolder ?? (isFile ? RunConfiguration.ImageFolderOf(path) : null),
        };
        ImageDataset data;
        try
        {
            data = isParquet ? ParquetDataset.Open(path, options) : isFile ? ImageDataset.FromCsv(path, options) : ImageDataset.FromFolder(path, options);
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
        if (groupBy == AutoGroups.Name)
            data = Grouped(terminal, data, decoder);
        if (silent)
            return data;
        if (data.Csv is { } csv)
            terminal.Note($"{path}: {csv}");
        foreach (string warning in data.Warnings)
            Terminal.Warn(warning);
        if (data.Skipped.Count > 0)
            Terminal.Warn($"{data.Skipped.Count} files cannot be used, for example {data.Skipped[0].Path}: "
                + $"{data.Skipped[0].Reason}{(terminal.Verbose ? "" : " (all of them in skipped.csv)")}");
        if (terminal.Verbose)
            foreach (SkippedFile skipped in data.Skipped)
                terminal.Note($"not used: {skipped.Path}: {skipped.Reason}");
        return data;
    }

    /// <summary>The images of a dataset that an evaluation measures: those of the wanted set, by default of the test set where the data has sets.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="wanted">train, validation, test, all, or null.</param>
    /// <param name="name">What they are, for reports.</param>
    /// <exception cref="InputException">There is no such set.</exception>
    public static ImageDataset Measured(ImageDataset data, string? wanted, out string name)
    {
        Dictionary<DatasetSplit, int> sets =
            data.Examples.Where(e => e.Split != DatasetSplit.Unassigned).CountBy(e => e.Split).OrderBy(s => s.Key).ToDictionary();
        string have = sets.Count == 0 ? "no sets" : string.Join(", ", sets.Select(s => $"{NameOf(s.Key)} {s.Value}"));
        DatasetSplit? chosen = wanted?.ToLowerInvariant() switch
        {
            "all" => null,
            null => sets.ContainsKey(DatasetSplit.Test) ? DatasetSplit.Test : sets.ContainsKey(DatasetSplit.Validation) ? DatasetSplit.Validation : null,
            _ => Enum.Parse<DatasetSplit>(wanted, ignoreCase: true),
        };
        if (chosen is not { } set)
        {
            name = $"all {data.Examples.Count} readable images";
            if (sets.TryGetValue(DatasetSplit.Train, out int train))
                Terminal.Warn($"all {data.Examples.Count} images are measured, {train} of the train set too ({have}): where the model was trained "
                    + $"with them, the metrics are too good{(wanted is null ? "; there is no test set" : "")}");
            return data;
        }
        if (!sets.TryGetValue(set, out int count))
            throw new InputException($"--subset {wanted}: expected a {wanted} set in the data, received "
                + $"{have}.{(sets.Count == 0 ? " Leave --subset out, or name a folder with train, validation and test inside." : "")}");
        name = $"the {NameOf(set)} set, {count} of {data.Examples.Count} readable images";
        if (wanted is null && set != DatasetSplit.Test)
            Terminal.Warn($"there is no test set; the validation set is measured ({have})");
        return data.Subset(data.Examples.Where(e => e.Split == set));
    }

    /// <summary>The column that --group-by names; null for <c>auto</c>, whose groups the images already have.</summary>
    public static string? ColumnOf(string? groupBy) => groupBy == AutoGroups.Name ? null : groupBy;

    private static ImageDataset Grouped(Terminal terminal, ImageDataset data, DecoderOptions? decoder)
    {
        (Graph, ImagePreprocessor)? network = AuditNetwork.Find(terminal);
        AutoGroups found = terminal.WithProgress(progress =>
            AutoGroups.Find(data, network, decoder, progress: (what, done, all) => progress.Report(what, done, all)));
        terminal.Note($"groups: {(found.Column is null ? "no column of the metadata tells them" : $"column '{found.Column}'")}; {found.Pairs.Count} pairs "
            + $"of near duplicates are kept together{(found.Pairs.Count == 0 ? "" : $" (first: {found.Pairs[0].First.Path} ~ {found.Pairs[0].Second.Path})")}");
        return found.Data;
    }

    private static string NameOf(DatasetSplit set) => set.ToString().ToLowerInvariant();
}
