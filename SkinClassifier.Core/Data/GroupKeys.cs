namespace SkinClassifier.Data;

/// <summary>Which images belong together when a dataset is split.</summary>
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
            + (columns.Length == 0 ? "there is no metadata. Put a metadata.csv with this column and the images' names beside the class folders." : $"received: {string.Join(", ", columns)}. Name one of these."), nameof(groupBy));
    }

    /// <summary>One key per example: its group, or itself when it has none. Group and image keys never collide.</summary>
    public static string Of(ImageExample example) => example.Group is { } group ? "g:" + group : "p:" + example.Path;
}
