namespace SkinClassifier.Metrics;

/// <summary>What one severity of a corruption does.</summary>
/// <param name="Severity">1 is the mildest.</param>
/// <param name="Accuracy">Share of correct answers on the corrupted images.</param>
/// <param name="Drop">Accuracy on the images as they are minus that on the corrupted ones; below 0 where they are judged better.</param>
/// <param name="FlipRate">Share of images whose predicted class is another than for the image as it is.</param>
public sealed record SeverityMetrics(int Severity, double? Accuracy, MeasuredValue Drop, MeasuredValue FlipRate);
