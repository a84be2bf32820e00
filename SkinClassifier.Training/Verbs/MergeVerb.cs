using System.CommandLine;
using SkinClassifier.Common;
using SkinClassifier.Sharding;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.ParquetFiles;

namespace SkinClassifier.Training.Verbs;

/// <summary>merge: the parts of a run become what one process would have written.</summary>
internal static class MergeVerb
{
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "The folder of -o, with the files of all shards." };
        Option<string?> output = new("--output", "-o") { Description = "Folder for the joined files; default: the same folder.", HelpName = "folder" };
        Option<int> threads = CommonOptions.Threads();
        Command command = new("merge", "Join the shards of a run into the files of one run.") { folder, output, threads };
        command.SetAction((parsed, cancellationToken) =>
        {
            string from = parsed.GetRequiredValue(folder), to = parsed.GetValue(output) ?? from;
            Terminal terminal = CommonOptions.Terminal(parsed);
            return StemOf(from) switch
            {
                EvaluateShardRun.Stem or FoldShardRun.Stem => Again(terminal, from, to, parsed.GetValue(threads), cancellationToken),
                SearchShardRun.Stem => Task.FromResult(SearchShardRun.Join(terminal, from, to)),
                FeatureRun.Stem => Task.FromResult(FeatureRun.Join(terminal, from, to)),
                _ => Task.FromResult(Predictions(terminal, from, to)),
            };
        });
        return command;
    }

    /// <summary>Which verb's shards a folder has; that of predict when there are none at all.</summary>
    private static string StemOf(string from)
    {
        if (!Directory.Exists(from))
            throw new InputException($"{from}: expected the folder with the files of all shards, found no folder.");
        string[] stems = [.. new[] { PredictShardRun.Stem, EvaluateShardRun.Stem, FeatureRun.Stem, FoldShardRun.Stem, SearchShardRun.Stem }
            .Where(s => Directory.EnumerateFiles(from, $"{s}-*-of-*.json").Any())];
        return stems.Length <= 1 ? stems.FirstOrDefault(PredictShardRun.Stem)
            : throw new InvalidContentException($"{from}: expected the shards of one run, found those of several: {string.Join(", ", stems)}. "
                + "Take the files of all but one away.");
    }

    private static int Predictions(Terminal terminal, string from, string to)
    {
        ShardFolder folder = new(from, PredictShardRun.Stem);
        IReadOnlyList<ShardRecord> parts = folder.Complete();
        string path = Path.Combine(to, PredictShardRun.Stem + Path.GetExtension(parts[0].File));
        if (Path.GetExtension(path) == $".{ParquetPredictionWriter.Format}")
            ParquetTable.Join([.. parts.Select(p => Path.Combine(from, p.File))], path);
        else
            folder.Join(parts, path);
        long errors = parts.Sum(p => p.Errors);
        terminal.Note($"written: {path} ({parts.Sum(p => p.Images)} images of {parts.Count} shards)");
        if (errors > 0)
            Terminal.Warn($"{path}: {errors} images could not be read; their rows have the reason");
        return errors > 0 ? ExitCode.UnusableInput : ExitCode.Done;
    }

    /// <summary>Runs the command line of the shards once more, in their folder; it takes what they have scored or trained.</summary>
    private static async Task<int> Again(Terminal terminal, string from, string to, int threads, CancellationToken cancellationToken)
    {
        ShardRecord first = new ShardFolder(from, StemOf(from)).Complete()[0];
        string[] arguments = [.. first.Arguments, "--output", Path.GetFullPath(to), "--threads", $"{threads}",
            EvaluateShardRun.JoinFlag, Path.GetFullPath(from),
            .. terminal.Quiet ? ["--quiet"] : Array.Empty<string>(), .. terminal.Verbose ? ["--verbose"] : Array.Empty<string>()];
        string here = Directory.GetCurrentDirectory();
        try
        {
            // On a machine without that folder, relative paths are taken from here.
            if (Directory.Exists(first.WorkingFolder))
                Directory.SetCurrentDirectory(first.WorkingFolder);
            return await Program.InvokeAsync(CommandTree.Create().Parse(arguments), cancellationToken);
        }
        finally
        {
            Directory.SetCurrentDirectory(here);
        }
    }
}
