using System.CommandLine;

namespace SkinClassifier.Training.Verbs;

/// <summary>Options of every verb that reads a dataset from a CSV file.</summary>
internal sealed class DatasetOptionSet
{
    /// <summary>--path-column.</summary>
    public Option<string?> PathColumn { get; } = new("--path-column") { Description = "CSV datasets: column that names the images; default: found.", HelpName = "column" };

    /// <summary>--label-column.</summary>
    public Option<string?> LabelColumn { get; } = new("--label-column") { Description = "CSV datasets: column with the class, or columns of 0 and 1 with commas between, one per class; default: found.", HelpName = "column[,column…]" };

    /// <summary>--image-folder.</summary>
    public Option<string?> ImageFolder { get; } = new("--image-folder") { Description = "CSV datasets: folder with the images, or above them; default: the folder of the CSV file.", HelpName = "folder" };

    /// <summary>All of them, in the order of --help.</summary>
    public IReadOnlyList<Option> All => [PathColumn, LabelColumn, ImageFolder];

    /// <summary>--subset of evaluate.</summary>
    public static Option<string?> Subset()
    {
        Option<string?> option = new("--subset") { Description = "Which set is measured where the data has sets: train, validation, test or all; default: test.", HelpName = "set" };
        option.CompletionSources.Add("train", "validation", "test", "all");
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value.ToLowerInvariant() is not ("train" or "validation" or "test" or "all"))
                result.AddError($"--subset: expected train, validation, test or all, received {result.Tokens[0].Value}.");
        });
        return option;
    }

    /// <summary>What a command line says.</summary>
    public DatasetReading Read(ParseResult parsed) => new(parsed.GetValue(PathColumn), parsed.GetValue(LabelColumn), parsed.GetValue(ImageFolder));
}

/// <summary>How a CSV dataset is to be read, as the command line says; null: found.</summary>
/// <param name="PathColumn">Column that names the images.</param>
/// <param name="LabelColumn">Column with the class, or several with commas between.</param>
/// <param name="ImageFolder">Folder with the images.</param>
internal sealed record DatasetReading(string? PathColumn = null, string? LabelColumn = null, string? ImageFolder = null)
{
    /// <summary>The options that were given.</summary>
    public IEnumerable<string> Given => new[] { (PathColumn, "--path-column"), (LabelColumn, "--label-column"), (ImageFolder, "--image-folder") }.Where(o => o.Item1 is not null).Select(o => o.Item2);
}
