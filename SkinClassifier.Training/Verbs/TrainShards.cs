using SkinClassifier.Sharding;

namespace SkinClassifier.Training.Verbs;

/// <summary>train --folds or --time-budget in shards.</summary>
/// <param name="Folder">The folder of -o of the shards.</param>
/// <param name="Shard">The shard whose folds or trials are made; null: the folds of all shards are there and become the files of one run.</param>
/// <param name="Arguments">The command line, for the step that joins.</param>
internal sealed record TrainShards(string Folder, Shard? Shard, IReadOnlyList<string> Arguments)
{
    /// <summary>The hidden option with which merge starts the verb again.</summary>
    public const string JoinFlag = EvaluateShardRun.JoinFlag;
}
