using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Settings;

/// <summary>Options of every verb that reads a dataset from a CSV file.</summary>
internal static class DatasetOptionTable
{
    public static OptionLine PathColumn { get; } = new()
    {
        Name = "path-column",
        Group = RunOptionTable.DataGroup,
        Form = OptionForm.Text("COLUMN"),
        DefaultText = "found",
        Description = "CSV datasets: the column that names the images.",
    };

    public static OptionLine LabelColumn { get; } = new()
    {
        Name = "label-column",
        Group = RunOptionTable.DataGroup,
        Form = OptionForm.Text("COLUMN[,COLUMN…]"),
        DefaultText = "found",
        Description = "CSV datasets: the column with the class, or columns of 0 and 1 with commas between, one per class.",
    };

    public static OptionLine ImageFolder { get; } = new()
    {
        Name = "image-folder",
        Group = RunOptionTable.DataGroup,
        Form = OptionForm.Text("FOLDER"),
        DefaultText = "the folder of the CSV file",
        Description = "CSV datasets: the folder with the images, or one above them.",
    };

    /// <summary>All of them, in the order of --help.</summary>
    public static IReadOnlyList<OptionLine> All { get; } = [PathColumn, LabelColumn, ImageFolder];

    /// <summary>What the options say.</summary>
    public static DatasetReading Read(OptionValues values) =>
        new(values.Get<string?>(PathColumn), values.Get<string?>(LabelColumn), values.Get<string?>(ImageFolder));
}
