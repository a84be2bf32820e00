using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

/// <summary>Tests of two classifiers equal those recorded by assets/golden/metrics/record_comparisons.py.</summary>
public sealed class ModelComparisonTests
{
    private static readonly JsonElement Recorded =
        JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Asset("golden", "metrics", "comparisons.json"))).RootElement;

    private static IEnumerable<TestCaseData> Cases() =>
        Recorded.EnumerateArray().Select(c => new TestCaseData(c).SetArgDisplayNames(c.GetProperty("name").GetString()!));

    [TestCaseSource(nameof(Cases))]
    public void Both_tests_equal_the_recorded_ones(JsonElement recorded)
    {
        ModelComparison result = ModelComparison.Of(Metrics(recorded, "first"), Metrics(recorded, "second"));
        McNemarTest test = result.McNemar;
        Assert.Multiple(() =>
        {
            Assert.That((test.OnlyFirst, test.OnlySecond), Is.EqualTo((recorded.GetProperty("b").GetInt32(), recorded.GetProperty("c").GetInt32())));
            Equal(test.ChiSquare, recorded.GetProperty("chi"), "chi-square");
            Equal(test.ChiSquareP, recorded.GetProperty("chiP"), "p of chi-square");
            Equal(test.ExactP, recorded.GetProperty("exactP"), "exact p");
            foreach ((int c, JsonElement expected) in recorded.GetProperty("delong").EnumerateArray().Index())
            {
                DeLongTest area = result.DeLong[c];
                if (expected.ValueKind == JsonValueKind.Null)
                {
                    Assert.That((area.First, area.P), Is.EqualTo(((double?)null, (double?)null)));
                    continue;
                }
                Equal(area.First, expected.GetProperty("first"), "first");
                Equal(area.Second, expected.GetProperty("second"), "second");
                Equal(area.Z, expected.GetProperty("z"), "z");
                Equal(area.P, expected.GetProperty("p"), "p");
                Equal(area.Difference.Interval?.Low, expected.GetProperty("low"), "low");
                Equal(area.Difference.Interval?.High, expected.GetProperty("high"), "high");
            }
        });
    }

    [Test]
    public void A_model_does_not_differ_from_itself_and_the_difference_is_paired()
    {
        JsonElement recorded = Recorded[1];
        ImageClassificationMetrics first = Metrics(recorded, "first"), second = Metrics(recorded, "second");
        ModelComparison same = ModelComparison.Of(first, first), other = ModelComparison.Of(first, second);
        Assert.That(same.Differences.Values.Select(d => (d.Value, d.Interval)),
            Is.All.EqualTo(((double?)0, (ConfidenceInterval?)new ConfidenceInterval(0, 0))));
        Assert.That((same.McNemar.ExactP, same.DeLong[0].P), Is.EqualTo((1.0, (double?)null)));
        MeasuredValue accuracy = other.Differences["microAccuracy"];
        Assert.That(accuracy.Value, Is.EqualTo(first.MicroAccuracy - second.MicroAccuracy));
        Assert.That(accuracy.Interval!.Value.Low, Is.GreaterThan(0));
        ConfidenceInterval alone = first.ConfidenceIntervals["microAccuracy"], rest = second.ConfidenceIntervals["microAccuracy"];
        Assert.That(accuracy.Interval.Value.High - accuracy.Interval.Value.Low, Is.LessThan(alone.High - alone.Low + rest.High - rest.Low));
        Assert.That(other.Differences["logLoss"].Value, Is.LessThan(0), "the first is better");
    }

    [Test]
    public void Other_classes_or_images_are_refused()
    {
        ImageClassificationMetrics one = ImageClassificationMetrics.Compute(["a", "b"], [0, 1], [1, 0, 0, 1]);
        Assert.That(() => ModelComparison.Of(one, ImageClassificationMetrics.Compute(["a", "c"], [0, 1], [1, 0, 0, 1])),
            Throws.ArgumentException.With.Message.Contains("received a, b and a, c"));
        Assert.That(() => ModelComparison.Of(one, ImageClassificationMetrics.Compute(["a", "b"], [1, 1], [1, 0, 0, 1])), Throws.ArgumentException);
    }

    private static ImageClassificationMetrics Metrics(JsonElement recorded, string which) => ImageClassificationMetrics.Compute(
        [.. Enumerable.Range(0, recorded.GetProperty("classes").GetInt32()).Select(c => $"class {c}")],
        [.. recorded.GetProperty("actual").EnumerateArray().Select(v => v.GetInt32())],
        [.. recorded.GetProperty(which).EnumerateArray().Select(v => (float)(v.GetInt32() / 1000.0))]);

    private static void Equal(double? value, JsonElement expected, string name)
    {
        if (expected.ValueKind == JsonValueKind.Null)
            Assert.That(value, Is.Null, name);
        else if (expected.GetDouble() is var number)
            Assert.That(value, Is.EqualTo(number).Within(1e-9 * Math.Min(1, Math.Max(Math.Abs(number), 1e-250))), name);
    }
}
