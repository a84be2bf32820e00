using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Reports;

namespace SkinClassifier.Training.Settings;

/// <summary>What the options about a report say of a dataset, checked before anything is computed.</summary>
/// <param name="Prevalences">Stated shares by class.</param>
/// <param name="Hierarchy">The hierarchy; null: the usual one.</param>
/// <param name="Columns">Further columns of metadata.</param>
internal sealed record ReportSettings(IReadOnlyDictionary<string, double> Prevalences, ClassHierarchy? Hierarchy, IReadOnlyList<string> Columns)
{
    /// <summary>Reads the options.</summary>
    /// <param name="values">The options.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="examples">The images.</param>
    /// <exception cref="InputException">An option does not fit the classes or the images.</exception>
    public static ReportSettings Of(OptionValues values, IReadOnlyList<string> labels, IReadOnlyList<ImageExample> examples)
    {
        IReadOnlyDictionary<string, double> prevalences =
            values.Get<IReadOnlyDictionary<string, double>?>(ReportOptionTable.Prevalence) ?? new Dictionary<string, double>();
        string[] columns = values.Get<string?>(ReportOptionTable.Subgroups)
            ?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        List<string> errors = [];
        ClassHierarchy? hierarchy = null;
        IReadOnlyList<string> known = labels;
        try
        {
            hierarchy = values.Get<string?>(ReportOptionTable.Hierarchy) switch
            {
                null => null,
                "isic" => ClassHierarchy.Isic,
                var file => HierarchyFile.Read(file),
            };
            if ((hierarchy ?? (ClassHierarchy.Isic.Fits(labels) ? ClassHierarchy.Isic : null)) is { } used)
                known = [.. labels.Concat(used.Levels(ImageClassificationMetrics.Compute(labels, [], [])).SelectMany(l => l.Metrics.Labels)).Distinct()];
        }
        catch (ArgumentException error)
        {
            errors.Add($"{ReportOptionTable.Hierarchy.Flag}: {error.Message}");
        }
        if (prevalences.Keys.Where(k => !known.Contains(k)).ToArray() is { Length: > 0 } unknown)
            errors.Add($"{ReportOptionTable.Prevalence.Flag}: expected classes among {string.Join(", ", known)}, received "
                + $"{string.Join(", ", unknown)}. Use the "
                + "names of the data.");
        string[] have = [.. examples.SelectMany(e => e.Columns.Keys).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (columns.Where(c => c != SkinToneProxy.Name && !have.Contains(c, StringComparer.OrdinalIgnoreCase)).ToArray() is { Length: > 0 } absent)
            errors.Add($"{ReportOptionTable.Subgroups.Flag}: expected {(have.Length == 0 ? "data with metadata.csv, or a CSV file with further columns"
                : $"columns among {string.Join(", ", have)}")}, received {string.Join(", ", absent)}. Use the names of the columns, or {SkinToneProxy.Name}.");
        return errors.Count > 0 ? throw new InputException(string.Join('\n', errors)) : new ReportSettings(prevalences, hierarchy, columns);
    }

    /// <summary>A report with what the options say.</summary>
    public RunReport Apply(RunReport report) => report with { Prevalences = Prevalences, Hierarchy = Hierarchy, SubgroupColumns = Columns };
}
