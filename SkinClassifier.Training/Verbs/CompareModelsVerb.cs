using System.CommandLine;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>compare-models: two models on the same labeled images.</summary>
internal static class CompareModelsVerb
{
    public static Command Create()
    {
        Argument<string> first = new("first") { Description = "A model.zip." };
        Argument<string> second = new("second") { Description = "Another model.zip of the same classes." };
        Argument<string> data = new("data") { Description = $"{Datasets.Description} Of one with sets (train, validation, test) the test set is measured." };
        Option<string> output = CommonOptions.OutputFolder();
        Option<string?> groupBy =
            new("--group-by") { Description = "Column of metadata.csv; the bootstrap treats images with the same value as one.", HelpName = "column" };
        Option<string?> subset = DatasetOptionSet.Subset();
        Option<string?> map = EvaluateVerb.Map();
        DatasetOptionSet reading = new();
        Option<ulong> seed = CommonOptions.Seed();
        Option<int> threads = CommonOptions.Threads();
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Command command = new CheckedCommand("compare-models", "Compare two models on the same labeled images: McNemar, DeLong, bootstrap differences.",
            parsed => CommonOptions.OutputErrors(parsed, output, data))
        {
            first, second, data, output, groupBy, subset, map, seed, threads, maxPixels,
        };
        reading.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            string folder = parsed.GetRequiredValue(output), path = parsed.GetRequiredValue(data);
            (string Path, ImageClassificationModel Model)[] models =
                [.. new[] { first, second }.Select(parsed.GetRequiredValue).Select(p => (p, ImageClassificationModel.Load(p)))];
            OptionValues values = reading.Values(parsed);
            using RunLock own = RunLock.Take(folder);
            ImageDataset all = EvaluateVerb.Mapped(Datasets.Open(terminal, path, parsed.GetValue(groupBy), minimumClasses: 1,
                reading: DatasetOptionTable.Read(values), decoder: parsed.Decoder(maxPixels)), parsed.GetValue(map));
            ImageDataset measured = Datasets.Measured(all, parsed.GetValue(subset), out string measuredOn);
            try
            {
                ModelEvaluation[] said = [.. models.Select(m => terminal.WithProgress(progress => m.Model.Evaluate(measured, new EvaluationOptions
                {
                    Threads = parsed.GetValue(threads),
                    Decoder = parsed.Decoder(maxPixels),
                    Seed = parsed.GetValue(seed),
                    UsePolicy = false,
                    Progress = (done, total) => progress.Report($"measuring {Path.GetFileName(m.Path)}", done, total),
                    CancellationToken = cancellationToken,
                })))];
                ComparisonReport report = ComparisonReport.Of(models[0].Path, said[0], models[1].Path, said[1], measuredOn);
                if (report.Warning is { } warning)
                    Terminal.Warn(warning);
                report.Write(folder);
                RunConfiguration.Write(Path.Combine(folder, "config.json"), [groupBy, subset, map, seed, threads, maxPixels], parsed,
                    new Dictionary<string, string>(), path, reading.ForConfiguration(values));
                Terminal.Result(report.ToString());
            }
            catch (ArgumentException error)
            {
                throw new InputException(error.Message);
            }
            terminal.Note($"written: {folder} (comparison.html, comparison.json, …)");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
