namespace SkinClassifier.Calibration;

/// <summary>Why a model gives no answer for an image.</summary>
/// <param name="Code">A word for programs, for example "low-confidence"; docs/abstaining.md lists them.</param>
/// <param name="Sentence">The same for people, in English.</param>
public sealed record PredictionReason(string Code, string Sentence);
