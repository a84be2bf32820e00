using System.CommandLine;
using System.Globalization;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Selection;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>train: a dataset folder becomes a model, figures and a report.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        Argument<string> data = new("data") { Description = "A folder with one sub-folder per class, or a CSV with the columns path and label." };
        Option<string> output = CommonOptions.OutputFolder();
        Option<string?> config = new("--config") { Description = "Options from a JSON file; the config.json of an earlier run is valid. The command line wins.", HelpName = "file" };
        Option<string?> resume = new("--resume") { Description = "Go on with a run that was stopped: its output folder. Its options hold, its checkpoint is the start, the result is that of an undisturbed run.", HelpName = "folder" };
        Option<string?> workspace = new("--workspace") { Description = "Folder for computed features, used again by later runs; default: workspace in the output folder.", HelpName = "folder" };
        TrainOptionSet options = new();
        Command command = new("train", "Train a classifier on a folder of pictures.") { data, output, config, resume, workspace };
        foreach (Option option in options.All)
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            ParseResult values = parsed;
            string? earlier = parsed.GetValue(resume);
            if (earlier is not null && !File.Exists(Path.Combine(earlier, "config.json")))
                throw new InputException($"{earlier}: expected the output folder of a stopped run, found no config.json there. Run train without --resume.");
            if ((parsed.GetValue(config) ?? (earlier is null ? null : Path.Combine(earlier, "config.json"))) is { } file)
            {
                values = parsed.RootCommandResult.Command.Parse([.. parsed.Tokens.Select(t => t.Value), .. RunConfiguration.ReadAsArguments(file, options.All, parsed)]);
                if (values.Errors.Count > 0)
                    throw new ArgumentException($"{file}: {string.Join(" ", values.Errors.Select(e => e.Message))}");
            }
            string folder = values.GetRequiredValue(output);
            RunFolders folders = new(folder, values.GetValue(workspace) ?? Path.Combine(earlier ?? folder, "workspace"), Path.Combine(earlier ?? folder, "checkpoint"), earlier is not null);
            return Task.FromResult(Run(CommonOptions.Terminal(values), values, options, values.GetRequiredValue(data), folders, cancellation));
        });
        return command;
    }

    private static int Run(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath, RunFolders folders, CancellationToken cancellation)
    {
        string folder = folders.Output;
        if (folders.Resume && !Directory.Exists(folders.Checkpoint))
            throw new InputException($"{folders.Checkpoint}: expected the folder that a stopped run leaves, found none: the run was finished. To repeat it, run train without --resume.");
        TrainingPreparation prepared = TrainingPreparation.Make(terminal, parsed, options, dataPath);
        DatasetParts parts = prepared.Parts;
        Directory.CreateDirectory(folder);
        // The folder says that the run is not finished, also before there is a checkpoint in it; one of an earlier run is not this run's.
        if (!folders.Resume && Directory.Exists(folders.Checkpoint))
            Directory.Delete(folders.Checkpoint, recursive: true);
        Directory.CreateDirectory(folders.Checkpoint);
        RunConfiguration.Write(Path.Combine(folder, "config.json"), options.All, parsed, new Dictionary<string, string>());
        (ImageClassificationTrainer trainer, ImageClassificationModel model) = terminal.WithProgress(progress =>
        {
            ImageClassificationTrainer trainer = new(prepared.Options(parsed, options, folders, new TrainingDisplay(progress).Show));
            return (trainer, trainer.Fit(parts.Train, cancellation));
        });
        Save(model, folders, !parsed.GetValue(options.NoMlNet));
        RunConfiguration.Write(Path.Combine(folder, "config.json"), options.All, parsed, Chosen(parsed, options, prepared, model));
        RunTables.WriteSplits(Path.Combine(folder, "splits.csv"), parts);
        RunTables.WriteHistory(Path.Combine(folder, "history.csv"), model.History ?? TrainingHistory.Empty);
        if (cancellation.IsCancellationRequested)
        {
            Terminal.Warn($"cancelled: {Path.Combine(folder, "model.zip")} has the best weights so far and was not measured; `--resume {folder}` goes on where it stopped");
            return ExitCode.Cancelled;
        }
        Measure(terminal, parsed, options, prepared, trainer, model, folders, cancellation);
        if (Directory.Exists(folders.Checkpoint))
            Directory.Delete(folders.Checkpoint, recursive: true);
        return ExitCode.Done;
    }

    private static void Measure(Terminal terminal, ParseResult parsed, TrainOptionSet options, TrainingPreparation prepared, ImageClassificationTrainer trainer, ImageClassificationModel model, RunFolders folders, CancellationToken cancellation)
    {
        string folder = folders.Output;
        (ImageDataset data, DatasetParts parts) = (prepared.Data, prepared.Parts);
        bool tested = parts.Test.Examples.Count > 0;
        ImageDataset measured = tested ? parts.Test : parts.Validation.Examples.Count > 0 ? parts.Validation : parts.Train;
        string measuredOn = tested ? "test part" : parts.Validation.Examples.Count > 0 ? "validation part, which also chose the epoch: too good" : "training part itself: far too good";
        if (!tested)
            Terminal.Warn($"there is no test part; the figures are for the {measuredOn}");
        ModelEvaluation evaluation = terminal.WithProgress(progress => model.Evaluate(measured, new EvaluationOptions
        {
            Threads = parsed.GetValue(options.Threads),
            Seed = parsed.GetValue(options.Seed),
            Progress = (done, total) => progress.Report("measuring", done, total),
            CancellationToken = cancellation,
        }));
        ModelManifest manifest = model.Manifest with { Metrics = Figures(evaluation) };
        RunReport report = new()
        {
            Title = $"Picture classifier: {string.Join(", ", model.Labels.Take(8))}{(model.Labels.Count > 8 ? ", …" : "")}",
            MeasuredOn = measuredOn,
            Metrics = evaluation.Metrics,
            Examples = evaluation.Examples,
            Skipped = [.. data.Skipped.Concat(trainer.Skipped).Concat(evaluation.Skipped).DistinctBy(s => s.Path)],
            Parts = parts,
            History = model.History,
            Manifest = manifest,
            Options = [.. prepared.Open(parsed, options).Select(c => KeyValuePair.Create($"chosen: --{c.Option} {c.Value}", c.Reason)), .. options.All.Select(o => KeyValuePair.Create(o.Name, Convert.ToString(parsed.GetResult(o)?.GetValueOrDefault<object?>(), CultureInfo.InvariantCulture) ?? "chosen")), .. model.Manifest.Options.OrderBy(o => o.Key, StringComparer.Ordinal)],
            Warnings = data.Warnings,
        };
        Save(model.With(manifest, ModelCard.Create(report)), folders, !parsed.GetValue(options.NoMlNet));
        report.Write(folder);
        Terminal.Result(evaluation.ToString());
        terminal.Note($"written: {folder} (model.zip, report.html, metrics.json, predictions.csv, …)");
    }

    private static Dictionary<string, string> Chosen(ParseResult parsed, TrainOptionSet options, TrainingPreparation prepared, ImageClassificationModel model)
    {
        Dictionary<string, string> chosen = new(model.Manifest.Options, StringComparer.Ordinal);
        foreach (RecipeChoice choice in prepared.Open(parsed, options))
            chosen[$"--{choice.Option}"] = $"{choice.Value}: {choice.Reason}";
        return chosen;
    }

    private static void Save(ImageClassificationModel model, RunFolders folders, bool includeMlNet)
    {
        try
        {
            model.Save(Path.Combine(folders.Output, "model.zip"), new ModelSaveOptions { IncludeMlNet = includeMlNet });
        }
        catch (IOException fault)
        {
            throw new IOException($"{fault.Message} Nothing that was learnt is lost as long as {folders.Checkpoint} is there: `--resume {Path.GetDirectoryName(folders.Checkpoint)}` goes on from there.", fault);
        }
    }

    private static Dictionary<string, double> Figures(ModelEvaluation evaluation)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal) { ["count"] = evaluation.Examples.Count };
        void Add(string name, double? value)
        {
            if (value is { } known && double.IsFinite(known))
                figures[name] = known;
        }
        Add("microAccuracy", evaluation.Metrics.MicroAccuracy);
        Add("macroAccuracy", evaluation.Metrics.MacroAccuracy);
        Add("logLoss", evaluation.Metrics.LogLoss);
        Add("macroF1", evaluation.Metrics.MacroF1);
        Add("macroAuc", evaluation.Metrics.MacroAuc);
        return figures;
    }
}
