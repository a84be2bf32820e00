using SkinClassifier.Sharding;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>train --folds or --time-budget in shards.</summary>
/// <param name="Folder">The folder of -o of the shards.</param>
/// <param name="Shard">The shard whose folds or trials are made; null: the folds of all shards are there and become the files of one run.</param>
/// <param name="Arguments">The command line, for the step that joins.</param>
internal sealed record TrainShards(string Folder, Shard? Shard, IReadOnlyList<string> Arguments)
{
    /// <summary>The hidden option with which merge starts the verb again.</summary>
    public const string JoinFlag = EvaluateShardRun.JoinFlag;

    /// <summary>What all shards of a training have in common.</summary>
    /// <param name="values">All options; what is kept in config.json must be equal, but for the threads.</param>
    /// <param name="model">The networks that are trained.</param>
    /// <param name="data">Hash of the images.</param>
    /// <param name="parts">Parts of the work: folds, or searches.</param>
    /// <param name="shards">Number of shards.</param>
    public static ShardRun Describe(OptionValues values, string model, string data, int parts, int shards) => new(
        "train", typeof(TrainShards).Assembly.GetName().Version?.ToString(3) ?? "", model, data, parts, shards,
        [.. RunOptionTable.All.Where(l => l.InConfiguration && l.Name != "threads").Select(l => KeyValuePair.Create(l.Name, values.TextOf(l) ?? ""))])
    { Block = 1 };
}
