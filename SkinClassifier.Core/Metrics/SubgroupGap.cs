namespace SkinClassifier.Metrics;

/// <summary>The largest difference of a metric between two groups of at least 20 cases.</summary>
/// <param name="Metric">Name of the metric: accuracy, sensitivity, auc, calibrationError, or recall of a class.</param>
/// <param name="High">The group with the highest value.</param>
/// <param name="Low">The group with the lowest value.</param>
/// <param name="Gap">Their difference, with the bootstrap interval of the difference of these two groups, which may hold 0.</param>
public sealed record SubgroupGap(string Metric, string High, string Low, MeasuredValue Gap);
