namespace SkinClassifier.Metrics;

/// <summary>All metrics by name, in the order of metrics.json.</summary>
public static class MetricCatalog
{
    internal static readonly IMetric LogLoss = new LogLoss();

    /// <summary>All metrics.</summary>
    public static IReadOnlyList<IMetric> All { get; } =
    [
        new MicroAccuracy(),
        new MacroAccuracy(),
        LogLoss,
        new LogLossReduction(),
        new MacroPrecision(),
        new MacroRecall(),
        new MacroF1(),
        new WeightedF1(),
        new MacroAuc(),
        new MatthewsCorrelation(),
        new CohenKappa(),
        new ExpectedCalibrationError(),
        new Top3Accuracy(),
    ];

    /// <summary>The metrics that say something with so many classes, for tables: three answers of two classes are always right.</summary>
    internal static IEnumerable<IMetric> For(int classes) => All.Where(m => m is not Top3Accuracy || classes > 2);

    /// <summary>The metric of a name, letter case ignored.</summary>
    /// <exception cref="ArgumentException">There is no such metric; the text lists all names.</exception>
    public static IMetric Find(string name) => All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"MetricCatalog: expected one of {string.Join(", ", All.Select(m => m.Name))}, received '{name}'.", nameof(name));
}
