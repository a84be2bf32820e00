using System.Globalization;

namespace SkinClassifier.Calibration;

/// <summary>
/// When a model answers and when it abstains, and which classes an image may have: fitted on images that were not trained on, stored in model.zip. Immutable
/// and safe to share between threads. What its promises mean and do not mean: docs/abstaining.md.
/// </summary>
/// <remarks>
/// The confidence of an image is the probability of its predicted class, whatever rule predicts it (<see cref="Metrics.DecisionRule"/>): with calibrated
/// probabilities that is the chance that the prediction is right, and no other order of the images gives fewer errors among as many answers (Chow, On optimum
/// recognition error and reject tradeoff, 1970). With the rules for costs and for sensitivity the risk is still the share of wrong classes, not their cost.
/// </remarks>
public sealed class PredictionPolicy
{
    internal PredictionPolicy(PredictionSets sets) => Rule = sets;

    /// <summary>What was asked for when it was made.</summary>
    public PolicyOptions Options { get; internal init; } = new();

    /// <summary>
    /// Smallest probability of the predicted class with which the model answers; 0: any. Null: no threshold could promise <see cref="PolicyOptions.Risk"/> on
    /// the calibration images, or none was wanted; the model then never abstains for low confidence.
    /// </summary>
    public double? Threshold { get; internal init; }

    /// <summary>Calibration images of each class, in the order of the labels.</summary>
    public IReadOnlyList<int> Images { get; internal init; } = [];

    /// <summary>Share of the calibration images that the model would answer; null without a threshold.</summary>
    public double? AnsweredShare { get; internal init; }

    /// <summary>Errors among those answers; null without a threshold or an answer.</summary>
    public double? ErrorAmongAnswers { get; internal init; }

    /// <summary>Area under the risk-coverage curve of the calibration images: mean error among the k most confident, over all k; smaller is better.</summary>
    public double? AreaUnderRiskCoverage { get; internal init; }

    /// <summary>Which images it was fitted on, for people.</summary>
    public string CalibratedOn { get; internal init; } = "";

    /// <summary>What is checked of an image before an answer counts; null: nothing.</summary>
    internal ImageChecks? Checks { get; private init; }

    /// <summary>
    /// Limit of each class's score, in the order of the labels: a class is in the set of an image when 1 − its probability is at most this. With
    /// <see cref="PredictionSetKind.Raps"/> of the ranked sum of probabilities. Infinite: the class is in every set, because too few images were there to rule
    /// it out.
    /// </summary>
    public IReadOnlyList<double> Limits => Rule.Limits;

    /// <summary>How sets are made.</summary>
    internal PredictionSets Rule { get; }

    /// <summary>Applies the policy to the probabilities of an image. Allocates nothing (up to 256 classes).</summary>
    /// <param name="scores">Probabilities [K] of the model that has this policy.</param>
    /// <param name="predicted">Its predicted class, 0 to K − 1.</param>
    /// <param name="set">Gets true for every class that is in the prediction set [K].</param>
    /// <returns>Answer or abstain.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or there is no such class.</exception>
    public PredictionDecision Apply(ReadOnlySpan<float> scores, int predicted, Span<bool> set) =>
        Judge(scores, predicted, set) == AbstentionCauses.None ? PredictionDecision.Answer : PredictionDecision.Abstain;

    /// <summary>What it does, for people.</summary>
    public override string ToString()
    {
        string each = Options.Sets == PredictionSetKind.ClassConditional ? " of each class" : "";
        string answers = Threshold is not { } threshold ? "never abstains for low confidence" : string.Create(CultureInfo.InvariantCulture,
            $"answers from a probability of {threshold:0.000}: {AnsweredShare * 100:0.0} % of the calibration images, of which "
                + $"{ErrorAmongAnswers * 100:0.0} % are wrong");
        return string.Create(
            CultureInfo.InvariantCulture, $"prediction sets with the class of {(1 - Options.Alpha) * 100:0.##} % of the images{each}; {answers} "
            + $"(calibrated on: {CalibratedOn})");
    }

    /// <summary>The same policy with other checks of the image.</summary>
    internal PredictionPolicy WithChecks(ImageChecks? checks) => new(Rule)
    {
        Options = Options,
        Threshold = Threshold,
        Images = Images,
        AnsweredShare = AnsweredShare,
        ErrorAmongAnswers = ErrorAmongAnswers,
        AreaUnderRiskCoverage = AreaUnderRiskCoverage,
        CalibratedOn = CalibratedOn,
        Checks = checks,
    };

    /// <summary>What speaks against an answer.</summary>
    /// <inheritdoc cref="Apply"/>
    internal AbstentionCauses Judge(ReadOnlySpan<float> scores, int predicted, Span<bool> set)
    {
        if (scores.Length != Limits.Count || set.Length != Limits.Count || (uint)predicted >= (uint)Limits.Count)
            throw new ArgumentException($"PredictionPolicy: expected {Limits.Count} scores, room for {Limits.Count} classes and a class from 0 to "
                + $"{Limits.Count - 1}, received {scores.Length}, {set.Length} and {predicted}.");
        int count = Rule.Fill(scores, set);
        return (count == 0 ? AbstentionCauses.EmptySet : set[predicted] ? AbstentionCauses.None : AbstentionCauses.NotInSet)
            | (scores[predicted] < Threshold ? AbstentionCauses.LowConfidence : AbstentionCauses.None);
    }

    /// <summary>The causes as codes and sentences; none for an answer.</summary>
    internal IReadOnlyList<PredictionReason> Reasons(AbstentionCauses causes, IReadOnlyList<string> labels, ReadOnlySpan<float> scores, int predicted,
        IReadOnlyList<string> set)
    {
        if (causes == AbstentionCauses.None)
            return [];
        List<PredictionReason> reasons = [];
        if (causes.HasFlag(AbstentionCauses.LowConfidence))
            reasons.Add(new("low-confidence", string.Create(CultureInfo.InvariantCulture,
                $"The probability of '{labels[predicted]}', {scores[predicted]:0.000}, "
                + $"is below {Threshold:0.000}; with less, more than {Options.Risk * 100:0.##} % of the answers could be wrong.")));
        if (causes.HasFlag(AbstentionCauses.EmptySet))
            reasons.Add(new("empty-set", "No class fits: each is less probable than it is for nearly all images of that class."));
        if (causes.HasFlag(AbstentionCauses.NotInSet))
            reasons.Add(new("not-in-set", $"The predicted class '{labels[predicted]}' is not in the prediction set, which has "
                + $"{string.Join(", ", set.Select(l => $"'{l}'"))}."));
        return reasons;
    }

    /// <summary>Fits a policy.</summary>
    /// <param name="images">Images that were not trained on.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="calibratedOn">What the images are, for people.</param>
    /// <param name="warn">Takes a sentence about what cannot be had with these images.</param>
    /// <returns>Null where there are too few images; a sentence says so.</returns>
    internal static PredictionPolicy? Fit(CalibrationImages images, PolicyOptions options, string calibratedOn, Action<string> warn)
    {
        if (images.Count < options.MinImages)
        {
            warn($"policy: {images.Count} calibration images ({calibratedOn}) are fewer than {options.MinImages}; the model gets no prediction sets and never "
                + "abstains. Give more validation images.");
            return null;
        }
        int classes = images.Labels.Count;
        int[] counts = [.. Enumerable.Range(0, classes).Select(c => images.Actual.Count(a => a == c))];
        PredictionSets sets = PredictionSets.Fit(images.Scores, images.Actual, classes, options);
        WarnOfLimits(images.Labels, counts, sets, options, warn);
        int[] eligible = Eligible(images, sets);
        RiskCoverage curve = images.Curve(eligible);
        double? threshold = options.Risk >= 1 ? null
            : AnswerThreshold.Find(curve, options.Risk, options.RiskError, AnswerThreshold.IndependentShare(images.Groups, eligible));
        if (threshold is null && options.Risk < 1)
            warn(string.Create(CultureInfo.InvariantCulture, $"policy: no confidence makes it likely that at most {options.Risk * 100:0.##} % of the answers "
                + $"are wrong, on {images.Count} calibration images; the model never abstains for low confidence. Allow a higher risk, or give more validation "
                + $"images."));
        int[] answered = [.. eligible.Where(i => images.Confidence(i) >= threshold)];
        return new PredictionPolicy(sets)
        {
            Options = options,
            Threshold = threshold,
            Images = counts,
            AnsweredShare = threshold is null ? null : (double)answered.Length / images.Count,
            ErrorAmongAnswers = answered.Length == 0 ? null : answered.Average(i => images.Predicted[i] == images.Actual[i] ? 0.0 : 1.0),
            AreaUnderRiskCoverage = images.Curve(Enumerable.Range(0, images.Count)).Area,
            CalibratedOn = calibratedOn,
        };
    }

    /// <summary>The images whose predicted class is in their set: only they can be answered.</summary>
    private static int[] Eligible(CalibrationImages images, PredictionSets sets)
    {
        bool[] set = new bool[images.Labels.Count];
        List<int> eligible = [];
        for (int i = 0; i < images.Count; i++)
        {
            sets.Fill(images.ScoresOf(i), set);
            if (set[images.Predicted[i]])
                eligible.Add(i);
        }
        return [.. eligible];
    }

    private static void WarnOfLimits(IReadOnlyList<string> labels, int[] counts, PredictionSets sets, PolicyOptions options, Action<string> warn)
    {
        int[] few = [.. Enumerable.Range(0, labels.Count).Where(c => counts[c] < options.MinImages)];
        if (options.Sets == PredictionSetKind.ClassConditional && few.Length > 0)
            warn($"policy: {Names(few)} {(few.Length == 1 ? "has" : "have")} fewer than {options.MinImages} calibration images; "
                + $"{(few.Length == 1 ? "its" : "their")} limit in prediction sets is that of all classes together, and their coverage is not promised class "
                + "by class.");
        int[] open = [.. Enumerable.Range(0, labels.Count).Where(c => double.IsInfinity(sets.Limits[c]))];
        if (open.Length > 0)
            warn(string.Create(CultureInfo.InvariantCulture, $"policy: {Names(open)} {(open.Length == 1 ? "belongs" : "belong")} to every prediction set: α = "
                + $"{options.Alpha} needs at least {ImagesFor(options.Alpha)} calibration images to rule a class out."));

        string Names(int[] classes) => string.Join(", ", classes.Take(8).Select(c => $"'{labels[c]}' ({counts[c]})")) + (classes.Length > 8 ? " …" : "");
    }

    /// <summary>The smallest n with a finite limit.</summary>
    private static int ImagesFor(double alpha) => (int)Math.Ceiling(1 / (decimal)alpha) - 1;
}
