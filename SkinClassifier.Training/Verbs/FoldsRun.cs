using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>
/// train --folds K: every image is measured by a model that has not seen it; the model is one trained on all images, or with --ensemble the folds'
/// models as one.
/// </summary>
internal static class FoldsRun
{
    public static int Run(
        Terminal terminal, OptionValues values, string dataPath, RunFolders folders, TrainShards? shards, CancellationToken cancellationToken)
    {
        string folder = folders.Output, foldFolder = FolderOf(shards?.Folder ?? Path.GetDirectoryName(folders.Checkpoint)!);
        bool ensemble = values.Get<bool>(RunOptionTable.Ensemble);
        TrainingPreparation prepared = TrainingPreparation.Make(terminal, values, dataPath);
        prepared = prepared.WithNearCopies(terminal, values, folders, cancellationToken);
        HashSet<string> tested = [.. prepared.Splits.Test.Examples.Select(e => e.Path)];
        ImageDataset images = prepared.Data.Subset(prepared.Data.Examples.Where(e => !tested.Contains(e.Path)));
        // Each fold measures, and so does the test set.
        TrainingPreparation.WarnOfTeacher(prepared.Complete.Teacher, prepared.Data.Examples);
        ulong seed = values.Get<ulong>(TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Seed)));
        if (CrossValidation.Problem(images, values.Get<int>(RunOptionTable.Folds), seed) is { } problem)
            throw new UsageException([$"{RunOptionTable.Folds.Flag}: {problem}"]);
        if (shards is { Shard: { } part })
            return FoldShardRun.Run(terminal, values, prepared, images, folders, shards, part, cancellationToken);
        if (shards is not null)
            FoldShardRun.Check(shards.Folder, values, prepared, images);
        if (folders.Resume && !Directory.Exists(foldFolder) && !Directory.Exists(folders.Checkpoint))
            throw new InputException($"{foldFolder}: expected the folder that a stopped run with --folds leaves, found none. Run train without --resume.");
        foreach (string stale in new[] { foldFolder, folders.Checkpoint })
            if (!folders.Resume && shards is null && Directory.Exists(stale))
                Directory.Delete(stale, recursive: true);
        RunConfiguration.Write(Path.Combine(folder, "config.json"), RunOptionTable.All, values, new Dictionary<string, string>(), dataPath);
        CrossValidation? running = null;
        CrossValidationResult result;
        try
        {
            result = terminal.WithProgress(progress =>
            {
                ImageClassificationTrainerOptions trainer = prepared.Options(folders,
                    new TrainingDisplay(progress).Show) with
                { ValidationSet = null, ValidationSetFraction = values.Get<double>(RunOptionTable.Validation) };
                running = new CrossValidation(trainer)
                {
                    Folds = values.Get<int>(RunOptionTable.Folds),
                    Trained = fold => folders.Resume || shards is not null ? Kept(foldFolder, fold) : null,
                    FoldTrained = (fold, model) => Keep(foldFolder, fold, model),
                };
                return running.Run(images, cancellationToken);
            });
        }
        catch (OperationCanceledException) when (running?.Interrupted is { } model)
        {
            TrainingResult.Save(model, folders, !values.Get<bool>(RunOptionTable.NoMlNet));
            Terminal.Warn($"cancelled: {Path.Combine(folder, "model.zip")} is the model of the fold that was being trained and was not measured; "
                + $"`--resume {folder}` continues with that fold");
            return ExitCode.Cancelled;
        }
        ImageClassificationModel final = ensemble ? result.ToEnsemble() : Final(terminal, values, prepared, images, folders, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            Terminal.Warn($"cancelled while the final model was trained; `--resume {folder}` continues there");
            return ExitCode.Cancelled;
        }
        final = final.With(final.Manifest with { Decision = result.Decision }).WithPolicy(result.Policy?.WithChecks(final.Policy?.Checks));
        FoldMetrics[] folds = [.. result.Folds.Select(f => new FoldMetrics(f.Fold, f.TrainingImages, f.Metrics))];
        RunReport report = TrainingResult.Report(values, prepared, final, result.Metrics, result.Examples,
            $"all folds, each image by the model of {folds.Length} that had not seen it",
            result.Folds.SelectMany(f => f.Evaluation.Skipped)) with
        // The final model has seen these images; the mistakes are those of the others.
        { Folds = folds, Model = null };
        TrainingResult.Write(values, final, report, folders);
        RunTables.WriteSplits(Path.Combine(folder, "splits.csv"),
            [.. result.Folds.Select(f => KeyValuePair.Create($"fold{f.Fold}", f.Evaluation.Examples)),
                .. tested.Count > 0 ? [KeyValuePair.Create("test", prepared.Splits.Test.Examples)]
                    : Array.Empty<KeyValuePair<string, IReadOnlyList<ImageExample>>>()]);
        if (ensemble)
            JoinHistories(foldFolder, folds.Length, Path.Combine(folder, "history.csv"));
        RunConfiguration.Write(Path.Combine(folder, "config.json"), RunOptionTable.All, values, TrainingResult.Chosen(prepared, final), dataPath);
        Terminal.Result(FoldTable.ToText(folds));
        Terminal.Result($"\nall folds together\n{result.Metrics}");
        if (tested.Count > 0)
            MeasureTest(terminal, values, prepared, final, folder, cancellationToken);
        if (Directory.Exists(folders.Checkpoint))
            Directory.Delete(folders.Checkpoint, recursive: true);
        terminal.Note($"written: {folder} (model.zip: {(ensemble ? $"the {folds.Length} models of the folds as one" : "trained on all images")}; "
            + $"report.html, metrics.json, folds.csv, …)");
        return ExitCode.Done;
    }

    private static ImageClassificationModel Final(Terminal terminal, OptionValues values, TrainingPreparation prepared, ImageDataset images,
        RunFolders folders, CancellationToken cancellationToken) => terminal.WithProgress(progress =>
    {
        progress.Line($"the final model is trained on all {images.Examples.Count} images");
        string checkpoint = Path.Combine(folders.Checkpoint, "final");
        RunFolders own = folders with { Checkpoint = checkpoint, Resume = folders.Resume && Directory.Exists(checkpoint) };
        ImageClassificationModel model = new ImageClassificationTrainer(prepared.Options(own, new TrainingDisplay(progress).Show) with { Policy = null })
            .Fit(prepared.Splits.Train, cancellationToken);
        TrainingResult.Save(model, folders, !values.Get<bool>(RunOptionTable.NoMlNet));
        return model;
    });

    private static void MeasureTest(Terminal terminal, OptionValues values, TrainingPreparation prepared, ImageClassificationModel model,
        string folder, CancellationToken cancellationToken)
    {
        ModelEvaluation evaluation = TrainingResult.Evaluate(terminal, values, model, prepared.Splits.Test, cancellationToken);
        MetricsJson.Write(Path.Combine(folder, "test-metrics.json"), evaluation.Metrics, evaluation.FindLeaks(), evaluation.Policy);
        Terminal.Result($"\nmodel.zip on the test set\n{evaluation}");
    }

    /// <summary>Saves a fold's model and reads it again, so that a resumed run has the same numbers.</summary>
    internal static ImageClassificationModel Keep(string foldFolder, int fold, ImageClassificationModel model)
    {
        RunTables.WriteHistory(Path.Combine(foldFolder, $"fold-{fold}", "history.csv"), model.History ?? TrainingHistory.Empty);
        model.Save(ModelOf(foldFolder, fold), new ModelSaveOptions { IncludeMlNet = false });
        return ImageClassificationModel.Load(ModelOf(foldFolder, fold));
    }

    /// <summary>The model of a fold that is trained already; null for another one.</summary>
    internal static ImageClassificationModel? Kept(string foldFolder, int fold) =>
        ModelOf(foldFolder, fold) is var model && File.Exists(model) ? ImageClassificationModel.Load(model) : null;

    private static void JoinHistories(string foldFolder, int folds, string path)
    {
        string[][] tables = [.. Enumerable.Range(1, folds).Select(fold => File.ReadAllLines(Path.Combine(foldFolder, $"fold-{fold}", "history.csv")))];
        AtomicFile.WriteText(path, string.Concat(tables[0].Take(1).Concat(tables.SelectMany(t => t.Skip(1))).Select(line => line + "\r\n")));
    }

    /// <summary>Where a run keeps the models of its folds.</summary>
    internal static string FolderOf(string run) => Path.Combine(run, "folds");

    /// <summary>The model of a fold, 1-based.</summary>
    internal static string ModelOf(string foldFolder, int fold) => Path.Combine(foldFolder, $"fold-{fold}", "model.zip");
}
