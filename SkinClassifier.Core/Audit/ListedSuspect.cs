using SkinClassifier.Data;

namespace SkinClassifier.Audit;

/// <summary>A doubtful label, as a label-suspects.csv names it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Suggested">The class that other images speak for.</param>
/// <param name="Score">1 minus the probability of the label; null where the file has none.</param>
internal sealed record ListedSuspect(ImageExample Image, string Suggested, double? Score);
