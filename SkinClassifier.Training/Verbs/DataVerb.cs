using System.CommandLine;
using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Data.Demonstration;
using SkinClassifier.Imaging;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>data: looking into, splitting and drawing datasets.</summary>
internal static class DataVerb
{
    public static Command Create() => new("data", "Look into, split or draw datasets.") { Inspect(), Preview(), Split(), Demo() };

    private static Command Inspect()
    {
        Argument<string> data = new("data") { Description = "A folder with one sub-folder per class, or a CSV with the columns path and label." };
        Option<string> format = new("--format") { Description = "How to print.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        Command command = new("inspect", "Count classes, sizes, unreadable files and exact duplicates.") { data, format };
        command.SetAction((parsed, cancellation) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            ImageDataset dataset = Datasets.Open(terminal, parsed.GetRequiredValue(data), groupBy: null, minimumClasses: 1, silent: true);
            DatasetInspection inspection = terminal.WithProgress(progress => DatasetInspection.Inspect(dataset, progress: (done, total) => progress.Report("reading", done, total), cancellationToken: cancellation));
            Terminal.Result(parsed.GetValue(format) == "json" ? Encoding.UTF8.GetString(inspection.ToJson()) : inspection.ToString());
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Preview()
    {
        Argument<string> data = new("data") { Description = "A folder with one sub-folder per class, or a CSV with the columns path and label." };
        Option<string> output = new("--output", "-o") { Description = "The contact sheet to write.", Required = true, HelpName = "sheet.png" };
        Option<string> augment = new("--augment") { Description = "none, light, standard, strong, or a JSON file.", DefaultValueFactory = _ => "standard", HelpName = "preset|file.json" };
        Option<int> pictures = new Option<int>("--pictures") { Description = "How many pictures, taken from all classes in turn.", DefaultValueFactory = _ => 8 }.InRange(1, 200);
        Option<ulong> seed = CommonOptions.Seed();
        Command command = new("preview", "Draw a contact sheet: each row a picture and what augmentation makes of it.") { data, output, augment, pictures, seed };
        command.SetAction(parsed =>
        {
            List<string> faults = [];
            AugmentationPipeline pipeline = TrainOptionSet.ParseAugmentation(parsed.GetValue(augment)!, faults);
            if (faults.Count > 0)
                throw new ArgumentException(faults[0]);
            ImageDataset dataset = Datasets.Open(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(data), groupBy: null, minimumClasses: 1);
            IEnumerable<ImageExample> chosen = dataset.Examples.GroupBy(e => e.LabelIndex).SelectMany(g => g.Select((example, i) => (example, i))).OrderBy(p => p.i).Select(p => p.example).Take(parsed.GetValue(pictures));
            RgbImage sheet = AugmentationSheet.Draw([.. chosen.Select(e => RgbImage.Load(e.File!))], pipeline, seed: parsed.GetValue(seed));
            sheet.Save(parsed.GetRequiredValue(output));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Split()
    {
        Argument<string> data = new("data") { Description = "A folder with one sub-folder per class." };
        Option<string> output = CommonOptions.OutputFolder();
        Option<double> validation = new Option<double>("--validation") { Description = "Share of the groups for validation.", DefaultValueFactory = _ => 0.1 }.InRange(0, 0.9);
        Option<double> test = new Option<double>("--test") { Description = "Share of the groups for the test.", DefaultValueFactory = _ => 0.2 }.InRange(0, 0.9);
        Option<string?> groupBy = new("--group-by") { Description = "Column of metadata.csv; pictures with the same value never fall into two parts.", HelpName = "column" };
        Option<ulong> seed = CommonOptions.Seed();
        Command command = new("split", "Copy a dataset into train, validation and test folders, stratified.") { data, output, validation, test, groupBy, seed };
        command.SetAction((parsed, cancellation) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            string folder = parsed.GetRequiredValue(output);
            ImageDataset dataset = Datasets.Open(terminal, parsed.GetRequiredValue(data), parsed.GetValue(groupBy));
            DatasetParts parts = terminal.WithProgress(progress => DatasetSplitter.Split(dataset, folder, parsed.GetValue(validation), parsed.GetValue(test), parsed.GetValue(groupBy), parsed.GetValue(seed), (done, total) => progress.Report("copying", done, total), cancellation));
            terminal.Note($"{folder}: train {parts.Train.Examples.Count}, validation {parts.Validation.Examples.Count}, test {parts.Test.Examples.Count} pictures");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Demo()
    {
        Option<string> output = CommonOptions.OutputFolder();
        Option<int> perClass = new Option<int>("--per-class") { Description = "Pictures per class.", DefaultValueFactory = _ => 60 }.InRange(2, 10_000);
        Option<int> size = new Option<int>("--size") { Description = "Side of the pictures in pixels.", DefaultValueFactory = _ => 128 }.InRange(DemonstrationDataset.MinSize, 1024);
        Option<ulong> seed = CommonOptions.Seed();
        Command command = new("demo", "Draw a small labelled demo dataset: drawings, no photographs.") { output, perClass, size, seed };
        command.SetAction((parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(output);
            DemonstrationDataset.Write(folder, parsed.GetValue(perClass), parsed.GetValue(size), parsed.GetValue(seed), cancellation);
            CommonOptions.Terminal(parsed).Note($"{folder}: {parsed.GetValue(perClass)} drawings for each class");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
