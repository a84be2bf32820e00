using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Sharding;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>What a shard of an evaluation has scored.</summary>
/// <param name="Scored">Scores of its images.</param>
/// <param name="Corrupted">Predictions of its corrupted images; null without --robustness.</param>
internal sealed record EvaluatedShard(EvaluationPart Scored, CorruptedPart? Corrupted);

/// <summary>evaluate --shard: every shard scores its images into a file of its own; merge measures them all as one evaluation does.</summary>
internal sealed class EvaluateShardRun(Terminal terminal, ImageClassificationModel model, string modelPath, ImageDataset data, ImageDataset measured,
    EvaluationOptions how, IReadOnlyList<KeyValuePair<string, string>> options)
{
    /// <summary>First word of the files' names.</summary>
    public const string Stem = "evaluation";

    /// <summary>The hidden option with which merge starts the verb again.</summary>
    public const string JoinFlag = "--join-shards";

    private const string Extension = "bin";

    /// <summary>Scores the shard's images into its file, which is skipped when it is complete already.</summary>
    public int Run(Shard shard, string folder, bool corrupts, IReadOnlyList<string> arguments)
    {
        ShardFolder parts = new(folder, Stem);
        ShardRun run = Describe(shard.Count);
        string file = parts.PathOf(shard, Extension);
        if (parts.Begin(run, shard) is not null)
        {
            terminal.Note($"{file}: shard {shard} is complete already; it is skipped");
            return ExitCode.Done;
        }
        EvaluatedShard scored = Score(shard, corrupts);
        AtomicFile.Write(file, stream =>
        {
            using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
            scored.Scored.Write(writer);
            writer.Write(corrupts);
            scored.Corrupted?.Write(writer);
        });
        int errors = scored.Scored.Skipped.Count;
        new ShardRecord(run, shard.Index, Path.GetFileName(file), 0, shard.Range(run.Rows).Count, errors, FileContent.Sha256(file)) { Arguments = arguments }
            .Write(parts.PathOf(shard, "json"));
        if (errors > 0)
            Terminal.Warn($"{file}: {errors} images could not be read; merge lists them in skipped.csv");
        terminal.Note($"written: {file} ({shard.Range(run.Rows).Count} images); when all {shard.Count} are there: skinclassifier merge {folder}");
        return ExitCode.Done;
    }

    /// <summary>What all shards in a folder have scored, in order.</summary>
    /// <exception cref="InvalidContentException">A shard is missing, damaged, or of another evaluation than this one.</exception>
    public IReadOnlyList<EvaluatedShard> Read(string folder)
    {
        IReadOnlyList<ShardRecord> parts = new ShardFolder(folder, Stem).Complete();
        if (Describe(parts.Count).DifferenceTo(parts[0].Run) is { } difference)
            throw new InvalidContentException($"{folder}: {difference} in the shards: the model, the images or the program have changed since. "
                + "Bring back what has changed, or run all shards again in another folder.");
        return [.. parts.Select(part => ReadFile(Path.Combine(folder, part.File)))];
    }

    private EvaluatedShard ReadFile(string file)
    {
        using BinaryReader reader = new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16), Encoding.UTF8);
        EvaluationPart scored = EvaluationPart.Read(reader, model.Policy?.Checks?.Quality);
        return new EvaluatedShard(scored, reader.ReadBoolean() ? CorruptedPart.Read(reader) : null);
    }

    private EvaluatedShard Score(Shard shard, bool corrupts)
    {
        (long first, long count) = shard.Range(measured.Examples.Count);
        try
        {
            EvaluationPart scored = terminal.WithProgress(progress => EvaluationPart.Score(model, measured,
                how with { Progress = (done, total) => progress.Report("measuring", done, total) }, (int)first, (int)count));
            return new EvaluatedShard(scored, !corrupts ? null : terminal.WithProgress(progress => RobustnessEvaluation.Score(model, measured,
                how.Decision ?? model.Decision, how with { Progress = (done, total) => progress.Report("corrupting", done, total) }, (int)first, (int)count)));
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
    }

    private ShardRun Describe(int shards) => new("evaluate", typeof(EvaluateShardRun).Assembly.GetName().Version?.ToString(3) ?? "",
        FileContent.Sha256(modelPath), DatasetHash.Of(data, measured), measured.Examples.Count, shards, options);
}
