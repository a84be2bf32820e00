namespace SkinClassifier.Data;

/// <summary>The words that name a split, the same for folders, CSV columns and lists of splits; any letter case, blanks around them do not count.</summary>
internal static class SplitNames
{
    private static readonly Dictionary<string, DatasetSplit> _known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = DatasetSplit.Train,
        ["training"] = DatasetSplit.Train,
        ["validation"] = DatasetSplit.Validation,
        ["valid"] = DatasetSplit.Validation,
        ["val"] = DatasetSplit.Validation,
        ["dev"] = DatasetSplit.Validation,
        ["test"] = DatasetSplit.Test,
        ["testing"] = DatasetSplit.Test,
        ["eval"] = DatasetSplit.Test,
        ["evaluation"] = DatasetSplit.Test,
        ["holdout"] = DatasetSplit.Test,
    };

    /// <summary>The known words, for messages.</summary>
    public static string List { get; } = "train, training; validation, valid, val, dev; test, testing, eval, evaluation, holdout";

    /// <summary>The split of a word; null when it is not known.</summary>
    public static DatasetSplit? Find(string word) => _known.TryGetValue(word.Trim(), out DatasetSplit found) ? found : null;

    /// <summary>Whether a word is what a run with --folds writes for one of its folds.</summary>
    public static bool IsFold(string word) =>
        word.Trim() is { Length: > 4 } fold && fold.StartsWith("fold", StringComparison.Ordinal) && fold.AsSpan(4).ContainsAnyExceptInRange('0', '9') == false;

    /// <summary>Name of a split in files and messages.</summary>
    public static string NameOf(DatasetSplit split) => split.ToString().ToLowerInvariant();
}
