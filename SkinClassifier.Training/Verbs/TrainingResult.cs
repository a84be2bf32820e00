using System.Globalization;
using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>What every kind of training ends with: values in the model, and the files about the run.</summary>
internal static class TrainingResult
{
    /// <summary>Measures a model and tells how far it is.</summary>
    public static ModelEvaluation Evaluate(
        Terminal terminal, OptionValues values, ImageClassificationModel model, ImageDataset measured, CancellationToken cancellationToken) =>
        terminal.WithProgress(progress => model.Evaluate(measured, new EvaluationOptions
        {
            Threads = values.Get<int>(TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Threads))),
            Decoder = TrainerSetup.Decoder(values),
            Seed = values.Get<ulong>(TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Seed))),
            Progress = (done, total) => progress.Report("measuring", done, total),
            CancellationToken = cancellationToken,
        }));

    /// <summary>The report of a run; its manifest has the main values.</summary>
    public static RunReport Report(OptionValues values, TrainingPreparation prepared, ImageClassificationModel model,
        ImageClassificationMetrics metrics, IReadOnlyList<ImageExample> examples, string measuredOn, IEnumerable<SkippedFile> skipped,
        PolicyMetrics? policy = null) => prepared.Reports.Apply(new RunReport
        {
            Title = $"Image classifier: {string.Join(", ", model.Labels.Take(8))}{(model.Labels.Count > 8 ? ", …" : "")}",
            MeasuredOn = measuredOn,
            Metrics = metrics,
            Examples = examples,
            Skipped = [.. prepared.Data.Skipped.Concat(skipped).DistinctBy(s => s.Path).Select(s => s with { Reason = CommandLineNames.Translate(s.Reason) })],
            Splits = prepared.Splits,
            History = model.History,
            Manifest = model.Manifest with { Metrics = Metrics(metrics) },
            Options = [.. Options(values, given: true), .. prepared.Chosen.Select(c => KeyValuePair.Create($"chosen: --{c.Option} {c.Value}", c.Reason)),
                .. model.Manifest.Options.OrderBy(o => o.Key, StringComparer.Ordinal)],
            UnchangedOptions = [.. Options(values, given: false)],
            Warnings = prepared.Warnings,
            Leaks = ContentLeaks.Between(prepared.Splits, examples, prepared.Complete.Teacher?.Seen),
            NearCopies = prepared.NearCopies,
            Policy = policy,
            Model = model,
            Engine = new ImagePredictionOptions
            {
                Threads = values.Get<int>(TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Threads))),
                Decoder = TrainerSetup.Decoder(values),
            },
        });

    /// <summary>
    /// Writes the model with its values and every file of the report; when a file cannot be written the message says what is there and what continues.
    /// </summary>
    public static void Write(OptionValues values, ImageClassificationModel model, RunReport report, RunFolders folders)
    {
        ReportFigures figures = new(report);
        Save(model.With(report.Manifest!, ModelCard.Create(report, figures)), folders, !values.Get<bool>(RunOptionTable.NoMlNet));
        try
        {
            (report with { ConfigurationFile = Path.Combine(folders.Output, "config.json") }).Write(folders.Output, figures);
        }
        catch (IOException error)
        {
            throw new IOException($"{error.Message} The model is finished: {Path.Combine(folders.Output, "model.zip")} is whole and has its values; "
                + $"the other files of {folders.Output} are missing or those of an earlier run. Make room; then `skinclassifier evaluate "
                + $"{Path.Combine(folders.Output, "model.zip")} <data> -o <folder>` writes them for any data, and {WayOn(folders)}", error);
        }
    }

    /// <summary>Writes model.zip; when that fails the message says what the run has left behind.</summary>
    public static void Save(ImageClassificationModel model, RunFolders folders, bool includeMlNet)
    {
        string path = Path.Combine(folders.Output, "model.zip");
        try
        {
            model.Save(path, new ModelSaveOptions { IncludeMlNet = includeMlNet });
        }
        catch (IOException error)
        {
            string left = IsOfThisRun(path) ? $"The model.zip that is there was saved by this run before it was measured, and is whole: "
                + $"`skinclassifier evaluate {path} <data> -o <folder>` measures it. "
                : LastCheckpoint(folders) is null ? "What was trained is lost: " : "Nothing is lost up to the last checkpoint: ";
            throw new IOException($"{error.Message} {left}{WayOn(folders)}", error);
        }
    }

    /// <summary>How a run that was stopped continues: from its last checkpoint, when there is one.</summary>
    public static string WayOn(RunFolders folders) => LastCheckpoint(folders) is { } written
        ? string.Create(CultureInfo.InvariantCulture,
            $"`skinclassifier train --resume {Path.GetDirectoryName(folders.Checkpoint)}` continues from the checkpoint of {written:yyyy-MM-dd HH:mm:ss}.")
        : $"there is no checkpoint to go on from; `skinclassifier train --resume {Path.GetDirectoryName(folders.Checkpoint)}` starts this run from "
            + $"its beginning.";

    /// <summary>When the last checkpoint of a run was written; null when there is none.</summary>
    private static DateTime? LastCheckpoint(RunFolders folders) => !Directory.Exists(folders.Checkpoint) ? null
        : Directory.EnumerateFiles(folders.Checkpoint, "checkpoint.bin", SearchOption.AllDirectories).Select(f => (DateTime?)File.GetLastWriteTime(f)).Max();

    /// <summary>Whether a file was written since this process began.</summary>
    private static bool IsOfThisRun(string path)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
        return File.Exists(path) && File.GetLastWriteTime(path) >= process.StartTime;
    }

    /// <summary>What was chosen, for config.json.</summary>
    public static Dictionary<string, string> Chosen(TrainingPreparation prepared, ImageClassificationModel model)
    {
        Dictionary<string, string> chosen = new(model.Manifest.Options, StringComparer.Ordinal);
        foreach (RecipeChoice choice in prepared.Chosen)
            chosen[$"--{choice.Option}"] = $"{choice.Value}: {choice.Reason}";
        return chosen;
    }

    private static IEnumerable<KeyValuePair<string, string>> Options(OptionValues values, bool given) =>
        RunOptionTable.All.Where(l => l.InConfiguration && values.IsGiven(l) == given).Select(l => KeyValuePair.Create(l.Flag, values.TextOf(l) ?? "chosen"));

    private static Dictionary<string, double> Metrics(ImageClassificationMetrics metrics)
    {
        Dictionary<string, double> values = new(StringComparer.Ordinal) { ["count"] = metrics.Count };
        foreach (string name in new[] { "microAccuracy", "macroAccuracy", "logLoss", "macroF1", "macroAuc" })
            if (metrics[name] is { } value && double.IsFinite(value))
                values[name] = value;
        return values;
    }
}
