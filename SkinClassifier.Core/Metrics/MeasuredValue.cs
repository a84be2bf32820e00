namespace SkinClassifier.Metrics;

/// <summary>A value of a metric with its 95 % bootstrap interval.</summary>
/// <param name="Value">The value; null where it is undefined.</param>
/// <param name="Interval">The interval; null where the metric is undefined in more than half of the resamples.</param>
public readonly record struct MeasuredValue(double? Value, ConfidenceInterval? Interval);
