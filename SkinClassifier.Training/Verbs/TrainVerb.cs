using System.CommandLine;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>train: a dataset folder becomes a model, metrics and a report.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        Argument<string?> data = new("data") { Description = $"{Datasets.Description} With --resume and --config: default is that of the earlier run.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> output = new("--output", "-o") { Description = "Folder for the results; with --resume: default is the folder of the stopped run.", HelpName = "folder" };
        Option<string?> config = new("--config") { Description = "Options from a JSON file; the config.json of an earlier run is valid. The command line wins.", HelpName = "file" };
        Option<string?> resume = new("--resume") { Description = "Go on with a run that was stopped: its output folder. Its data and options hold, its checkpoint is the start, the result is that of an undisturbed run.", HelpName = "folder" };
        Option<string?> workspace = new("--workspace") { Description = "Folder for computed features, used again by later runs; default: workspace in the output folder.", HelpName = "folder" };
        TrainOptionSet options = new();
        Command command = new("train", "Train a classifier on a folder of images.") { data, output, config, resume, workspace };
        foreach (Option option in options.All)
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(resume) is not null)
                return;
            if (result.GetValue(output) is null)
                result.AddError("--output (-o): expected the folder for the results, received none. Only --resume FOLDER brings its own.");
            if (result.GetValue(data) is null && result.GetValue(config) is null)
                result.AddError("<data>: expected a folder with one sub-folder per class, or a CSV file; received none. Only --resume FOLDER and --config FILE bring their own.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            ParseResult values = parsed;
            string? earlier = parsed.GetValue(resume);
            if (earlier is not null && EarlierConfiguration(earlier) is null)
                throw new InputException($"{earlier}: expected the output folder of a stopped run, found no config.json there. Run train without --resume.");
            string folder = parsed.GetValue(output) ?? earlier!;
            using RunLock own = RunLock.Take(folder);
            using RunLock? other = earlier is null || Path.GetFullPath(earlier) == Path.GetFullPath(folder) ? null : RunLock.Take(earlier);
            if (earlier is not null)
                AtomicFile.DeleteUnfinished(earlier, below: true);
            string? kept = null;
            if ((parsed.GetValue(config) ?? (earlier is null ? null : EarlierConfiguration(earlier))) is { } file)
            {
                List<string> arguments = [.. parsed.Tokens.Select(t => t.Value), .. RunConfiguration.ReadAsArguments(file, options.All, parsed)];
                if (parsed.GetValue(output) is null)
                    arguments.AddRange([output.Name, folder]);
                if (parsed.GetValue(data) is null)
                    arguments.Insert(arguments.IndexOf("train") + 1, EarlierData(file, earlier));
                values = parsed.RootCommandResult.Command.Parse(arguments);
                if (values.Errors.Count > 0)
                    throw new ArgumentException($"{file}: {string.Join(" ", values.Errors.Select(e => e.Message))}");
                kept = earlier is null ? null : RunConfiguration.WorkspaceOf(file);
            }
            RunFolders folders = new(folder, values.GetValue(workspace) ?? kept ?? Path.Combine(earlier ?? folder, "workspace"), Path.Combine(earlier ?? folder, "checkpoint"), earlier is not null);
            return Task.FromResult(Run(CommonOptions.Terminal(values), values, options, values.GetValue(data)!, folders, cancellationToken));
        });
        return command;
    }

    /// <summary>The options of a run that was stopped; null when the folder has none.</summary>
    private static string? EarlierConfiguration(string run) => BudgetRun.ConfigurationOf(run) ?? (Path.Combine(run, "config.json") is var path && File.Exists(path) ? path : null);

    /// <summary>The data of an earlier run, which must still be there.</summary>
    private static string EarlierData(string config, string? resumed)
    {
        string again = resumed is null ? $"--config {config}" : $"--resume {resumed}";
        string data = RunConfiguration.DataOf(config) ?? throw new InputException($"{config}: expected \"data\", the folder or CSV file of the run, received none. Name it: skinclassifier train <data> {again}.");
        return File.Exists(data) || Directory.Exists(data) ? data
            : throw new InputException($"{data}: expected the data of the earlier run, found nothing there. Where it has moved, name its new place: skinclassifier train <data> {again}.");
    }

    private static int Run(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath, RunFolders folders, CancellationToken cancellationToken)
    {
        string folder = folders.Output;
        if (parsed.GetValue(options.Ensemble) && parsed.GetValue(options.Folds) == 0)
            throw new ArgumentException("--ensemble: expected --folds K beside it. Models that are already trained are joined by the verb ensemble.");
        if (parsed.GetValue(options.Folds) == 1)
            throw new ArgumentException("--folds: expected 2 or more, or 0 for none, received 1.");
        if (parsed.GetValue(options.TimeBudget) is not null)
            return BudgetRun.Run(terminal, parsed, options, dataPath, folders, cancellationToken);
        if (parsed.GetValue(options.Folds) > 0)
            return FoldsRun.Run(terminal, parsed, options, dataPath, folders, cancellationToken);
        if (folders.Resume && !Directory.Exists(folders.Checkpoint))
            throw new InputException($"{folders.Checkpoint}: expected the folder that a stopped run leaves, found none: the run was finished. To repeat it, run train without --resume.");
        string splitsOfRun = Path.Combine(folders.Checkpoint, "splits.csv");
        TrainingPreparation prepared = TrainingPreparation.Make(terminal, parsed, options, dataPath, folders.Resume ? splitsOfRun : null);
        DatasetSplits splits = prepared.Splits;
        Directory.CreateDirectory(folder);
        // The folder says that the run is not finished, also before there is a checkpoint in it; one of an earlier run is not this run's.
        if (!folders.Resume && Directory.Exists(folders.Checkpoint))
            Directory.Delete(folders.Checkpoint, recursive: true);
        Directory.CreateDirectory(folders.Checkpoint);
        if (!File.Exists(splitsOfRun))
            RunTables.WriteSplits(splitsOfRun, splits);
        RunConfiguration.Write(Path.Combine(folder, "config.json"), options.All, parsed, new Dictionary<string, string>());
        (ImageClassificationTrainer trainer, ImageClassificationModel model) = terminal.WithProgress(progress =>
        {
            ImageClassificationTrainer trainer = new(prepared.Options(parsed, options, folders, new TrainingDisplay(progress).Show));
            return (trainer, trainer.Fit(splits.Train, cancellationToken));
        });
        TrainingResult.Save(model, folders, !parsed.GetValue(options.NoMlNet));
        RunConfiguration.Write(Path.Combine(folder, "config.json"), options.All, parsed, TrainingResult.Chosen(parsed, options, prepared, model));
        RunTables.WriteSplits(Path.Combine(folder, "splits.csv"), splits);
        RunTables.WriteHistory(Path.Combine(folder, "history.csv"), model.History ?? TrainingHistory.Empty);
        if (cancellationToken.IsCancellationRequested)
        {
            Terminal.Warn($"cancelled: {Path.Combine(folder, "model.zip")} has the best weights so far and was not measured; {TrainingResult.WayOn(folders)}");
            return ExitCode.Cancelled;
        }
        Measure(terminal, parsed, options, prepared, trainer.Skipped, model, folders, cancellationToken);
        if (Directory.Exists(folders.Checkpoint))
            Directory.Delete(folders.Checkpoint, recursive: true);
        return ExitCode.Done;
    }

    /// <summary>Measures the finished model on the test set, or for want of one on another, and writes all files.</summary>
    internal static void Measure(Terminal terminal, ParseResult parsed, TrainOptionSet options, TrainingPreparation prepared, IReadOnlyList<SkippedFile> skipped, ImageClassificationModel model, RunFolders folders, CancellationToken cancellationToken, Func<RunReport, RunReport>? more = null)
    {
        DatasetSplits splits = prepared.Splits;
        bool tested = splits.Test.Examples.Count > 0;
        ImageDataset measured = tested ? splits.Test : splits.Validation.Examples.Count > 0 ? splits.Validation : splits.Train;
        string measuredOn = tested ? "test set" : splits.Validation.Examples.Count > 0 ? "validation set, which also chose the epoch: too good" : "training set itself: far too good";
        if (!tested)
            Terminal.Warn($"there is no test set; the metrics are for the {measuredOn}");
        ModelEvaluation evaluation = TrainingResult.Evaluate(terminal, parsed, options, model, measured, cancellationToken);
        RunReport report = TrainingResult.Report(parsed, options, prepared, model, evaluation.Metrics, evaluation.Examples, measuredOn, skipped.Concat(evaluation.Skipped));
        TrainingResult.Write(parsed, options, model, more is null ? report : more(report), folders);
        Terminal.Result(evaluation.ToString());
        terminal.Note($"written: {folders.Output} (model.zip, report.html, metrics.json, predictions.csv, …)");
    }
}
