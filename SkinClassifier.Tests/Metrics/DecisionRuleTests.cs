using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

/// <summary>Rules and choices computed by hand.</summary>
public sealed class DecisionRuleTests
{
    [Test]
    public void The_prior_corrected_rule_divides_by_the_share_to_the_power_t()
    {
        // Shares 0.81, 0.16, 0.03. At t = 1/2: 0.6 / 0.9 = 0.667, 0.3 / 0.4 = 0.75, 0.1 / 0.173 = 0.577.
        float[] scores = [0.6f, 0.3f, 0.1f];
        double[] prior = [0.81, 0.16, 0.03];
        Assert.That(DecisionRule.PriorCorrected(prior, 0).Decide(scores), Is.EqualTo(0), "the highest score");
        Assert.That(DecisionRule.PriorCorrected(prior, 0.5).Decide(scores), Is.EqualTo(1));
        // At t = 1: 0.741, 1.875, 3.333.
        Assert.That(DecisionRule.PriorCorrected(prior, 1).Decide(scores), Is.EqualTo(2));
    }

    [Test]
    public void The_cost_rule_takes_the_smallest_expected_cost()
    {
        // Rows actual: a missed "mel" (0) costs 10, a false alarm 1. Expected: predicting mel 0.9 · 1 = 0.9, predicting nv 0.1 · 10 = 1.
        DecisionRule rule = DecisionRule.ExpectedCost([[0, 10], [1, 0]]);
        Assert.That(rule.Decide([0.1f, 0.9f]), Is.EqualTo(0));
        // 0.92 against 0.8.
        Assert.That(rule.Decide([0.08f, 0.92f]), Is.EqualTo(1));
        Assert.That(DecisionRule.ExpectedCost([[0, 1, 1], [1, 0, 1], [1, 1, 0]]).Decide([0.2f, 0.5f, 0.3f]), Is.EqualTo(1), "equal costs: highest score");
    }

    [Test]
    public void Thresholds_of_two_classes_are_the_border_of_the_probability()
    {
        DecisionRule rule = DecisionRule.Thresholds([0.8, 0.2]);
        Assert.That(new[] { 0.19f, 0.21f, 0.9f }.Select(p => rule.Decide([1 - p, p])), Is.EqualTo(new[] { 0, 1, 1 }));
        // Three classes, 0.2 for the last: 0.5 / 0.8 = 0.625 against 0.15 / 0.2 = 0.75.
        Assert.That(DecisionRule.Thresholds([0.8, 0.8, 0.2]).Decide([0.5f, 0.35f, 0.15f]), Is.EqualTo(2));
    }

    [Test]
    public void Of_equal_values_the_first_class_is_taken() =>
        Assert.That(DecisionRule.HighestScore.Decide([0.2f, 0.4f, 0.4f]), Is.EqualTo(1));

    [Test]
    public void Every_rule_is_the_largest_of_its_weighted_sums()
    {
        Random random = new(1);
        foreach (DecisionRule rule in new[] { DecisionRule.HighestScore, DecisionRule.PriorCorrected([0.7, 0.2, 0.1], 0.65),
            DecisionRule.ExpectedCost([[0, 3, 1], [2, 0, 5], [1, 1, 0.5]]), DecisionRule.Thresholds([0.9, 0.9, 0.1]) })
            for (int n = 0; n < 200; n++)
            {
                float[] p = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
                double[] value = [.. Enumerable.Range(0, 3).Select(j => Enumerable.Range(0, 3).Sum(i => (double)rule.Weight(j, i) * p[i]))];
                Assert.That(value[rule.Decide(p)], Is.EqualTo(value.Max()).Within(1e-5), rule.Name);
            }
    }

    [Test]
    public void Values_out_of_range_are_refused_with_what_is_expected()
    {
        Assert.That(() => DecisionRule.PriorCorrected([0.5, 0], 0.5), Throws.ArgumentException.With.Message.Contains("above 0 to 1, received 0.5, 0"));
        Assert.That(() => DecisionRule.PriorCorrected([0.5, 0.5], 1.5), Throws.ArgumentException.With.Message.Contains("expected 0 to 1, received 1.5"));
        Assert.That(() => DecisionRule.ExpectedCost([[0, 1], [1]]), Throws.ArgumentException.With.Message.Contains("2 rows and 1 columns in row 2"));
        Assert.That(() => DecisionRule.ExpectedCost([[0, -1], [1, 0]]), Throws.ArgumentException.With.Message.Contains("0 or more, received -1 in row 1"));
        Assert.That(() => DecisionRule.ExpectedCost([[0, double.NaN], [1, 0]]), Throws.ArgumentException.With.Message.Contains("received NaN in row 1"));
        Assert.That(() => DecisionRule.Thresholds([0.5, 1.2]), Throws.ArgumentException.With.Message.Contains("above 0 to 1, received 0.5, 1.2"));
        Assert.That(() => DecisionRule.Thresholds([0.5, 0.5]).Decide([1f]), Throws.ArgumentException.With.Message.Contains("expected 2 scores, received 1"));
    }

    [Test]
    public void The_threshold_of_a_sensitivity_lies_below_the_last_image_that_it_needs()
    {
        // Class 1 of two; its images have 0.9, 0.6, 0.4 and 0.1, the others 0.5, 0.3 and 0.2.
        (float[] scores, int[] labels) = Two([0.9f, 0.6f, 0.4f, 0.1f], [0.5f, 0.3f, 0.2f]);
        // 3 of 4 are needed for 0.75: between 0.4 and 0.3.
        Assert.That(ThresholdChoice.ForSensitivity(scores, labels, 2, 1, 0.75)![1], Is.EqualTo(0.35).Within(1e-6));
        // 2 of 4 for 0.3 as for 0.5: between 0.6 and 0.5.
        Assert.That(ThresholdChoice.ForSensitivity(scores, labels, 2, 1, 0.3), Is.EqualTo(new[] { 0.45, 0.55 }).Within(1e-6));
        Assert.That(ThresholdChoice.ForSensitivity(scores, labels, 2, 1, 1), Is.Null, "every image would be predicted as the class");
        Assert.That(ThresholdChoice.ForSensitivity(scores, [.. labels.Select(_ => 0)], 2, 1, 0.5), Is.Null, "no image of the class");
    }

    [Test]
    public void The_threshold_of_a_specificity_lies_above_the_first_image_that_it_spares()
    {
        (float[] scores, int[] labels) = Two([0.9f, 0.6f, 0.4f, 0.1f], [0.5f, 0.3f, 0.2f]);
        // All three others are spared above 0.5: between 0.5 and 0.6. Two of three above 0.3: between 0.3 and 0.4.
        Assert.That(ThresholdChoice.ForSpecificity(scores, labels, 2, 1, 1)![1], Is.EqualTo(0.55).Within(1e-6));
        Assert.That(ThresholdChoice.ForSpecificity(scores, labels, 2, 1, 0.6)![1], Is.EqualTo(0.35).Within(1e-6));
        (float[] hard, int[] same) = Two([0.2f, 0.1f], [0.9f, 0.8f]);
        Assert.That(ThresholdChoice.ForSpecificity(hard, same, 2, 1, 1), Is.Null, "no image of the class would be found");
    }

    [Test]
    public void Thresholds_reach_their_share_on_the_images_that_chose_them_also_with_many_classes()
    {
        Random random = new(3);
        for (int round = 0; round < 40; round++)
        {
            int classes = 2 + round % 5;
            int[] labels = [.. Enumerable.Range(0, 60).Select(_ => random.Next(classes))];
            float[] scores = [.. labels.SelectMany(label => Random(random, classes, label))];
            double share = 0.5 + 0.4 * random.NextDouble();
            double[]? sensitive = ThresholdChoice.ForSensitivity(scores, labels, classes, 1, share),
                specific = ThresholdChoice.ForSpecificity(scores, labels, classes, 1, share);
            if (sensitive is not null)
                Assert.That(Metrics(sensitive).PerClass[1].Recall, Is.AtLeast(share - 1e-9));
            if (specific is not null)
                Assert.That(Metrics(specific).PerClass[1].Specificity, Is.AtLeast(share - 1e-9));
            Assert.That(sensitive ?? specific, Is.Not.Null);

            ImageClassificationMetrics Metrics(double[] thresholds) => ImageClassificationMetrics.Compute(
                [.. Enumerable.Range(0, classes).Select(c => $"{c}")], labels, scores, DecisionRule.Thresholds(thresholds));
        }
    }

    [Test]
    public void The_exponent_with_the_best_macro_recall_is_chosen()
    {
        // Shares 0.9 and 0.1. The frequent class has 0.95, the rare one 0.3: it is right from 0.7 · 0.1^t < 0.3 · 0.9^t, t > 0.386.
        double[] prior = [0.9, 0.1];
        float[] scores = new float[8000];
        int[] labels = [.. Enumerable.Range(0, 4000).Select(n => n % 10 == 0 ? 1 : 0)];
        for (int n = 0; n < labels.Length; n++)
            (scores[2 * n], scores[2 * n + 1]) = labels[n] == 0 ? (0.95f, 0.05f) : (0.7f, 0.3f);
        // Right at 0.4 to 1; smoothed over five neighbors at 0.5 to 1. The term 30/N · (t − usual)² then takes the nearest.
        Assert.That(BalancedExponent.Choose(scores, labels, prior, 0), Is.EqualTo(0.5).Within(1e-9));
        Assert.That(BalancedExponent.Choose(scores, labels, prior, 1), Is.EqualTo(1).Within(1e-9));
        Assert.That(BalancedExponent.Choose(scores, labels, prior, 0.7), Is.EqualTo(0.7).Within(1e-9));
    }

    [Test]
    public void Few_images_leave_the_exponent_where_it_is_expected()
    {
        double[] prior = [0.9, 0.1];
        float[] scores = [0.95f, 0.05f, 0.7f, 0.3f];
        Assert.That(BalancedExponent.Choose(scores, [0, 1], prior, 0), Is.Zero, "two images: 30/2 · t² counts more than what they say");
        Assert.That(BalancedExponent.Choose([], [], prior, 0.5), Is.EqualTo(0.5));
    }

    [Test]
    public void Metrics_of_classes_follow_the_rule_and_those_of_probabilities_do_not()
    {
        // Two of class 0 and two of class 1. By score the third is wrong; by the balanced rule (0.4 / 0.2 = 2 > 0.6 / 0.8) it is right and the second wrong.
        float[] scores = [0.9f, 0.1f, 0.7f, 0.3f, 0.6f, 0.4f, 0.2f, 0.8f];
        DecisionRule balanced = DecisionRule.PriorCorrected([0.8, 0.2], 1);
        ImageClassificationMetrics byScore = ImageClassificationMetrics.Compute(["a", "b"], [0, 0, 1, 1], scores),
            decided = ImageClassificationMetrics.Compute(["a", "b"], [0, 0, 1, 1], scores, balanced, balanced);
        Assert.That((byScore.Decision, decided.Decision, decided.BalancedExponent), Is.EqualTo(("score", "balanced", (double?)1)));
        Assert.That(byScore.PerClass.Select(c => c.Recall), Is.EqualTo(new double?[] { 1, 0.5 }));
        Assert.That(decided.PerClass.Select(c => c.Recall), Is.EqualTo(new double?[] { 0.5, 1 }));
        Assert.That((decided.ByScore.MicroAccuracy, decided.ByScore.MacroAccuracy, decided.ByScore.ConfusionMatrix.Recall(1)),
            Is.EqualTo((byScore.MicroAccuracy, byScore.MacroAccuracy, (double?)0.5)));
        Assert.That((decided.Balanced!.MacroF1, decided.Balanced.MacroAccuracy), Is.EqualTo((decided.MacroF1, decided.MacroAccuracy)));
        Assert.That(byScore.Balanced, Is.Null);
        foreach (string name in new[] { "logLoss", "logLossReduction", "macroAuc", "expectedCalibrationError", "top3Accuracy" })
            Assert.That(decided[name], Is.EqualTo(byScore[name]), name);
        Assert.That(decided.Calibration, Is.EqualTo(byScore.Calibration));
    }

    private static (float[] Scores, int[] Labels) Two(float[] own, float[] others) =>
        ([.. own.Concat(others).SelectMany(p => new[] { 1 - p, p })], [.. own.Select(_ => 1), .. others.Select(_ => 0)]);

    private static float[] Random(Random random, int classes, int label)
    {
        float[] row = [.. Enumerable.Range(0, classes).Select(c => random.NextSingle() + (c == label ? 0.3f : 0))];
        float sum = row.Sum();
        return [.. row.Select(v => v / sum)];
    }
}
