namespace SkinClassifier.Data;

/// <summary>What is doubtful about three sets: classes without training or test images, content in several sets, groups in several sets.</summary>
internal static class SplitWarnings
{
    private const int Most = 8;

    /// <summary>The sentences.</summary>
    /// <param name="labels">All classes.</param>
    /// <param name="examples">All images with their sets.</param>
    /// <param name="given">Whether sets were given, so that groups may stand in several.</param>
    public static IEnumerable<string> Of(IReadOnlyList<string> labels, IReadOnlyList<ImageExample> examples, bool given)
    {
        if (given && Straddling(examples) is { } straddling)
            yield return straddling;
        string[] untrained = Without(DatasetSplit.Train), untested = Without(DatasetSplit.Test);
        if (untrained.Length > 0)
            yield return $"{Named(untrained)} no image to train on: the model cannot train {(untrained.Length == 1 ? "it" : "them")}, but has "
                + $"{(untrained.Length == 1 ? "it" : "them")} among its labels, and every image of {(untrained.Length == 1 ? "it" : "them")} counts "
                + $"as wrong. Add images or remove the class.";
        if (untested.Length > 0)
            yield return $"{Named(untested)} no image in the test set: {(untested.Length == 1 ? "its" : "their")} metrics are undefined and stay out "
                + $"of the macro averages.";

        string[] Without(DatasetSplit set)
        {
            HashSet<int> present = [.. examples.Where(e => e.Split == set).Select(e => e.LabelIndex)];
            return present.Count == 0 ? [] : [.. labels.Where((_, i) => !present.Contains(i))];
        }
    }

    private static string Named(string[] labels) =>
        $"{(labels.Length == 1 ? "The class" : "The classes")} {string.Join(", ", labels.Take(Most).Select(l => $"'{l}'"))}"
        + $"{(labels.Length > Most ? $" and {labels.Length - Most} more" : "")} {(labels.Length == 1 ? "has" : "have")}";

    private static string? Straddling(IReadOnlyList<ImageExample> examples)
    {
        string[] groups = [.. examples.Where(e => e.Group is not null).GroupBy(e => e.Group!, StringComparer.Ordinal)
            .Where(g => g.Select(e => e.Split).Distinct().Skip(1).Any()).Select(g => g.Key).Order(StringComparer.Ordinal)];
        return groups.Length == 0 ? null : $"{groups.Length} groups have images in more than one of the given train, validation and test sets "
            + $"(first: '{groups[0]}'): the metrics will look better than they are.";
    }
}
