using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

/// <summary>Every metric equals scikit-learn's, recorded by assets/golden/metrics/record_metrics.py.</summary>
public sealed class MetricGoldenTests
{
    private static readonly JsonElement Recorded = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Asset("golden", "metrics", "metrics.json"))).RootElement;

    private static IEnumerable<TestCaseData> Cases() =>
        Recorded.EnumerateArray().Select(c => new TestCaseData(c).SetArgDisplayNames(c.GetProperty("name").GetString()!));

    [TestCaseSource(nameof(Cases))]
    public void Figures_equal_the_recorded_ones(JsonElement recorded)
    {
        (ImageClassificationMetrics metrics, _) = Compute(recorded);
        JsonElement expected = recorded.GetProperty("expected");
        Assert.Multiple(() =>
        {
            foreach (IMetric metric in MetricCatalog.All)
                Check(metric.Name, metrics[metric.Name], expected.GetProperty(metric.Name));
            Assert.That(metrics.ConfusionMatrix.ToRows(),
                Is.EqualTo(expected.GetProperty("confusionMatrix").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt64()).ToArray())));
            foreach ((int index, JsonElement row) in expected.GetProperty("perClass").EnumerateArray().Index())
            {
                ClassMetrics c = metrics.PerClass[index];
                Assert.That(c.Support, Is.EqualTo(row.GetProperty("support").GetInt64()));
                Check($"{index} precision", c.Precision, row.GetProperty("precision"));
                Check($"{index} recall", c.Recall, row.GetProperty("recall"));
                Check($"{index} f1", c.F1, row.GetProperty("f1"));
                Check($"{index} specificity", c.Specificity, row.GetProperty("specificity"));
                Check($"{index} auc", c.Auc, row.GetProperty("auc"));
                Check($"{index} averagePrecision", c.AveragePrecision, row.GetProperty("averagePrecision"));
            }
        });
    }

    [TestCaseSource(nameof(Cases))]
    public void The_order_of_examples_does_not_matter(JsonElement recorded)
    {
        (ImageClassificationMetrics forward, _) = Compute(recorded);
        (ImageClassificationMetrics backward, _) = Compute(recorded, reversed: true);
        foreach (IMetric metric in MetricCatalog.All)
        {
            double? a = forward[metric.Name], b = backward[metric.Name];
            Assert.That(b.HasValue, Is.EqualTo(a.HasValue), metric.Name);
            Assert.That(b ?? 0, Is.EqualTo(a ?? 0).Within(1e-12), metric.Name);
        }
    }

    internal static (ImageClassificationMetrics Metrics, int[] Actual) Compute(JsonElement recorded, bool reversed = false)
    {
        int classes = recorded.GetProperty("classes").GetInt32();
        int[] actual = [.. recorded.GetProperty("actual").EnumerateArray().Select(v => v.GetInt32())];
        float[][] rows = [.. recorded.GetProperty("thousandths").EnumerateArray().Select(v => (float)(v.GetInt32() / 1000.0)).Chunk(classes)];
        if (reversed)
        {
            Array.Reverse(actual);
            Array.Reverse(rows);
        }
        string[] labels = [.. Enumerable.Range(0, classes).Select(c => $"class {c}")];
        return (ImageClassificationMetrics.Compute(labels, actual, [.. rows.SelectMany(r => r)]), actual);
    }

    private static void Check(string name, double? value, JsonElement expected)
    {
        if (expected.ValueKind == JsonValueKind.Null)
            Assert.That(value, Is.Null, name);
        else
            Assert.That(value, Is.EqualTo(expected.GetDouble()).Within(1e-9), name);
    }
}
