using System.CommandLine;
using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Data.Synthetic;
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
        command.SetAction((parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            ImageDataset dataset = Datasets.Open(terminal, parsed.GetRequiredValue(data), groupBy: null, minimumClasses: 1, silent: true);
            DatasetInspection inspection = terminal.WithProgress(progress => DatasetInspection.Inspect(dataset, progress: (done, total) => progress.Report("reading", done, total), cancellationToken: cancellationToken));
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
        Option<int> images = new Option<int>("--images") { Description = "How many images, taken from all classes in turn.", DefaultValueFactory = _ => 8 }.InRange(1, 200);
        Option<ulong> seed = CommonOptions.Seed();
        Command command = new("preview", "Draw a contact sheet: each row an image and what augmentation makes of it.") { data, output, augment, images, seed };
        command.SetAction(parsed =>
        {
            List<string> errors = [];
            AugmentationPipeline pipeline = TrainOptionSet.ParseAugmentation(parsed.GetValue(augment)!, errors);
            if (errors.Count > 0)
                throw new ArgumentException(errors[0]);
            ImageDataset dataset = Datasets.Open(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(data), groupBy: null, minimumClasses: 1);
            IEnumerable<ImageExample> chosen = dataset.Examples.GroupBy(e => e.LabelIndex).SelectMany(g => g.Select((example, i) => (example, i))).OrderBy(p => p.i).Select(p => p.example).Take(parsed.GetValue(images));
            RgbImage[] drawn = [.. chosen.Select(e => RgbImage.Load(e.File!))];
            RgbImage sheet = AugmentationSheet.Draw(drawn, pipeline, seed: parsed.GetValue(seed));
            sheet.Save(parsed.GetRequiredValue(output));
            CommonOptions.Terminal(parsed).Note($"written: {parsed.GetRequiredValue(output)} ({drawn.Length} images in rows, {sheet.Width}×{sheet.Height} pixels)");
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
        Option<string?> groupBy = new("--group-by") { Description = "Column of metadata.csv; images with the same value never fall into two sets.", HelpName = "column" };
        Option<ulong> seed = CommonOptions.Seed();
        Command command = new("split", "Copy a dataset into train, validation and test folders, stratified.") { data, output, validation, test, groupBy, seed };
        command.SetAction((parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            string folder = parsed.GetRequiredValue(output);
            ImageDataset dataset = Datasets.Open(terminal, parsed.GetRequiredValue(data), parsed.GetValue(groupBy));
            DatasetSplits splits = terminal.WithProgress(progress => DatasetSplitter.Split(dataset, folder, parsed.GetValue(validation), parsed.GetValue(test), parsed.GetValue(groupBy), parsed.GetValue(seed), (done, total) => progress.Report("copying", done, total), cancellationToken));
            terminal.Note($"{folder}: train {splits.Train.Examples.Count}, validation {splits.Validation.Examples.Count}, test {splits.Test.Examples.Count} images");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Demo()
    {
        Option<string> output = CommonOptions.OutputFolder();
        Option<int> perClass = new Option<int>("--per-class") { Description = "Images per class.", DefaultValueFactory = _ => 60 }.InRange(2, 10_000);
        Option<int> size = new Option<int>("--size") { Description = "Side of the images in pixels.", DefaultValueFactory = _ => 128 }.InRange(SyntheticDataset.MinSize, 1024);
        Option<ulong> seed = CommonOptions.Seed();
        Command command = new("demo", "Draw a small labeled demo dataset: synthetic images, no photographs.") { output, perClass, size, seed };
        command.SetAction((parsed, cancellationToken) =>
        {
            string folder = parsed.GetRequiredValue(output);
            SyntheticDataset.Write(folder, parsed.GetValue(perClass), parsed.GetValue(size), parsed.GetValue(seed), cancellationToken);
            CommonOptions.Terminal(parsed).Note($"{folder}: {parsed.GetValue(perClass)} synthetic images for each class");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
