using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

/// <summary>Operating points equal those recorded by assets/golden/metrics/record_operating.py, and their definitions.</summary>
public sealed class OperatingPointTests
{
    private static readonly JsonElement Recorded = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Asset("golden", "metrics", "operating.json"))).RootElement;

    private static IEnumerable<TestCaseData> Cases() =>
        Recorded.EnumerateArray().Select(c => new TestCaseData(c).SetArgDisplayNames(c.GetProperty("name").GetString()!));

    [TestCaseSource(nameof(Cases))]
    public void Points_curves_and_areas_equal_the_recorded_ones(JsonElement recorded)
    {
        (ImageClassificationMetrics metrics, _) = MetricGoldenTests.Compute(recorded);
        Dictionary<string, double> stated = recorded.GetProperty("stated").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
        IReadOnlyList<ClassOperatingPoints> classes = metrics.OperatingPoints(stated);
        Assert.Multiple(() =>
        {
            foreach ((int c, JsonElement expected) in recorded.GetProperty("expected").EnumerateArray().Index())
                Check(metrics, classes[c], c, expected, stated.ContainsKey($"class {c}"));
        });
    }

    private static void Check(ImageClassificationMetrics metrics, ClassOperatingPoints points, int label, JsonElement expected, bool isStated)
    {
        Assert.That(points.IsPrevalenceStated, Is.EqualTo(isStated));
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.That((points.PartialAuc, points.Points[1].Sensitivity, points.NetBenefit.Model[0]),
                Is.EqualTo(((double?)null, (double?)null, (double?)null)));
            return;
        }
        Equal(points.PartialAuc, expected.GetProperty("partialAuc"), "partialAuc");
        Equal(metrics.PerClass[label].AveragePrecision, expected.GetProperty("averagePrecision"), "averagePrecision");
        foreach ((int i, JsonElement row) in expected.GetProperty("points").EnumerateArray().Index())
        {
            OperatingPoint p = points.Points[i];
            foreach ((string name, double? value) in new[] { ("threshold", p.Threshold), ("sensitivity", p.Sensitivity), ("specificity", p.Specificity),
                ("ppv", p.PositivePredictiveValue), ("npv", p.NegativePredictiveValue), ("f0.5", p.FHalf), ("f1", p.F1), ("f2", p.F2) })
                Equal(value, row.GetProperty(name), $"{points.Label} {p.Kind} {p.Target} {name}");
        }
        foreach ((string name, IReadOnlyList<double?> values) in new[] { ("model", points.NetBenefit.Model), ("all", points.NetBenefit.All) })
            Equal(values, expected.GetProperty("benefit").GetProperty(name), $"{points.Label} {name}");
        ThresholdCurve curve = metrics.Examples.Ranked(label).Curve(metrics.Examples);
        int[] entries = [.. Enumerable.Range(1, curve.Count - 1)];
        Equal([.. entries.Select(i => (double?)curve.Sensitivity(i))], expected.GetProperty("recall"), "recall");
        Equal([.. entries.Select(i => (double?)(curve.Hits(i) / (curve.Hits(i) + curve.Alarms(i))))], expected.GetProperty("precision"), "precision");
        Assert.That(points.PrecisionRecall, Is.SubsetOf(entries.Select(i => (curve.Sensitivity(i), curve.Hits(i) / (curve.Hits(i) + curve.Alarms(i))))));
        Assert.That(points.PrecisionRecall[^1].Recall, Is.EqualTo(1));
    }

    [Test]
    public void A_perfect_class_has_the_whole_partial_area_and_a_useless_one_that_of_chance()
    {
        int[] actual = [0, 0, 0, 0, 1, 1, 1, 1];
        ClassOperatingPoints perfect = Two(actual, [0.1f, 0.2f, 0.3f, 0.4f, 0.6f, 0.7f, 0.8f, 0.9f]);
        Assert.That((perfect.PartialAuc!.Value, perfect.Points[1].Sensitivity, perfect.Points[3].Specificity), Is.EqualTo((0.2, 1.0, 1.0)).Within(1e-12));
        ClassOperatingPoints useless = Two(actual, [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f]);
        Assert.That(useless.PartialAuc, Is.EqualTo(0.02).Within(1e-12));
        Assert.That((useless.Points[1].Threshold, useless.Points[1].Sensitivity, useless.Points[1].Specificity), Is.EqualTo(((double?)null, 0.0, 1.0)),
            "only a threshold above every score keeps the specificity");
    }

    [Test]
    public void Predictive_values_follow_the_stated_prevalence()
    {
        int[] actual = [0, 0, 0, 0, 1, 1, 1, 1];
        float[] scores = [0.1f, 0.2f, 0.3f, 0.9f, 0.4f, 0.7f, 0.8f, 0.95f];
        OperatingPoint here = Two(actual, scores).Points[0], rare = Two(actual, scores, 0.01).Points[0];
        Assert.That((here.Sensitivity, here.Specificity), Is.EqualTo((0.75, 0.75)));
        Assert.That((here.PositivePredictiveValue, here.NegativePredictiveValue), Is.EqualTo((0.75, 0.75)));
        Assert.That(rare.PositivePredictiveValue, Is.EqualTo(0.75 * 0.01 / (0.75 * 0.01 + 0.25 * 0.99)).Within(1e-12));
        Assert.That(rare.NegativePredictiveValue, Is.EqualTo(0.75 * 0.99 / (0.75 * 0.99 + 0.25 * 0.01)).Within(1e-12));
        Assert.That(() => Two(actual, scores, 1), Throws.ArgumentException.With.Message.Contains("received class 1 1."));
    }

    [Test]
    public void The_same_seed_gives_the_same_intervals_on_any_number_of_threads_and_they_hold_the_value()
    {
        (ImageClassificationMetrics one, ImageClassificationMetrics three) = (Random(1), Random(3));
        foreach ((ClassOperatingPoints a, ClassOperatingPoints b) in one.OperatingPoints().Zip(three.OperatingPoints()))
        {
            Assert.That(a.PartialAucInterval, Is.EqualTo(b.PartialAucInterval).And.Not.Null);
            Assert.That(a.PartialAuc, Is.InRange(a.PartialAucInterval!.Value.Low, a.PartialAucInterval.Value.High));
            Assert.That(a.Points, Is.EqualTo(b.Points));
            Assert.That(a.Points[1].Sensitivity, Is.InRange(a.Points[1].Interval!.Value.Low, a.Points[1].Interval!.Value.High));
        }

        static ImageClassificationMetrics Random(int threads)
        {
            SkinClassifier.Common.SeededRandom random = new(5);
            int[] actual = [.. Enumerable.Range(0, 90).Select(i => i % 3)];
            float[] scores = [.. actual.SelectMany(a => Enumerable.Range(0, 3).Select(c => random.NextSingle() + (c == a ? 0.5f : 0)))];
            return ImageClassificationMetrics.Compute(["a", "b", "c"], actual, scores, workers: new SkinClassifier.Common.WorkerPool(threads));
        }
    }

    private static ClassOperatingPoints Two(int[] actual, float[] scores, double? prevalence = null) =>
        ImageClassificationMetrics.Compute(["class 0", "class 1"], actual, [.. scores.SelectMany(s => new[] { 1 - s, s })])
            .OperatingPoints(prevalence is { } p ? new Dictionary<string, double> { ["class 1"] = p } : null)[1];

    private static void Equal(double? value, JsonElement expected, string name)
    {
        if (expected.ValueKind == JsonValueKind.Null)
            Assert.That(value, Is.Null, name);
        else
            Assert.That(value, Is.EqualTo(expected.GetDouble()).Within(1e-9), name);
    }

    private static void Equal(IReadOnlyList<double?> values, JsonElement expected, string name) =>
        Assert.That(values, Is.EqualTo(expected.EnumerateArray().Select(v => (double?)v.GetDouble())).Within(1e-9), name);
}
