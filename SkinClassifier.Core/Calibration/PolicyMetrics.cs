using SkinClassifier.Metrics;

namespace SkinClassifier.Calibration;

/// <summary>What a policy reaches on images that it was not fitted on.</summary>
public sealed class PolicyMetrics
{
    private PolicyMetrics(PredictionPolicy policy) => Policy = policy;

    /// <summary>The policy.</summary>
    public PredictionPolicy Policy { get; }

    /// <summary>Measured images.</summary>
    public int Count { get; private init; }

    /// <summary>Coverage of the prediction sets, class by class.</summary>
    public IReadOnlyList<ClassCoverage> PerClass { get; private init; } = [];

    /// <summary>Share of images whose set has their class; null without images.</summary>
    public double? Coverage => Share(PerClass.Sum(c => c.Covered), Count);

    /// <summary>Mean number of classes in a set; null without images.</summary>
    public double? MeanSetSize { get; private init; }

    /// <summary>Share of empty sets; null without images.</summary>
    public double? EmptySets { get; private init; }

    /// <summary>Images that are answered.</summary>
    public int Answered { get; private init; }

    /// <summary>Answers that are wrong.</summary>
    public int Errors { get; private init; }

    /// <summary>Share of images that are answered; null without images.</summary>
    public double? AnsweredShare => Share(Answered, Count);

    /// <summary>Share of errors among the answers; null without answers.</summary>
    public double? ErrorAmongAnswers => Share(Errors, Answered);

    /// <summary>Exact 95 % interval of <see cref="ErrorAmongAnswers"/>. Several images of one lesion or patient make it too narrow.</summary>
    public ConfidenceInterval? ErrorInterval => Interval(Errors, Answered);

    /// <summary>Share of images that are not like the training images; null without images, and where the model does not know.</summary>
    public double? UnfamiliarShare { get; private init; }

    /// <summary>Share of images that are blurred, dark, blank, tiny or have glare; null without images, and where the model does not know.</summary>
    public double? UnusableShare { get; private init; }

    /// <summary>What the model's checks say of each image; null without checks.</summary>
    internal IReadOnlyList<ImageFindings>? Findings { get; private init; }

    /// <summary>Area under the risk-coverage curve over all images, whatever their set; null without images.</summary>
    public double? AreaUnderRiskCoverage => Curve.Area;

    /// <summary>Risk and coverage at every threshold.</summary>
    internal RiskCoverage Curve { get; private init; } = new([], []);

    /// <summary>Measures a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="images">The images.</param>
    /// <param name="findings">What its checks say of each image; null: there are none.</param>
    internal static PolicyMetrics Measure(PredictionPolicy policy, CalibrationImages images, IReadOnlyList<ImageFindings>? findings = null)
    {
        int classes = images.Labels.Count, answered = 0, errors = 0, empty = 0;
        int[] covered = new int[classes], counts = new int[classes];
        long size = 0;
        bool[] set = new bool[classes];
        for (int i = 0; i < images.Count; i++)
        {
            bool answers = policy.Apply(images.ScoresOf(i), images.Predicted[i], set) == PredictionDecision.Answer && findings?[i].SpeaksAgainst != true;
            int actual = images.Actual[i], has = set.Count(true);
            counts[actual]++;
            covered[actual] += set[actual] ? 1 : 0;
            size += has;
            empty += has == 0 ? 1 : 0;
            answered += answers ? 1 : 0;
            errors += answers && images.Predicted[i] != actual ? 1 : 0;
        }
        return new PolicyMetrics(policy)
        {
            Count = images.Count,
            PerClass = [.. Enumerable.Range(0, classes).Select(c => new ClassCoverage(images.Labels[c], counts[c], covered[c], policy.Images[c]))],
            MeanSetSize = Share(size, images.Count),
            EmptySets = Share(empty, images.Count),
            Answered = answered,
            Errors = errors,
            Findings = findings,
            UnfamiliarShare = policy.Checks?.Familiarity is null || findings is null ? null : Share(findings.Count(f => f.IsUnfamiliar), images.Count),
            UnusableShare = policy.Checks?.Quality is null || findings is null ? null
                : Share(findings.Count(f => f.Problems != QualityProblems.None), images.Count),
            Curve = images.Curve(Enumerable.Range(0, images.Count)),
        };
    }

    /// <summary>Exact 95 % interval of a share; null of nothing.</summary>
    internal static ConfidenceInterval? Interval(int hits, int count)
    {
        if (count == 0)
            return null;
        (double low, double high) = BinomialBound.Interval(hits, count);
        return new ConfidenceInterval(low, high);
    }

    private static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
