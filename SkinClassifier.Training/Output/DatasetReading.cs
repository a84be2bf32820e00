using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Output;

/// <summary>How a CSV dataset is to be read, as the command line says; null: found.</summary>
/// <param name="PathColumn">Column that names the images.</param>
/// <param name="LabelColumn">Column with the class, or several with commas between.</param>
/// <param name="ImageFolder">Folder with the images.</param>
internal sealed record DatasetReading(string? PathColumn = null, string? LabelColumn = null, string? ImageFolder = null)
{
    /// <summary>The options that were given.</summary>
    public IEnumerable<string> Given => new[]
    {
        (PathColumn, DatasetOptionTable.PathColumn.Flag),
        (LabelColumn, DatasetOptionTable.LabelColumn.Flag),
        (ImageFolder, DatasetOptionTable.ImageFolder.Flag),
    }.Where(o => o.Item1 is not null).Select(o => o.Item2);
}
