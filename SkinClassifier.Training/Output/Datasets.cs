using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Training.Output;

/// <summary>Opening what a user calls data.</summary>
internal static class Datasets
{
    /// <summary>Reads a class folder tree or a CSV and tells what was left out.</summary>
    /// <param name="terminal">Where to tell.</param>
    /// <param name="path">A folder or a CSV file.</param>
    /// <param name="groupBy">Column that names groups, or null.</param>
    /// <param name="minimumClasses">Fewer are refused.</param>
    /// <param name="silent">Whether what was left out is shown by the caller.</param>
    /// <param name="decoder">Limits while images are read. Default: the usual ones.</param>
    /// <exception cref="InputException">There is nothing at the path, or it is not a usable dataset.</exception>
    public static ImageDataset Open(Terminal terminal, string path, string? groupBy, int minimumClasses = 2, bool silent = false, DecoderOptions? decoder = null)
    {
        ImageDatasetOptions options = new() { GroupBy = groupBy, MinimumClasses = minimumClasses, Decoder = decoder };
        bool isCsv = File.Exists(path) && path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        if (!isCsv && !Directory.Exists(path))
            throw new InputException($"{path}: expected a folder with one sub-folder per class, or a CSV file; found nothing there.");
        ImageDataset data;
        try
        {
            data = isCsv ? ImageDataset.FromCsv(path, options) : ImageDataset.FromFolder(path, options);
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
        if (silent)
            return data;
        foreach (string warning in data.Warnings)
            Terminal.Warn(warning);
        if (data.Skipped.Count > 0)
            Terminal.Warn($"{data.Skipped.Count} files cannot be used, for example {data.Skipped[0].Path}: {data.Skipped[0].Reason}{(terminal.Verbose ? "" : " (all of them in skipped.csv)")}");
        if (terminal.Verbose)
            foreach (SkippedFile skipped in data.Skipped)
                terminal.Note($"not used: {skipped.Path}: {skipped.Reason}");
        return data;
    }
}
