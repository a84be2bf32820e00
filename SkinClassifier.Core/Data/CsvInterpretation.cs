namespace SkinClassifier.Data;

/// <summary>How a CSV dataset was understood (<see cref="ImageDataset.FromCsv"/>).</summary>
/// <param name="PathColumn">Column that names the images.</param>
/// <param name="LabelColumns">The column with the class; several: one column per class that holds 0 or 1.</param>
/// <param name="SplitColumn">Column with train, validation or test; null: none.</param>
/// <param name="GroupColumn">Column that keeps images together when the dataset is split; null: none.</param>
/// <param name="SuggestedGroupColumn">A column that looks like such a one and is not used (lesion or patient); null: none.</param>
/// <param name="ImageFolder">Full path of the folder that the paths are relative to.</param>
/// <param name="FoundBelow">Whether images were found by their names in folders below it.</param>
internal sealed record CsvInterpretation(string PathColumn, IReadOnlyList<string> LabelColumns, string? SplitColumn, string? GroupColumn,
    string? SuggestedGroupColumn, string ImageFolder, bool FoundBelow)
{
    /// <summary>A sentence for people.</summary>
    public override string ToString() =>
        $"images: column '{PathColumn}', {(FoundBelow ? "found by name below" : "in")} {ImageFolder}; classes: "
            + $"{(LabelColumns.Count == 1 ? $"column '{LabelColumns[0]}'"
                : $"{LabelColumns.Count} columns with 0 and 1 ({string.Join(", ", LabelColumns)})")}; "
        + $"sets: {(SplitColumn is null ? "no column" : $"column '{SplitColumn}'")}; groups: {(GroupColumn is null ? "no column" : $"column '{GroupColumn}'")}"
        + (SuggestedGroupColumn is null ? ""
            : $" (column '{SuggestedGroupColumn}' tells which images belong together: --group-by {SuggestedGroupColumn} keeps them in one set)");
}
