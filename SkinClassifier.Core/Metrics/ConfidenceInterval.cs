namespace SkinClassifier.Metrics;

/// <summary>A 95 % interval: of a metric the middle 95 % of its bootstrap resamples, of a share of images the exact binomial one.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High);
