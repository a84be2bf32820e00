using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

/// <summary>
/// Where a metric differs from scikit-learn's by definition: docs/metrics.md, "Differences from scikit-learn". The other numbers are those of
/// scikit-learn 1.2.1.
/// </summary>
public sealed class DefinitionTests
{
    private static readonly string[] Four = ["a", "b", "c", "d"], Three = ["a", "b", "c"];

    [Test]
    public void Of_equal_scores_the_first_classes_count_as_higher()
    {
        float[] equal = [0.25f, 0.25f, 0.25f, 0.25f];
        double?[] right = [.. Enumerable.Range(0, 4).Select(c => ImageClassificationMetrics.Compute(Four, [c], equal).Top3Accuracy)];
        Assert.That(right, Is.EqualTo(new double?[] { 1, 1, 1, 0 }), "top_k_accuracy_score with k=3: 0, 1, 1, 1");
    }

    [Test]
    public void A_score_of_0_for_the_truth_costs_34_5()
    {
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(["x", "y"], [0, 1], [0, 1, 0, 1]);
        Assert.That(metrics.LogLoss, Is.EqualTo(-Math.Log(1e-15) / 2).Within(1e-12), "log_loss: 18.0218 with float64, 7.9712 with float32");
    }

    [Test]
    public void Scores_are_taken_as_they_are_and_not_divided_by_their_sum()
    {
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(["x", "y"], [0, 1], [0.5f, 1, 0.2f, 0.9f]);
        Assert.That(metrics.LogLoss, Is.EqualTo(0.399254).Within(1e-6), "log_loss: 0.649641");
    }

    [Test]
    public void A_class_that_is_predicted_and_never_true_does_not_count_in_macro_averages()
    {
        // Actual a a b b, predicted a c b b.
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(Three, [0, 0, 1, 1], [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0]);
        Assert.Multiple(() =>
        {
            Assert.That(metrics.MacroF1, Is.EqualTo(5 / 6.0).Within(1e-12), "f1_score: 0.5556");
            Assert.That(metrics.MacroPrecision, Is.EqualTo(1.0).Within(1e-12), "precision_score: 0.6667");
            Assert.That(metrics.MacroRecall, Is.EqualTo(0.75).Within(1e-12), "recall_score: 0.5");
            Assert.That(metrics.MacroAccuracy, Is.EqualTo(0.75).Within(1e-12), "balanced_accuracy_score: the same");
            Assert.That(metrics.WeightedF1, Is.EqualTo(5 / 6.0).Within(1e-12), "f1_score weighted: the same");
            Assert.That(metrics.MacroAuc, Is.EqualTo(new[] { 0, 1 }.Average(c => metrics.PerClass[c].Auc)).Within(1e-12), "roc_auc_score: ValueError");
        });
    }

    [Test]
    public void What_is_undefined_is_null()
    {
        ImageClassificationMetrics one = ImageClassificationMetrics.Compute(["x", "y"], [0, 0], [0.9f, 0.1f, 0.8f, 0.2f]);
        Assert.That((one.MatthewsCorrelation, one.CohenKappa, one.PerClass[1].AveragePrecision, one.PerClass[1].Precision),
            Is.EqualTo(((double?)null, (double?)null, (double?)null, (double?)null)),
            "matthews_corrcoef 0, cohen_kappa_score nan, average_precision_score 0, precision_score 0");
    }
}
