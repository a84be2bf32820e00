namespace SkinClassifier.Metrics;

/// <summary>What one kind of corruption does.</summary>
/// <param name="Name">The kind, for example "motion".</param>
/// <param name="MeanDrop">Mean drop of the accuracy over its severities.</param>
/// <param name="MeanFlipRate">Mean share of images whose predicted class changes.</param>
/// <param name="Severities">Severity by severity, the mildest first.</param>
public sealed record CorruptionMetrics(string Name, MeasuredValue MeanDrop, MeasuredValue MeanFlipRate, IReadOnlyList<SeverityMetrics> Severities);
