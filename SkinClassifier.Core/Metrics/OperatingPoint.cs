namespace SkinClassifier.Metrics;

/// <summary>One class against the rest at one threshold of its score. What is undefined is null.</summary>
/// <param name="Kind">What the point was chosen by.</param>
/// <param name="Target">The specificity or sensitivity that is kept, 0 to 1; null for the decision rule.</param>
/// <param name="Threshold">
/// Images with at least this score count as the class; null for the decision rule, and where only a threshold above every score keeps the target.
/// </param>
/// <param name="Sensitivity">TP / (TP + FN).</param>
/// <param name="Specificity">TN / (TN + FP).</param>
/// <param name="Interval">
/// 95 % bootstrap interval of what was not kept: of the sensitivity at a kept specificity, and the other way round. The threshold is chosen again in every
/// resample. Null for the decision rule.
/// </param>
/// <param name="PositivePredictiveValue">s·π / (s·π + (1 − c)(1 − π)) with sensitivity s, specificity c and prevalence π.</param>
/// <param name="NegativePredictiveValue">c·(1 − π) / (c·(1 − π) + (1 − s)·π).</param>
/// <param name="FHalf">F-beta with β = 0.5, which counts precision more: (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP).</param>
/// <param name="F1">F-beta with β = 1.</param>
/// <param name="F2">F-beta with β = 2, which counts sensitivity more.</param>
public sealed record OperatingPoint(OperatingPointKind Kind, double? Target, double? Threshold, double? Sensitivity, double? Specificity,
    ConfidenceInterval? Interval, double? PositivePredictiveValue, double? NegativePredictiveValue, double? FHalf, double? F1, double? F2)
{
    /// <summary>The point of counts.</summary>
    internal static OperatingPoint Of(OperatingPointKind kind, double? target, double? threshold, double hits, double alarms, double positives,
        double negatives, double? prevalence, ConfidenceInterval? interval)
    {
        double? sensitivity = Ratio(hits, positives), specificity = Ratio(negatives - alarms, negatives);
        return new OperatingPoint(kind, target, threshold, sensitivity, specificity, interval,
            Ratio(sensitivity * prevalence, sensitivity * prevalence + (1 - specificity) * (1 - prevalence)),
            Ratio(specificity * (1 - prevalence), specificity * (1 - prevalence) + (1 - sensitivity) * prevalence),
            F(0.5), F(1), F(2));

        double? F(double beta) => positives == 0 ? null : (1 + beta * beta) * hits / (hits + alarms + beta * beta * positives);
    }

    private static double? Ratio(double? part, double? whole) => part is { } p && whole is { } w && w != 0 ? p / w : null;
}
