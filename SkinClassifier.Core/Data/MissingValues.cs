namespace SkinClassifier.Data;

/// <summary>What tables write where they have no value.</summary>
internal static class MissingValues
{
    private static readonly HashSet<string> _noLabel = new(StringComparer.OrdinalIgnoreCase) { "", "NA", "N/A", "#N/A", "NaN", "<NA>", "null" };
    private static readonly HashSet<string> _noGroup = new(_noLabel, StringComparer.OrdinalIgnoreCase) { "None", "unknown", "-" };

    /// <summary>Whether a value names no group: empty, NA, N/A, NaN, None, null, unknown, - (any case, blanks around it do not count).</summary>
    public static bool IsNoGroup(string? value) => value is null || _noGroup.Contains(value.Trim());

    /// <summary>Whether a value names no class: empty, NA, N/A, NaN, null (any case). "None" and "unknown" are classes of real tables.</summary>
    public static bool IsNoLabel(string value) => _noLabel.Contains(value.Trim());
}
