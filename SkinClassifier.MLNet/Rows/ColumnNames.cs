namespace SkinClassifier.MLNet.Rows;

/// <summary>Checks the names of columns in options.</summary>
internal static class ColumnNames
{
    /// <summary>Adds an error for each name that is missing.</summary>
    public static void Require(List<string> errors, params ReadOnlySpan<(string Option, string? Name)> names)
    {
        foreach ((string option, string? name) in names)
            if (string.IsNullOrWhiteSpace(name))
                errors.Add($"{option}: expected the name of a column, received nothing");
    }

    /// <summary>Adds errors for names of written columns that are missing, and for two that are the same: one would hide the other.</summary>
    public static void RequireDistinct(List<string> errors, params ReadOnlySpan<(string Option, string? Name)> names)
    {
        Require(errors, names);
        for (int i = 0; i < names.Length; i++)
            for (int j = 0; j < i; j++)
                if (!string.IsNullOrWhiteSpace(names[i].Name) && names[i].Name == names[j].Name)
                    errors.Add($"{names[i].Option}: expected another name than that of {names[j].Option}, received '{names[i].Name}' for both");
    }
}
