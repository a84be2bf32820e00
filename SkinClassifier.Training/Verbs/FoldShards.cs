using SkinClassifier.Sharding;

namespace SkinClassifier.Training.Verbs;

/// <summary>train --folds in shards.</summary>
/// <param name="Folder">The folder of -o of the shards.</param>
/// <param name="Shard">Which shard's folds are trained; null: all are, and they become the files of one run.</param>
/// <param name="Arguments">The command line, for the step that joins.</param>
internal sealed record FoldShards(string Folder, Shard? Shard, IReadOnlyList<string> Arguments)
{
    /// <summary>The hidden option with which merge starts the verb again.</summary>
    public const string JoinFlag = EvaluateShardRun.JoinFlag;
}
