using System.Globalization;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Sharding;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>
/// train --folds --shard: trains the folds of one shard into <c>folds/fold-k</c>. A fold that is there already is not trained again; one that was being
/// trained when its process was killed goes on from its checkpoint.
/// </summary>
internal static class FoldShardRun
{
    /// <summary>First word of the files' names.</summary>
    public const string Stem = "folds";

    private const string RunFile = "run.txt";

    public static int Run(Terminal terminal, OptionValues values, TrainingPreparation prepared, ImageDataset images, RunFolders folders, TrainShards shards,
        Shard shard, CancellationToken cancellationToken)
    {
        ShardFolder parts = new(shards.Folder, Stem);
        ShardRun run = Describe(values, prepared, images, shard.Count);
        string foldFolder = FoldsRun.FolderOf(shards.Folder), file = parts.PathOf(shard, "csv");
        if (shard.Count > run.Rows)
            throw new UsageException([$"--shard: expected at most {run.Rows} shards for {run.Rows} folds, received {shard}."]);
        (long first, long count) = shard.Range(run.Rows, run.Block);
        int[] own = [.. Enumerable.Range((int)first + 1, (int)count)];
        if (parts.Begin(run, shard) is not null && File.ReadAllText(file) == Table(foldFolder, own))
        {
            terminal.Note($"{file}: shard {shard} is complete already; it is skipped");
            return ExitCode.Done;
        }
        foreach (int fold in own)
            Clean(Path.GetDirectoryName(FoldsRun.ModelOf(foldFolder, fold))!, Path.Combine(folders.Checkpoint, $"fold-{fold}"), run.Fingerprint);
        try
        {
            terminal.WithProgress(progress =>
            {
                ImageClassificationTrainerOptions trainer = prepared.Options(folders with { Resume = true }, new TrainingDisplay(progress).Show) with
                { ValidationSet = null, ValidationSetFraction = values.Get<double>(RunOptionTable.Validation) };
                new CrossValidation(trainer)
                {
                    Folds = values.Get<int>(RunOptionTable.Folds),
                    Trained = fold => FoldsRun.Kept(foldFolder, fold),
                    FoldTrained = (fold, model) => FoldsRun.Keep(foldFolder, fold, model),
                }.Train(images, own.Contains, cancellationToken);
                return true;
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Terminal.Warn($"cancelled: starting shard {shard} again goes on with the fold that was being trained");
            return ExitCode.Cancelled;
        }
        AtomicFile.WriteText(file, Table(foldFolder, own));
        new ShardRecord(run, shard.Index, Path.GetFileName(file), 0, count, 0, FileContent.Sha256(file)) { Arguments = shards.Arguments }
            .Write(parts.PathOf(shard, "json"));
        foreach (int fold in own)
            if (Path.Combine(folders.Checkpoint, $"fold-{fold}") is var checkpoint && Directory.Exists(checkpoint))
                Directory.Delete(checkpoint, recursive: true);
        terminal.Note($"written: {foldFolder} (folds {string.Join(", ", own)}); when all {shard.Count} shards are there: skinclassifier merge {shards.Folder}");
        return ExitCode.Done;
    }

    /// <summary>Refuses to join shards that are missing, damaged or of another run than this one.</summary>
    /// <exception cref="InvalidContentException">They are; the text names what.</exception>
    public static void Check(string folder, OptionValues values, TrainingPreparation prepared, ImageDataset images)
    {
        ShardFolder parts = new(folder, Stem);
        IReadOnlyList<ShardRecord> complete = parts.Complete();
        ShardRun run = complete[0].Run;
        if (Describe(values, prepared, images, run.Shards).DifferenceTo(run) is { } difference)
            throw new InvalidContentException($"{folder}: {difference} in the shards: the images, the network or the program have changed since. "
                + "Bring back what has changed, or run all shards again in another folder.");
        foreach (ShardRecord part in complete)
        {
            (long first, long count) = part.Shard.Range(run.Rows, run.Block);
            if (File.ReadAllText(Path.Combine(folder, part.File)) != Table(FoldsRun.FolderOf(folder), Enumerable.Range((int)first + 1, (int)count)))
                throw new InvalidContentException($"{FoldsRun.FolderOf(folder)}: expected the models that shard {part.Shard} has trained, found others. "
                    + "Run this shard again.");
        }
    }

    /// <summary>Takes away what another run has left of a fold, and writes down whose it is from now on.</summary>
    private static void Clean(string fold, string checkpoint, string fingerprint)
    {
        string run = Path.Combine(fold, RunFile);
        if (File.Exists(run) && File.ReadAllText(run) == fingerprint)
        {
            AtomicFile.DeleteUnfinished(fold);
            DeleteDamaged(Path.Combine(fold, Path.GetFileName(FoldsRun.ModelOf(fold, 1))));
            return;
        }
        foreach (string stale in new[] { fold, checkpoint })
            if (Directory.Exists(stale))
                Directory.Delete(stale, recursive: true);
        AtomicFile.WriteText(run, fingerprint);
    }

    private static void DeleteDamaged(string model)
    {
        if (!File.Exists(model))
            return;
        try
        {
            ImageClassificationModel.Load(model);
        }
        catch (SkinClassifierException error)
        {
            Terminal.Warn($"{error.Message} The fold is trained again.");
            File.Delete(model);
        }
    }

    /// <summary>The folds with the SHA-256 of their models; empty for one that is not there.</summary>
    private static string Table(string foldFolder, IEnumerable<int> folds)
    {
        StringBuilder text = new(CsvText.Line("fold", "sha256"));
        foreach (int fold in folds)
            text.Append(CsvText.Line(fold.ToString(CultureInfo.InvariantCulture),
                FoldsRun.ModelOf(foldFolder, fold) is var model && File.Exists(model) ? FileContent.Sha256(model) : ""));
        return text.ToString();
    }

    private static ShardRun Describe(OptionValues values, TrainingPreparation prepared, ImageDataset images, int shards) => TrainShards.Describe(values,
        LoadedBackbone.Load(prepared.Complete).WeightsHash ?? "random weights", DatasetHash.Of(prepared.Data, images), values.Get<int>(RunOptionTable.Folds),
        shards);
}
