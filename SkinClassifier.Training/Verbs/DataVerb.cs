using System.CommandLine;
using System.Text;
using SkinClassifier.Audit;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>data: looking into, splitting, listing and drawing datasets.</summary>
internal static class DataVerb
{
    public static Command Create() => new("data", "Look into, clean, split, list or draw datasets.")
    {
        Inspect(), DataReportVerb.Create(), Preview(), Split(), SuspectsVerb.Create(), CleanVerb.Create(), ManifestVerb.Create(), Demo(),
    };

    private static Command Inspect()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> format = new("--format") { Description = "How to print.", DefaultValueFactory = _ => "table" };
        format.OneOf("table", "json");
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Option<string?> groupBy = new("--group-by") { Description = "Column whose groups are counted; auto finds groups.", HelpName = "column" };
        Command command = new(
            "inspect", "Tell how a dataset is understood; count classes, sizes, unreadable files, exact and near duplicates, bad images.")
        { data, format, groupBy, maxPixels };
        DatasetOptionSet reading = new();
        reading.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            ImageDataset dataset = Datasets.Open(terminal, parsed.GetRequiredValue(data), parsed.GetValue(groupBy), minimumClasses: 1, silent: true,
                reading: reading.Read(parsed), decoder: parsed.Decoder(maxPixels));
            (Graph, ImagePreprocessor)? network = AuditNetwork.Find(terminal);
            DatasetInspection inspection = terminal.WithProgress(progress =>
                DatasetAudit.Inspect(dataset, network, parsed.Decoder(maxPixels),
                    (what, done, total) => progress.Report(what, done, total), cancellationToken));
            Terminal.Result(parsed.GetValue(format) == "json" ? Encoding.UTF8.GetString(inspection.ToJson()) : inspection.ToString());
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Preview()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> output = new("--output", "-o") { Description = "The contact sheet to write.", Required = true, HelpName = "sheet.png" };
        Option<AugmentationPipeline> augment = new Option<AugmentationPipeline>("--augment")
        {
            Description = "none, light, standard, strong, or a "
            + "JSON file.",
            DefaultValueFactory = _ => AugmentationPipeline.Preset("standard"),
            HelpName = "preset|file.json"
        }
            .Of(TrainerOptionTable.Augmentations);
        Option<int> images =
            new Option<int>("--images") { Description = "How many images, taken from all classes in turn.", DefaultValueFactory = _ => 8 }.InRange(1, 200);
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Option<ulong> seed = CommonOptions.Seed();
        Command command =
            new("preview", "Draw a contact sheet: each row an image and what augmentation makes of it.") { data, output, augment, images, seed, maxPixels };
        DatasetOptionSet reading = new();
        reading.AddTo(command);
        command.SetAction(parsed =>
        {
            ImageDataset dataset = Datasets.Open(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(data), groupBy: null, minimumClasses: 1,
                reading: reading.Read(parsed), decoder: parsed.Decoder(maxPixels));
            IEnumerable<ImageExample> chosen = dataset.Examples.GroupBy(e => e.LabelIndex).SelectMany(g => g.Select((example, i) => (example, i)))
                .OrderBy(p => p.i).Select(p => p.example).Take(parsed.GetValue(images));
            RgbImage[] rows = [.. chosen.Select(e => RgbImage.Load(e.File!, parsed.Decoder(maxPixels)))];
            RgbImage sheet = AugmentationSheet.Draw(rows, parsed.GetRequiredValue(augment), seed: parsed.GetValue(seed));
            sheet.Save(parsed.GetRequiredValue(output));
            CommonOptions.Terminal(parsed)
                .Note($"written: {parsed.GetRequiredValue(output)} ({rows.Length} images in rows, {sheet.Width}×{sheet.Height} pixels)");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Split()
    {
        Argument<string> data = new("data") { Description = "A folder with one sub-folder per class." };
        Option<string> output = CommonOptions.OutputFolder();
        Option<double> validation =
            new Option<double>("--validation") { Description = "Share of the groups for validation.", DefaultValueFactory = _ => 0.1 }.InRange(0, 0.9);
        Option<double> test =
            new Option<double>("--test") { Description = "Share of the groups for the test.", DefaultValueFactory = _ => 0.2 }.InRange(0, 0.9);
        Option<string?> groupBy =
            new("--group-by")
            {
                Description = "Column of metadata.csv; images with the same value never fall into two sets. auto finds groups.",
                HelpName = "column",
            };
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Option<ulong> seed = CommonOptions.Seed();
        CheckedCommand command = new("split", "Copy a dataset into train, validation and test folders, stratified.",
            parsed => parsed.Errors.Count > 0 ? [] : TrainRequest.FractionErrors(parsed.GetValue(validation), parsed.GetValue(test)))
        { data, output, validation, test, groupBy, seed, maxPixels };
        DatasetOptionSet reading = new();
        reading.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            string folder = parsed.GetRequiredValue(output);
            ImageDataset dataset = Datasets.Open(
                terminal, parsed.GetRequiredValue(data), parsed.GetValue(groupBy), reading: reading.Read(parsed), decoder: parsed.Decoder(maxPixels));
            DatasetSplits splits = terminal.WithProgress(progress =>
                DatasetSplitter.Split(dataset, folder, parsed.GetValue(validation), parsed.GetValue(test),
                    Datasets.ColumnOf(parsed.GetValue(groupBy)),
                    parsed.GetValue(seed), (done, total) => progress.Report("copying", done, total), cancellationToken));
            foreach (string warning in splits.Train.Warnings.Except(dataset.Warnings))
                Terminal.Warn(warning);
            terminal.Note(
                $"{folder}: train {splits.Train.Examples.Count}, validation {splits.Validation.Examples.Count}, test {splits.Test.Examples.Count} images");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Demo()
    {
        Option<string> output = CommonOptions.OutputFolder();
        Option<int> perClass = new Option<int>("--per-class") { Description = "Images per class.", DefaultValueFactory = _ => 60 }.InRange(2, 10_000);
        Option<int> size =
            new Option<int>("--size") { Description = "Side of the images in pixels.", DefaultValueFactory = _ => 128 }.InRange(SyntheticDataset.MinSize, 1024);
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
