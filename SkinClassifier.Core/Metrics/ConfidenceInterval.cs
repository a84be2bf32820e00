namespace SkinClassifier.Metrics;

/// <summary>The range that holds the middle 95 % of a metric's bootstrap resamples.</summary>
/// <param name="Low">2.5 % lie below.</param>
/// <param name="High">2.5 % lie above.</param>
public readonly record struct ConfidenceInterval(double Low, double High);
