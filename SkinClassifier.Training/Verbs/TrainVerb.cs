using System.CommandLine;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>train: a dataset folder becomes a model, metrics and a report.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        Argument<string?> data = new("data")
        {
            Description = $"{Datasets.Description} With --resume and --config: default is that of the earlier run.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> output = new("--output", "-o")
        {
            Description = "Folder for the results; with --resume: default is the folder of the stopped run.",
            HelpName = "folder",
        };
        OptionSet options = new(RunOptionTable.All);
        ShardOptions shards = new();
        // What merge starts this verb with: the models of the folds are in that folder.
        Option<string?> join = new(TrainShards.JoinFlag) { Hidden = true };
        Command command = new CheckedCommand("train", "Train a classifier on a folder of images.",
            parsed => [.. Missing(parsed, data, output, options), .. TrainRequest.Errors(options, parsed), .. ShardErrors(parsed, shards, options)])
        { data, output, join };
        options.AddTo(command);
        shards.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            OptionReading reading = TrainRequest.Read(options, parsed);
            OptionValues values = reading.Values;
            string? earlier = values.Get<string?>(RunOptionTable.Resume);
            if (earlier is not null && TrainRequest.ConfigurationOf(earlier) is null)
                throw new InputException($"{earlier}: expected the output folder of a stopped run, found no config.json there. Run train without --resume.");
            string folder = parsed.GetValue(output) ?? earlier!;
            TrainShards? folds = shards.IsGiven(parsed) ? new TrainShards(folder, shards.Read(parsed), ShardOptions.WithoutShard(parsed))
                : parsed.GetValue(join) is { } from ? new TrainShards(from, null, []) : null;
            IProcessGroup? group = TrainingProcesses.Join(values.Get<string>(RunOptionTable.Distributed), CommonOptions.Terminal(parsed), folder);
            bool isFirst = group is not { Rank: > 0 };
            using RunLock? own = isFirst && folds?.Shard is null ? RunLock.Take(folder) : null;
            using RunLock? other = !isFirst || earlier is null || Path.GetFullPath(earlier) == Path.GetFullPath(folder) ? null : RunLock.Take(earlier);
            if (earlier is not null && isFirst)
                AtomicFile.DeleteUnfinished(earlier, below: true);
            foreach (string warning in reading.Warnings)
                Terminal.Warn(warning);
            string? file = values.Get<string?>(RunOptionTable.Config) ?? (earlier is null ? null : TrainRequest.ConfigurationOf(earlier));
            if (earlier is not null && !values.IsGiven(RunOptionTable.Workspace) && RunConfiguration.WorkspaceOf(file!) is { } kept)
                values = values.With(RunOptionTable.Workspace, kept);
            string workspace = values.Get<string?>(RunOptionTable.Workspace) ?? Path.Combine(earlier ?? folds?.Folder ?? folder, "workspace");
            RunFolders folders = new(folder, workspace, Path.Combine(earlier ?? folder, "checkpoint"), earlier is not null);
            string dataPath = parsed.GetValue(data) ?? EarlierData(file!, earlier);
            return Task.FromResult(TrainingProcesses.Complete(isFirst
                ? Run(CommonOptions.Terminal(parsed), values, dataPath, folders, folds, group, cancellationToken)
                : Help(values, dataPath, folders, group!, cancellationToken)));
        });
        return command;
    }

    /// <summary>The data of an earlier run, which must still be there.</summary>
    private static string EarlierData(string config, string? resumed)
    {
        string again = resumed is null ? $"--config {config}" : $"--resume {resumed}";
        string data = RunConfiguration.DataOf(config)
            ?? throw new InputException(
                $"{config}: expected \"data\", the folder or CSV file of the run, received none. Name it: skinclassifier train <data> {again}.");
        return File.Exists(data) || Directory.Exists(data) ? data
            : throw new InputException($"{data}: expected the data of the earlier run, found nothing there. Where it has moved, name its new place: "
                + $"skinclassifier train <data> {again}.");
    }

    /// <summary>What the command line has to name because no earlier run brings it.</summary>
    private static IEnumerable<string> Missing(ParseResult parsed, Argument<string?> data, Option<string?> output, OptionSet options)
    {
        OptionValues line = options.Read(parsed).Values;
        if (line.IsGiven(RunOptionTable.Resume))
            yield break;
        if (parsed.GetResult(output) is null)
            yield return "--output (-o): expected the folder for the results, received none. Only --resume FOLDER brings its own.";
        if (parsed.GetValue(data) is null && !line.IsGiven(RunOptionTable.Config))
            yield return "<data>: expected a folder with one sub-folder per class, or a CSV file; received none. Only --resume FOLDER and --config "
                + "FILE bring their own.";
        if (FolderScanner.OutputError(parsed.GetValue(output), parsed.GetValue(data)) is { } inside)
            yield return inside;
    }

    /// <summary>What cannot be done in shards.</summary>
    private static IEnumerable<string> ShardErrors(ParseResult parsed, ShardOptions shards, OptionSet options)
    {
        if (!shards.IsGiven(parsed) || parsed.Errors.Count > 0)
            return [];
        OptionValues values = options.Read(parsed).Values;
        List<string> errors = [.. shards.Errors(parsed)];
        if (values.Get<int>(RunOptionTable.Folds) == 0 && !values.IsGiven(RunOptionTable.TimeBudget))
            errors.Add($"--shard: expected {RunOptionTable.Folds.Flag} K or {RunOptionTable.TimeBudget.Flag} beside it: folds or the candidates of a search "
                + "are what is shared out.");
        foreach (OptionLine line in new[] { RunOptionTable.Resume, RunOptionTable.Config }.Where(values.IsGiven))
            errors.Add($"--shard: expected without {line.Flag}. A shard that is started again goes on by itself; give all options on the command line.");
        return errors;
    }

    private static int Run(Terminal terminal, OptionValues values, string dataPath, RunFolders folders, TrainShards? shards, IProcessGroup? group,
        CancellationToken cancellationToken)
    {
        string folder = folders.Output;
        if (values.IsGiven(RunOptionTable.TimeBudget))
            return shards?.Shard is { } shard ? SearchShardRun.Run(terminal, values, dataPath, folders, shard, cancellationToken)
                : BudgetRun.Open(terminal, values, dataPath, folders).Run(folders.Resume, cancellationToken);
        if (values.Get<int>(RunOptionTable.Folds) > 0)
            return FoldsRun.Run(terminal, values, dataPath, folders, shards, cancellationToken);
        if (folders.Resume && !Directory.Exists(folders.Checkpoint))
            throw new InputException($"{folders.Checkpoint}: expected the folder that a stopped run leaves, found none: the run was finished. To "
                + $"repeat it, run train without --resume.");
        string splitsOfRun = Path.Combine(folders.Checkpoint, "splits.csv");
        TrainingPreparation prepared = TrainingPreparation.Make(terminal, values, dataPath, folders.Resume ? splitsOfRun : null);
        DatasetSplits splits = prepared.Splits;
        prepared = prepared.WithNearCopies(terminal, values, folders, cancellationToken);
        TrainingPreparation.WarnOfTeacher(prepared.Complete.Teacher, splits.Test.Examples);
        Directory.CreateDirectory(folder);
        // The folder says that the run is not finished, also before there is a checkpoint in it; one of an earlier run is not this run's.
        if (!folders.Resume && Directory.Exists(folders.Checkpoint))
            Directory.Delete(folders.Checkpoint, recursive: true);
        Directory.CreateDirectory(folders.Checkpoint);
        if (!File.Exists(splitsOfRun))
            RunTables.WriteSplits(splitsOfRun, splits);
        RunConfiguration.Write(Path.Combine(folder, "config.json"), RunOptionTable.All, values, new Dictionary<string, string>(), dataPath);
        (ImageClassificationTrainer trainer, ImageClassificationModel model) = terminal.WithProgress(progress =>
        {
            ImageClassificationTrainer trainer = new(prepared.Options(folders, new TrainingDisplay(progress).Show) with { ProcessGroup = group });
            return (trainer, trainer.Fit(splits.Train, cancellationToken));
        });
        TrainingResult.Save(model, folders, !values.Get<bool>(RunOptionTable.NoMlNet));
        RunConfiguration.Write(Path.Combine(folder, "config.json"), RunOptionTable.All, values, TrainingResult.Chosen(prepared, model), dataPath);
        RunTables.WriteSplits(Path.Combine(folder, "splits.csv"), splits);
        RunTables.WriteHistory(Path.Combine(folder, "history.csv"), model.History ?? TrainingHistory.Empty);
        if (cancellationToken.IsCancellationRequested)
        {
            Terminal.Warn($"cancelled: {Path.Combine(folder, "model.zip")} has the best weights so far and was not measured; {TrainingResult.WayOn(folders)}");
            return ExitCode.Cancelled;
        }
        Measure(terminal, values, prepared, trainer.Skipped, model, folders, cancellationToken);
        if (Directory.Exists(folders.Checkpoint))
            Directory.Delete(folders.Checkpoint, recursive: true);
        return ExitCode.Done;
    }

    /// <summary>What every process but the first does: it trains with the others, and leaves files and metrics to the first.</summary>
    private static int Help(OptionValues values, string dataPath, RunFolders folders, IProcessGroup group, CancellationToken cancellationToken)
    {
        TrainingPreparation prepared = TrainingPreparation.Make(
            new Terminal(quiet: true, verbose: false), values, dataPath, folders.Resume ? Path.Combine(folders.Checkpoint, "splits.csv") : null);
        new ImageClassificationTrainer(prepared.Options(folders, _ => { }) with { ProcessGroup = group }).Fit(prepared.Splits.Train, cancellationToken);
        return ExitCode.Done;
    }

    /// <summary>Measures the finished model on the test set, else on another set, and writes all files.</summary>
    internal static void Measure(Terminal terminal, OptionValues values, TrainingPreparation prepared, IReadOnlyList<SkippedFile> skipped,
        ImageClassificationModel model, RunFolders folders, CancellationToken cancellationToken, Func<RunReport, RunReport>? more = null)
    {
        DatasetSplits splits = prepared.Splits;
        bool tested = splits.Test.Examples.Count > 0;
        ImageDataset measured = tested ? splits.Test : splits.Validation.Examples.Count > 0 ? splits.Validation : splits.Train;
        string measuredOn = tested ? "test set" : splits.Validation.Examples.Count > 0 ? "validation set, which also chose the epoch: too good"
            : "training set itself: far too good";
        if (!tested)
            Terminal.Warn($"there is no test set; the metrics are for the {measuredOn}");
        ModelEvaluation evaluation = TrainingResult.Evaluate(terminal, values, model, measured, cancellationToken);
        RunReport report = TrainingResult.Report(values, prepared, model, evaluation.Metrics, evaluation.Examples, measuredOn,
            skipped.Concat(evaluation.Skipped), tested ? evaluation.Policy : null);
        report = report with { NeighborAgreement = tested ? evaluation.NeighborAgreement : null };
        TrainingResult.Write(values, model, more is null ? report : more(report), folders);
        Terminal.Result(evaluation.ToString());
        terminal.Note($"written: {folders.Output} (model.zip, report.html, metrics.json, predictions.csv, …)");
    }
}
