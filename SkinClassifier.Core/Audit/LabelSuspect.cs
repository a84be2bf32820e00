namespace SkinClassifier.Audit;

/// <summary>How much the scores of an image speak against its label.</summary>
/// <param name="Index">Position of the image among those that were ranked, 0-based.</param>
/// <param name="Label">Class that the image has, 0 to K − 1.</param>
/// <param name="Suggested">Another class: the most probable one, for a suspect among those that are as probable as usual for their images.</param>
/// <param name="Score">1 minus the probability of the label, 0 to 1; the highest value is the most doubtful.</param>
/// <param name="IsSuspect">Whether confident learning counts the label as wrong.</param>
public sealed record LabelSuspect(int Index, int Label, int Suggested, double Score, bool IsSuspect);
