namespace SkinClassifier.Metrics;

/// <summary>One metric that says how good the scores of a set of examples are. One file per metric, one line in <see cref="MetricCatalog"/>.</summary>
public interface IMetric
{
    /// <summary>Name as in metrics.json, for example "macroAccuracy".</summary>
    string Name { get; }

    /// <summary>True where a larger value is better; false for losses and errors.</summary>
    bool HigherIsBetter { get; }

    /// <summary>The value; null where it is undefined for these examples.</summary>
    double? Compute(ScoredExamples examples);
}
