using System.CommandLine;
using SkinClassifier.Sharding;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>merge: the parts of a run become what one process would have written.</summary>
internal static class MergeVerb
{
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "The folder of -o, with the files of all shards." };
        Option<string?> output = new("--output", "-o") { Description = "Folder for the joined files; default: the same folder.", HelpName = "folder" };
        Command command = new("merge", "Join the shards of a run into the files of one run.") { folder, output };
        command.SetAction((parsed, _) =>
        {
            string from = parsed.GetRequiredValue(folder);
            return Task.FromResult(Predictions(CommonOptions.Terminal(parsed), from, parsed.GetValue(output) ?? from));
        });
        return command;
    }

    private static int Predictions(Terminal terminal, string from, string to)
    {
        if (!Directory.Exists(from))
            throw new InputException($"{from}: expected the folder with the files of all shards, found no folder.");
        ShardFolder folder = new(from, PredictShardRun.Stem);
        IReadOnlyList<ShardRecord> parts = folder.Complete();
        string path = Path.Combine(to, PredictShardRun.Stem + Path.GetExtension(parts[0].File));
        folder.Join(parts, path);
        long errors = parts.Sum(p => p.Errors);
        terminal.Note($"written: {path} ({parts.Sum(p => p.Images)} images of {parts.Count} shards)");
        if (errors > 0)
            Terminal.Warn($"{path}: {errors} images could not be read; their rows have the reason");
        return errors > 0 ? ExitCode.UnusableInput : ExitCode.Done;
    }
}
