using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Sharding;
using SkinClassifier.Trainers.Search;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>
/// train --time-budget --shard: each shard has the whole time and every Nth candidate, and leaves a finished run in a folder of its own. The step that joins
/// takes the run whose model is best on the validation set.
/// </summary>
internal static class SearchShardRun
{
    /// <summary>First word of the files' names.</summary>
    public const string Stem = "search";

    private const string LeaderboardFile = "leaderboard.csv", RunFile = "run.txt";

    private static readonly string[] _columns = ["sha256", "score", "macroAccuracy", "macroAuc", "logLoss"];

    public static int Run(Terminal terminal, OptionValues values, string dataPath, RunFolders folders, Shard shard, CancellationToken cancellationToken)
    {
        ShardFolder parts = new(folders.Output, Stem);
        string own = FolderOf(folders.Output, shard), file = parts.PathOf(shard, "csv");
        RunFolders ownFolders = new(own, folders.Workspace, Path.Combine(own, "checkpoint"), Resume: false);
        BudgetRun search = BudgetRun.Open(terminal, values, dataPath, ownFolders, shard);
        if (search.Candidates.Count == 0)
            throw new UsageException([$"--shard: expected at most as many shards as there are candidates, received {shard}."]);
        ShardRun run = TrainShards.Describe(values, search.NetworkNames, search.DataHash, shard.Count, shard.Count);
        if (parts.Begin(run, shard) is not null && File.Exists(ModelOf(own)) && FileContent.Sha256(ModelOf(own)) == Read(file)[0])
        {
            terminal.Note($"{file}: shard {shard} is complete already; it is skipped");
            return ExitCode.Done;
        }
        using (RunLock.Take(own))
        {
            // A search that was stopped or killed goes on from its journal; what another run has left is no part of this one.
            bool isKnown = File.Exists(Path.Combine(own, RunFile)) && File.ReadAllText(Path.Combine(own, RunFile)) == run.Fingerprint;
            AtomicFile.DeleteUnfinished(own, below: true);
            AtomicFile.WriteText(Path.Combine(own, RunFile), run.Fingerprint);
            if (search.Run(isKnown && BudgetRun.ConfigurationOf(own) is not null, cancellationToken) is not ExitCode.Done and var code)
                return code;
            TrialOutcome outcome = search.Measure(ImageClassificationModel.Load(ModelOf(own)), cancellationToken);
            AtomicFile.WriteText(file, CsvText.Line(_columns) + CsvText.Line(FileContent.Sha256(ModelOf(own)), CsvText.Number(outcome.Score),
                CsvText.Number(outcome.MacroAccuracy), CsvText.Number(outcome.MacroAuc), CsvText.Number(outcome.LogLoss)));
        }
        new ShardRecord(run, shard.Index, Path.GetFileName(file), 0, 1, 0, FileContent.Sha256(file)).Write(parts.PathOf(shard, "json"));
        terminal.Note($"written: {own}; when all {shard.Count} shards are there: skinclassifier merge {folders.Output}");
        return ExitCode.Done;
    }

    /// <summary>Copies the files of the best run, and joins the leaderboards.</summary>
    /// <exception cref="InvalidContentException">A shard is missing, damaged or of another search.</exception>
    public static int Join(Terminal terminal, string from, string to)
    {
        IReadOnlyList<ShardRecord> parts = new ShardFolder(from, Stem).Complete();
        string[][] outcomes = [.. parts.Select(p => Read(Path.Combine(from, p.File)))];
        foreach (ShardRecord part in parts)
            if (FolderOf(from, part.Shard) is var folder && (!File.Exists(ModelOf(folder)) || FileContent.Sha256(ModelOf(folder)) != outcomes[part.Index][0]))
                throw new InvalidContentException($"{ModelOf(folder)}: expected the model that shard {part.Shard} has trained, "
                    + $"found {(File.Exists(ModelOf(folder)) ? "another" : "none")}. Run this shard again.");
        ShardRecord best = parts.OrderByDescending(p => Number(outcomes[p.Index][1], double.NegativeInfinity))
            .ThenBy(p => Number(outcomes[p.Index][4], double.PositiveInfinity)).ThenBy(p => p.Index).First();
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(FolderOf(from, best.Shard)).Where(f => Path.GetFileName(f) is not (RunLock.FileName or RunFile)))
            AtomicFile.Write(Path.Combine(to, Path.GetFileName(file)), output =>
            {
                using FileStream input = File.OpenRead(file);
                input.CopyTo(output);
            });
        Joined(from, parts)?.WriteCsv(Path.Combine(to, LeaderboardFile));
        terminal.Note($"written: {to}: the run of shard {best.Shard}, whose model has the best score on the validation set, "
            + $"{Number(outcomes[best.Index][1], double.NaN).ToString("0.000", CultureInfo.InvariantCulture)} (all: "
            + $"{string.Join(", ", outcomes.Select(o => Number(o[1], double.NaN).ToString("0.000", CultureInfo.InvariantCulture)))})");
        return ExitCode.Done;
    }

    /// <summary>The candidates of all shards: later rounds first, then by score; the first column is their rank, the last one the shard.</summary>
    private static Leaderboard? Joined(string from, IReadOnlyList<ShardRecord> parts)
    {
        (ShardRecord Part, CsvTable Table)[] tables = [.. parts.Select(p => (Part: p, Path: Path.Combine(FolderOf(from, p.Shard), LeaderboardFile)))
            .Where(p => File.Exists(p.Path)).Select(p => (p.Part, CsvTable.Read(p.Path)))];
        if (tables.Length == 0)
            return null;
        CsvTable first = tables[0].Table;
        int rank = first.IndexOf("rank"), round = first.IndexOf("round"), score = first.IndexOf("score"), loss = first.IndexOf("logLoss");
        string[][] rows = [.. tables.SelectMany(t => t.Table.Rows.Select(r => (string[])[.. r, t.Part.Shard.ToString()]))
            .OrderByDescending(r => Number(r[round], 0)).ThenByDescending(r => Number(r[score], double.NegativeInfinity))
            .ThenBy(r => Number(r[loss], double.PositiveInfinity))];
        foreach ((int index, string[] row) in rows.Index())
            row[rank] = (index + 1).ToString(CultureInfo.InvariantCulture);
        return new Leaderboard([.. first.Columns, "shard"], rows);
    }

    private static string FolderOf(string folder, Shard shard) =>
        Path.Combine(folder, "searches", string.Create(CultureInfo.InvariantCulture, $"shard-{shard.Index:00000}-of-{shard.Count:00000}"));

    private static string ModelOf(string folder) => Path.Combine(folder, "model.zip");

    /// <summary>The only row of a shard's file.</summary>
    private static string[] Read(string file) => CsvTable.Read(file) is { Rows: [string[] row], Columns.Count: 5 } ? row
        : throw new InvalidContentException($"{file}: expected one row of {string.Join(',', _columns)}, received another table. Run this shard again.");

    private static double Number(string text, double missing) => double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : missing;
}
