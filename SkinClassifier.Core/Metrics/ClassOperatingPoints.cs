using SkinClassifier.Common;

namespace SkinClassifier.Metrics;

/// <summary>How one class is told from the rest at several thresholds of its score.</summary>
/// <param name="Label">The class.</param>
/// <param name="Support">Its examples.</param>
/// <param name="Prevalence">
/// Share of the class that predictive values and net benefit are for: the stated one, else that of the examples. Null without examples.
/// </param>
/// <param name="IsPrevalenceStated">Whether the prevalence was stated.</param>
/// <param name="PartialAuc">
/// Area under the ROC curve above a sensitivity of 80 %, 0 to 0.2, the measure of the ISIC 2024 challenge; 0.02 is chance. Null without examples of the class
/// or of others.
/// </param>
/// <param name="PartialAucInterval">Its 95 % bootstrap interval.</param>
/// <param name="Points">The decision rule, specificities of 90 and 95 %, sensitivities of 90 and 95 %.</param>
/// <param name="PrecisionRecall">
/// The precision-recall curve as pairs (recall, precision), from the highest threshold down, thinned to steps of about 1 %; empty without examples of the
/// class.
/// </param>
/// <param name="NetBenefit">The decision curve.</param>
public sealed record ClassOperatingPoints(string Label, long Support, double? Prevalence, bool IsPrevalenceStated, double? PartialAuc,
    ConfidenceInterval? PartialAucInterval, IReadOnlyList<OperatingPoint> Points, IReadOnlyList<(double Recall, double Precision)> PrecisionRecall,
    DecisionCurve NetBenefit)
{
    internal const double MinSensitivity = 0.8;

    private const double SmallestStep = 0.01;

    private static readonly (OperatingPointKind Kind, double Target)[] Targets =
        [(OperatingPointKind.Specificity, 0.9), (OperatingPointKind.Specificity, 0.95), (OperatingPointKind.Sensitivity, 0.9),
            (OperatingPointKind.Sensitivity, 0.95)];

    /// <summary>Of every class.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="prevalences">Stated shares by class, each above 0 and below 1.</param>
    /// <param name="groups">Group of each example for the bootstrap; null: a group of its own.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="workers">Threads of the bootstrap.</param>
    internal static ClassOperatingPoints[] Of(ScoredExamples examples, IReadOnlyDictionary<string, double>? prevalences, IReadOnlyList<string?>? groups,
        ulong seed, WorkerPool workers)
    {
        int perClass = Targets.Length + 1;
        ConfidenceInterval?[] intervals = (long)examples.Count * examples.Classes > Bootstrap.MaxRankedScores
            ? new ConfidenceInterval?[examples.Classes * perClass]
            : Bootstrap.Intervals(examples, groups, seed, workers, examples.Classes * perClass, Free);
        return [.. Enumerable.Range(0, examples.Classes).Select(c => Of(examples, c, prevalences, intervals.AsSpan(c * perClass, perClass)))];
    }

    private static ClassOperatingPoints Of(ScoredExamples examples, int label, IReadOnlyDictionary<string, double>? prevalences,
        ReadOnlySpan<ConfidenceInterval?> intervals)
    {
        ThresholdCurve curve = examples.Ranked(label).Curve(examples);
        double stated = 0;
        bool isStated = prevalences?.TryGetValue(examples.Labels[label], out stated) == true;
        double? prevalence = isStated ? stated : examples.TotalWeight == 0 ? null : curve.Positives / examples.TotalWeight;
        ClassConfusionMatrix confusion = examples.Confusion;
        List<OperatingPoint> points = [OperatingPoint.Of(OperatingPointKind.Decision, null, null, confusion[label, label],
            confusion.PredictedCount(label) - confusion[label, label], curve.Positives, curve.Negatives, prevalence, null)];
        foreach ((int index, (OperatingPointKind kind, double target)) in Targets.Index())
            points.Add(At(curve, kind, target) is >= 0 and int at
                ? OperatingPoint.Of(kind, target, curve.Threshold(at), curve.Hits(at), curve.Alarms(at), curve.Positives, curve.Negatives, prevalence,
                    intervals[1 + index])
                : new OperatingPoint(kind, target, null, null, null, null, null, null, null, null, null));
        return new ClassOperatingPoints(examples.Labels[label], confusion.Support(label), prevalence, isStated, curve.PartialArea(MinSensitivity),
            intervals[0], points, [.. PrecisionRecallPoints(curve)], DecisionCurve.Of(curve, prevalence));
    }

    /// <summary>Partial area, and at every target what is not kept, of every class.</summary>
    private static double?[] Free(ScoredExamples examples)
    {
        double?[] values = new double?[examples.Classes * (Targets.Length + 1)];
        int at = 0;
        for (int c = 0; c < examples.Classes; c++)
        {
            ThresholdCurve curve = examples.Ranked(c).Curve(examples);
            values[at++] = curve.PartialArea(MinSensitivity);
            foreach ((OperatingPointKind kind, double target) in Targets)
                values[at++] = At(curve, kind, target) is >= 0 and int entry
                    ? kind == OperatingPointKind.Specificity ? curve.Sensitivity(entry) : curve.Specificity(entry) : null;
        }
        return values;
    }

    /// <summary>The entry of a target; −1 without examples of the class or of others.</summary>
    private static int At(ThresholdCurve curve, OperatingPointKind kind, double target) => curve.Positives == 0 || curve.Negatives == 0 ? -1
        : kind == OperatingPointKind.Specificity ? curve.AtSpecificity(target) : curve.AtSensitivity(target);

    private static IEnumerable<(double Recall, double Precision)> PrecisionRecallPoints(ThresholdCurve curve)
    {
        if (curve.Positives == 0)
            yield break;
        (double lastRecall, double lastPrecision) = (double.NegativeInfinity, 0);
        for (int i = 1; i < curve.Count; i++)
        {
            (double recall, double precision) = (curve.Sensitivity(i), curve.Hits(i) / (curve.Hits(i) + curve.Alarms(i)));
            if (i < curve.Count - 1 && Math.Abs(recall - lastRecall) + Math.Abs(precision - lastPrecision) < SmallestStep)
                continue;
            (lastRecall, lastPrecision) = (recall, precision);
            yield return (recall, precision);
        }
    }
}
