using System.Diagnostics;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Calibration;

[TestFixture]
public sealed class PredictionPolicyTests
{
    private static readonly string[] Labels = ["mel", "nv", "bkl"];

    [Test]
    public void A_policy_answers_what_is_confident_and_says_why_it_does_not()
    {
        PredictionPolicy policy = Policy(0.6, 0.5, 0.8, 0.9);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(policy, [0.7f, 0.2f, 0.1f], 0), Is.EqualTo("answer {mel, nv, bkl}"));
            Assert.That(Judge(policy, [0.05f, 0.9f, 0.05f], 1), Is.EqualTo("answer {nv}"));
            Assert.That(Judge(policy, [0.55f, 0.25f, 0.2f], 0), Is.EqualTo("low-confidence {mel, nv, bkl}"));
            Assert.That(Judge(policy, [0.4f, 0.4f, 0.2f], 0), Is.EqualTo("low-confidence, not-in-set {nv, bkl}"));
        }
        Assert.That(Judge(Policy(0.6, 0.5, 0.5, 0.5), [0.4f, 0.4f, 0.2f], 0), Is.EqualTo("low-confidence, empty-set {}"));
        Assert.That(Judge(Policy(null, 0.5, 0.5, 0.5), [0.5f, 0.3f, 0.2f], 0), Is.EqualTo("answer {mel}"), "equal to the limit");
    }

    [Test]
    public void Reasons_are_sentences_with_the_numbers_of_the_image()
    {
        PredictionPolicy policy = Policy(0.6, 0.5, 0.8, 0.9);
        float[] scores = [0.4f, 0.4f, 0.2f];
        AbstentionCauses causes = policy.Judge(scores, 0, new bool[3]);
        Assert.That(policy.Reasons(causes, Labels, scores, 0, ["nv", "bkl"]), Is.EqualTo(new[]
        {
            new PredictionReason("low-confidence",
                "The probability of 'mel', 0.400, is below 0.600; with less, more than 10 % of the answers could be wrong."),
            new PredictionReason("not-in-set", "The predicted class 'mel' is not in the prediction set, which has 'nv', 'bkl'."),
        }));
    }

    [Test]
    public void Confidence_is_the_probability_of_the_predicted_class_whatever_rule_predicts_it()
    {
        DecisionRule balanced = DecisionRule.PriorCorrected([0.9, 0.05, 0.05], 1);
        CalibrationImages images = CalibrationImages.Of(Labels, [0.6f, 0.3f, 0.1f, 0.99f, 0.005f, 0.005f], [1, 0], balanced);
        Assert.That(images.Predicted, Is.EqualTo(new[] { 1, 0 }));
        Assert.That((images.Confidence(0), images.Confidence(1)), Is.EqualTo((0.3f, 0.99f)));
        Assert.That(Judge(Policy(0.5, 1, 1, 1), [0.6f, 0.3f, 0.1f], 1), Does.StartWith("low-confidence"), "the rule's class has 0.3");
    }

    [Test]
    public void Fitting_finds_limits_and_threshold_and_keeps_what_they_are_worth()
    {
        CalibrationImages images = Simulated(600, 1);
        List<string> said = [];
        PredictionPolicy policy = PredictionPolicy.Fit(images, new PolicyOptions { Risk = 0.2 }, "validation set, 600 images", said.Add)!;
        Assert.That(said, Is.Empty);
        Assert.That((policy.Images.Sum(), policy.CalibratedOn), Is.EqualTo((600, "validation set, 600 images")));
        Assert.That(policy.Threshold, Is.InRange(0.35, 0.95));
        Assert.That(policy.ErrorAmongAnswers, Is.LessThan(0.2));
        Assert.That(policy.AnsweredShare, Is.InRange(0.2, 0.99));
        Assert.That(policy.AreaUnderRiskCoverage, Is.LessThan(images.Predicted.Index().Average(p => p.Item == images.Actual[p.Index] ? 0.0 : 1)));
    }

    [Test]
    public void A_policy_keeps_its_promises_on_other_images_of_the_same_kind()
    {
        int broken = 0;
        double[] covered = new double[3], counts = new double[3];
        for (ulong draw = 0; draw < 100; draw++)
        {
            PredictionPolicy policy = PredictionPolicy.Fit(Simulated(300, 2 * draw), new PolicyOptions { Risk = 0.25 }, "", _ => { })!;
            PolicyMetrics reached = PolicyMetrics.Measure(policy, Simulated(3000, 2 * draw + 1));
            broken += reached.ErrorAmongAnswers > 0.25 + 0.02 ? 1 : 0;
            foreach ((int c, ClassCoverage coverage) in reached.PerClass.Index())
                (covered[c], counts[c]) = (covered[c] + coverage.Covered, counts[c] + coverage.Images);
        }
        Assert.That(covered.Select((c, i) => c / counts[i]), Is.All.InRange(0.89, 0.925));
        Assert.That(broken, Is.LessThanOrEqualTo(10));
    }

    [Test]
    public void What_a_policy_says_of_its_own_images_is_what_it_does_with_them()
    {
        PredictionPolicy policy = PredictionPolicy.Fit(Simulated(400, 3), new PolicyOptions { Risk = 0.3 }, "", _ => { })!;
        PolicyMetrics reached = PolicyMetrics.Measure(policy, Simulated(400, 3));
        Assert.That(reached.AnsweredShare, Is.EqualTo(policy.AnsweredShare), "measured on its own images, the same answers");
        Assert.That(reached.ErrorAmongAnswers, Is.EqualTo(policy.ErrorAmongAnswers));
    }

    [Test]
    public void Too_few_images_make_no_policy_and_a_sentence()
    {
        List<string> said = [];
        Assert.That(PredictionPolicy.Fit(Simulated(19, 1), new PolicyOptions(), "validation set, 19 images", said.Add), Is.Null);
        Assert.That(said, Is.EqualTo(new[]
        {
            "policy: 19 calibration images (validation set, 19 images) are fewer than 20; the model gets no prediction sets and never abstains. Give more "
                + "validation images.",
        }));
    }

    [Test]
    public void What_cannot_be_had_is_said()
    {
        List<string> said = [];
        PredictionPolicy policy = PredictionPolicy.Fit(Simulated(60, 1), new PolicyOptions { Alpha = 0.01, Risk = 0.01, MinImages = 15 }, "", said.Add)!;
        Assert.That(said, Has.Some.StartsWith("policy: 'bkl' (6) has fewer than 15 calibration images; its limit in prediction sets is that of all classes"));
        Assert.That(said, Has.Some.StartsWith("policy: 'mel' (18), 'nv' (36), 'bkl' (6) belong to every prediction set: α = 0.01 needs at least 99 "
            + "calibration images"));
        Assert.That(said, Has.Some.StartsWith("policy: no confidence makes it likely that at most 1 % of the answers are wrong, on 60 calibration images"));
        Assert.That((said.Count, policy.Threshold, policy.AnsweredShare, policy.ErrorAmongAnswers),
            Is.EqualTo((3, (double?)null, (double?)null, (double?)null)));
        Assert.That(policy.Limits, Is.All.EqualTo(double.PositiveInfinity));
        said.Clear();
        Assert.That(PredictionPolicy.Fit(Simulated(600, 1), new PolicyOptions { Risk = 1 }, "", said.Add)!.Threshold, Is.Null);
        Assert.That(said, Is.Empty, "risk 1 wants no threshold");
    }

    [Test]
    public void Wrong_lengths_are_the_callers_error()
    {
        PredictionPolicy policy = Policy(0.6, 0.5, 0.8, 0.9);
        Assert.That(() => policy.Apply([0.5f, 0.5f], 0, new bool[3]), Throws.ArgumentException.With.Message.StartsWith("PredictionPolicy: expected 3 scores"));
        Assert.That(() => policy.Apply([0.5f, 0.5f, 0], 3, new bool[3]), Throws.ArgumentException);
        Assert.That(() => policy.Apply([0.5f, 0.5f, 0], 0, new bool[2]), Throws.ArgumentException);
    }

    [TestCase(PredictionSetKind.ClassConditional, 7)]
    [TestCase(PredictionSetKind.Raps, 7)]
    [TestCase(PredictionSetKind.Raps, 200)]
    public void Applying_a_policy_allocates_nothing_and_takes_microseconds(PredictionSetKind kind, int classes)
    {
        PredictionPolicy policy = new(new PredictionSets(kind, [.. Enumerable.Repeat(0.9, classes)], 0.05, 2)) { Threshold = 0.5 };
        float[] scores = [.. Enumerable.Range(1, classes).Select(i => 2f * i / classes / (classes + 1))];
        bool[] set = new bool[classes];
        Assert.That(AllocatedBytes.Of(200, () => policy.Apply(scores, classes - 1, set)), Is.Zero);
        double best = double.PositiveInfinity;
        for (int round = 0; round < 20; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 1000; i++)
                policy.Apply(scores, classes - 1, set);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 1000);
        }
        Assert.That(best, Is.LessThan(100));
        TestContext.Out.WriteLine($"{kind}, {classes} classes: {best:0.000} µs");
    }

    internal static PredictionPolicy Policy(double? threshold, params double[] limits) =>
        new(new PredictionSets(PredictionSetKind.ClassConditional, limits, 0.05, 2))
        {
            Options = new PolicyOptions(),
            Threshold = threshold,
            Images = [.. limits.Select(_ => 30)],
        };

    /// <summary>Images of three classes (3 : 6 : 1) with probabilities that favor the right one.</summary>
    private static CalibrationImages Simulated(int count, ulong seed)
    {
        SeededRandom random = new(seed, 77, 1);
        float[] scores = new float[3 * count];
        int[] actual = [.. Enumerable.Range(0, count).Select(i => i % 10 < 3 ? 0 : i % 10 < 9 ? 1 : 2)];
        for (int i = 0; i < count; i++)
        {
            double[] e = [.. Enumerable.Range(0, 3).Select(c => Math.Exp(random.NextGaussian() + (c == actual[i] ? 1.5 : 0)))];
            for (int c = 0; c < 3; c++)
                scores[3 * i + c] = (float)(e[c] / e.Sum());
        }
        return CalibrationImages.Of(Labels, scores, actual, DecisionRule.HighestScore);
    }

    private static string Judge(PredictionPolicy policy, float[] scores, int predicted)
    {
        bool[] set = new bool[3];
        AbstentionCauses causes = policy.Judge(scores, predicted, set);
        string[] names = [.. Labels.Where((_, c) => set[c])];
        Assert.That(policy.Apply(scores, predicted, set), Is.EqualTo(causes == AbstentionCauses.None ? PredictionDecision.Answer : PredictionDecision.Abstain));
        string codes = string.Join(", ", policy.Reasons(causes, Labels, scores, predicted, names).Select(r => r.Code));
        return $"{(codes.Length == 0 ? "answer" : codes)} {{{string.Join(", ", names)}}}";
    }
}
