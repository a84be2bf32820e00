namespace SkinClassifier.Metrics;

/// <summary>
/// What every threshold of one class gives, from the highest score down: an image counts as the class where its score is at least the threshold. Entry 0 is a
/// threshold above every score.
/// </summary>
/// <param name="thresholds">Different scores of weighted examples, descending; entry 0 is not-a-number.</param>
/// <param name="hits">Weight of the examples of the class at or above each.</param>
/// <param name="alarms">Weight of the other examples at or above each.</param>
internal sealed class ThresholdCurve(IReadOnlyList<float> thresholds, IReadOnlyList<double> hits, IReadOnlyList<double> alarms)
{
    /// <summary>Entries: different scores and one.</summary>
    public int Count => thresholds.Count;

    /// <summary>Weight of the examples of the class.</summary>
    public double Positives => hits[^1];

    /// <summary>Weight of the other examples.</summary>
    public double Negatives => alarms[^1];

    /// <summary>A threshold; null for entry 0.</summary>
    public double? Threshold(int at) => at == 0 ? null : thresholds[at];

    /// <summary>True positives.</summary>
    public double Hits(int at) => hits[at];

    /// <summary>False positives.</summary>
    public double Alarms(int at) => alarms[at];

    /// <summary>Share of the class that is found; not-a-number without examples of it.</summary>
    public double Sensitivity(int at) => hits[at] / Positives;

    /// <summary>Share of the others that are not taken for the class; not-a-number without others.</summary>
    public double Specificity(int at) => (Negatives - alarms[at]) / Negatives;

    /// <summary>
    /// The threshold with the highest sensitivity at a specificity of at least <paramref name="target"/>; of equal ones that with the highest specificity.
    /// </summary>
    public int AtSpecificity(double target) => Best(Specificity, Sensitivity, target);

    /// <summary>
    /// The threshold with the highest specificity at a sensitivity of at least <paramref name="target"/>; of equal ones that with the highest sensitivity.
    /// </summary>
    public int AtSensitivity(double target) => Best(Sensitivity, Specificity, target);

    /// <summary>
    /// Area under the ROC curve above a sensitivity of <paramref name="minSensitivity"/>: ∫ max(sensitivity − minSensitivity, 0) d(1 − specificity), straight
    /// lines between the thresholds. Null without examples of the class or of others.
    /// </summary>
    public double? PartialArea(double minSensitivity)
    {
        if (Positives == 0 || Negatives == 0)
            return null;
        double area = 0;
        for (int i = 1; i < Count; i++)
        {
            double x0 = alarms[i - 1] / Negatives, x1 = alarms[i] / Negatives, y0 = hits[i - 1] / Positives, y1 = hits[i] / Positives;
            if (y1 <= minSensitivity)
                continue;
            if (y0 < minSensitivity)
                (x0, y0) = (x0 + (x1 - x0) * (minSensitivity - y0) / (y1 - y0), minSensitivity);
            area += (x1 - x0) * ((y0 + y1) / 2 - minSensitivity);
        }
        return area;
    }

    /// <summary>The last entry with a threshold of at least <paramref name="score"/>; 0 where there is none.</summary>
    public int At(double score)
    {
        int low = 0, high = Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (thresholds[middle] >= score)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    private int Best(Func<int, double> kept, Func<int, double> wanted, double target)
    {
        int best = -1;
        for (int i = 0; i < Count; i++)
            if (kept(i) >= target && (best < 0 || wanted(i) > wanted(best) || wanted(i) == wanted(best) && kept(i) > kept(best)))
                best = i;
        return best;
    }
}
