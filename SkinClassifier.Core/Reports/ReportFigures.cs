using SkinClassifier.Audit;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>
/// What the files of a run say beside the metrics: computed once for all of them.
/// </summary>
internal sealed class ReportFigures
{
    /// <summary>Computes everything.</summary>
    /// <param name="report">The run.</param>
    /// <exception cref="ArgumentException">The hierarchy names none of the classes, or a prevalence is for a class that is in no level.</exception>
    public ReportFigures(RunReport report)
    {
        ImageClassificationMetrics metrics = report.Metrics;
        Levels = (report.Hierarchy ?? (ClassHierarchy.Isic.Fits(metrics.Labels) ? ClassHierarchy.Isic : null))?.Levels(metrics) ?? [];
        Hierarchy = Levels.Count == 0 ? null : report.Hierarchy ?? ClassHierarchy.Isic;
        string[] known = [.. metrics.Labels.Concat(Levels.SelectMany(l => l.Metrics.Labels)).Distinct()];
        if (report.Prevalences.Keys.FirstOrDefault(k => !known.Contains(k)) is { } unknown)
            throw new ArgumentException($"Prevalences: expected classes among {string.Join(", ", known)}, received '{unknown}'.");
        OperatingPoints = Points(metrics, report.Prevalences);
        LevelPoints = [.. Levels.Select(l => Points(l.Metrics, report.Prevalences))];
        Suspects = report.Folds.Count > 0 ? LabelSuspects.Rank(metrics) : [];
        Subgroups = [.. ColumnsOf(report).Select(c => Subgroup(c, report))];
    }

    /// <summary>Operating points of every class.</summary>
    public IReadOnlyList<ClassOperatingPoints> OperatingPoints { get; }

    /// <summary>The hierarchy of the levels; null without one.</summary>
    public ClassHierarchy? Hierarchy { get; }

    /// <summary>The levels above the classes, the lowest first.</summary>
    public IReadOnlyList<HierarchyLevel> Levels { get; }

    /// <summary>Operating points of the classes of each level.</summary>
    public IReadOnlyList<IReadOnlyList<ClassOperatingPoints>> LevelPoints { get; }

    /// <summary>All images by how doubtful their label is, where models that had not seen them scored them: with folds. Otherwise none.</summary>
    public IReadOnlyList<LabelSuspect> Suspects { get; }

    /// <summary>Metrics by columns of metadata.</summary>
    public IReadOnlyList<SubgroupColumn> Subgroups { get; }

    /// <summary>
    /// The class of two that is looked for: the one whose name says so (malignant, melanoma, mel, cancer, positive, disease, abnormal, yes, true, 1), else
    /// the one with fewer images, else the second.
    /// </summary>
    public static int PositiveClass(ImageClassificationMetrics metrics)
    {
        string[] names = ["malignant", "melanoma", "mel", "cancer", "positive", "disease", "abnormal", "yes", "true", "1"];
        int named = Enumerable.Range(0, metrics.Labels.Count).FirstOrDefault(c => names.Contains(metrics.Labels[c].ToLowerInvariant()), -1);
        return named >= 0 ? named : metrics.PerClass[0].Support < metrics.PerClass[^1].Support ? 0 : metrics.Labels.Count - 1;
    }

    private static IReadOnlyList<ClassOperatingPoints> Points(ImageClassificationMetrics metrics, IReadOnlyDictionary<string, double> prevalences) =>
        metrics.OperatingPoints(prevalences.Where(p => metrics.Labels.Contains(p.Key)).ToDictionary());

    private static IEnumerable<string> ColumnsOf(RunReport report) =>
        SubgroupValues.UsualColumns(report.Examples).Concat(report.SubgroupColumns).Distinct(StringComparer.OrdinalIgnoreCase);

    private static SubgroupColumn Subgroup(string column, RunReport report)
    {
        (string[] groups, string[] order) = SubgroupValues.Of(column,
            column == SkinToneProxy.Name ? SkinToneProxy.Of(report.Examples) : [.. report.Examples.Select(e => e.Columns.GetValueOrDefault(column))]);
        return SubgroupColumn.Of(column, groups, order, report.Metrics);
    }
}
