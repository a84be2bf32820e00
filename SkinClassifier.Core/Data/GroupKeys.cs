namespace SkinClassifier.Data;

/// <summary>Which images belong together when a dataset is split: those of one group, and those whose files have the same content.</summary>
internal static class GroupKeys
{
    /// <summary>The examples with <see cref="ImageExample.Group"/> from column <paramref name="groupBy"/>; as they are when it is null.</summary>
    public static IReadOnlyList<ImageExample> Apply(IReadOnlyList<ImageExample> examples, string? groupBy)
    {
        if (groupBy is null)
            return examples;
        RequireColumn(examples, groupBy, "Split");
        return [.. examples.Select(e => e.WithGroup(e.Columns.GetValueOrDefault(groupBy)))];
    }

    /// <exception cref="ArgumentException">No image has the column.</exception>
    public static void RequireColumn(IReadOnlyList<ImageExample> examples, string groupBy, string where)
    {
        if (examples.Any(e => e.Columns.ContainsKey(groupBy)))
            return;
        string[] columns = [.. examples.SelectMany(e => e.Columns.Keys).Distinct(StringComparer.OrdinalIgnoreCase).Take(20)];
        throw new ArgumentException($"{where}: expected a column '{groupBy}' in the dataset's metadata, "
            + (columns.Length == 0 ? "there is no metadata. Put a metadata.csv with this column and the images' names beside the class folders."
                : $"received: {string.Join(", ", columns)}. Name one of these."), nameof(groupBy));
    }

    /// <summary>A warning when images have no value in the column of the groups; null when all have one.</summary>
    public static string? Missing(IReadOnlyList<ImageExample> examples, string groupBy)
    {
        ImageExample[] alone = [.. examples.Where(e => e.Group is null)];
        if (alone.Length == 0)
            return null;
        string[] values = [.. alone.Select(e => e.Columns.GetValueOrDefault(groupBy, "").Trim()).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Take(5).Select(v => v.Length == 0 ? "nothing" : $"'{v}'")];
        return $"{alone.Length} of {examples.Count} images have no value in the group column '{groupBy}' (it holds {string.Join(", ", values)}; "
            + $"first: {alone[0].Path}). Each of them stands alone.";
    }

    /// <summary>One key per example: its group, or itself when it has none. Group and image keys never collide.</summary>
    public static string Of(ImageExample example) => example.Group is { } group ? "g:" + group : "p:" + example.Path;

    /// <summary>
    /// One key for each example, in order; equal where they must stay in one set. Groups that share content become one, under the first of their
    /// keys.
    /// </summary>
    public static string[] Of(IReadOnlyList<ImageExample> examples)
    {
        string[] keys = [.. examples.Select(Of)];
        Dictionary<string, string> keyOfContent = new(StringComparer.Ordinal), parent = new(StringComparer.Ordinal);
        for (int i = 0; i < keys.Length; i++)
            if (examples[i].ContentHash is { } hash && !keyOfContent.TryAdd(hash, keys[i]))
                Join(keys[i], keyOfContent[hash]);
        return parent.Count == 0 ? keys : [.. keys.Select(First)];

        string First(string key)
        {
            while (parent.TryGetValue(key, out string? above))
                key = above;
            return key;
        }

        void Join(string one, string other)
        {
            (one, other) = (First(one), First(other));
            if (string.CompareOrdinal(one, other) is var order && order != 0)
                parent[order < 0 ? other : one] = order < 0 ? one : other;
        }
    }

    /// <summary>The examples of each group by key, in order; groups in the order of their first example.</summary>
    public static Dictionary<string, List<int>> Members(IReadOnlyList<ImageExample> examples)
    {
        Dictionary<string, List<int>> groups = new(StringComparer.Ordinal);
        string[] keys = Of(examples);
        for (int i = 0; i < examples.Count; i++)
        {
            if (!groups.TryGetValue(keys[i], out List<int>? members))
                groups.Add(keys[i], members = []);
            members.Add(i);
        }
        return groups;
    }

    /// <summary>The class that most examples of a group have; ties: the first class.</summary>
    public static int ClassOf(List<int> members, IReadOnlyList<ImageExample> examples) =>
        members.GroupBy(i => examples[i].LabelIndex).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
}
