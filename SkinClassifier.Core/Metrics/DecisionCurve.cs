namespace SkinClassifier.Metrics;

/// <summary>
/// Net benefit of acting on images whose score for a class is at least a threshold t: s·π − (1 − c)·(1 − π)·t / (1 − t), with sensitivity s, specificity c
/// and prevalence π. It counts false alarms at the rate that t stands for: at t = 0.1, nine false alarms cost as much as one missed case.
/// Source: Vickers and Elkin, Decision curve analysis, 2006.
/// </summary>
/// <param name="Thresholds">t, 0.01 to 0.99.</param>
/// <param name="Model">Net benefit of the model at each t; null without examples of the class or of others.</param>
/// <param name="All">Net benefit of acting on every image; that of never acting is 0.</param>
public sealed record DecisionCurve(IReadOnlyList<double> Thresholds, IReadOnlyList<double?> Model, IReadOnlyList<double?> All)
{
    private const int Steps = 100;

    internal static DecisionCurve Of(ThresholdCurve curve, double? prevalence)
    {
        double[] thresholds = [.. Enumerable.Range(1, Steps - 1).Select(i => (double)i / Steps)];
        bool isDefined = curve.Positives > 0 && curve.Negatives > 0;
        return new DecisionCurve(thresholds,
            [.. thresholds.Select(t => curve.At(t) is var at && isDefined ? Benefit(curve.Sensitivity(at), curve.Specificity(at), t) : null)],
            [.. thresholds.Select(t => Benefit(1, 0, t))]);

        double? Benefit(double sensitivity, double specificity, double t) =>
            sensitivity * prevalence - (1 - specificity) * (1 - prevalence) * t / (1 - t);
    }
}
