namespace SkinClassifier.Metrics;

/// <summary>Metrics of one class against the rest.</summary>
/// <param name="Label">The class.</param>
/// <param name="Support">Its examples.</param>
/// <param name="Precision">Right answers among those taken for it; null when it was never predicted.</param>
/// <param name="Recall">Right answers among its examples (sensitivity); null when it has none.</param>
/// <param name="F1">Harmonic mean of both; null when it has no example.</param>
/// <param name="Specificity">Others that were not taken for it; null when there are no others.</param>
/// <param name="Auc">Area under the ROC curve; null without examples of it or of others.</param>
/// <param name="AveragePrecision">Area under the precision–recall curve as Σ (Rₙ − Rₙ₋₁) Pₙ; null when it has no example.</param>
public sealed record ClassMetrics(
    string Label, long Support, double? Precision, double? Recall, double? F1, double? Specificity, double? Auc, double? AveragePrecision);
