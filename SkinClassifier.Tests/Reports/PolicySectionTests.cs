using System.Text.Json;
using SkinClassifier.Calibration;
using SkinClassifier.Metrics;
using SkinClassifier.Reports;
using SkinClassifier.Tests.Calibration;

namespace SkinClassifier.Tests.Reports;

[TestFixture]
public sealed class PolicySectionTests
{
    [Test]
    public void The_page_tells_coverage_and_errors_among_answers()
    {
        RunReport report = WithPolicy(0.55, out PolicyMetrics reached);
        string page = ReportPage.Create(report);
        Assert.That(page, Does.Contain("<h2>Answers and prediction sets</h2>").And.Contain("<h3>Risk and coverage</h3>"));
        Assert.That(page, Does.Contain($"The model answers {reached.Answered} of {reached.Count} images"));
        Assert.That(page, Does.Contain("whose predicted class has a probability of at least 0.550"));
        Assert.That(page, Does.Contain("; promised are at most 10.0\u00A0%."));
        Assert.That(page, Does.Contain("b&lt;script&gt;</th>"), "names are escaped");
        Assert.That(page, Does.Contain("in every set"));
        Assert.That(ReportPage.Create(WithPolicy(null, out _)), Does.Contain("The model never abstains for low confidence"));
        Assert.That(ReportPage.Create(SampleReport.Create()), Does.Not.Contain("Answers and prediction sets"));
    }

    [Test]
    public void Metrics_json_has_the_fields_of_the_contract()
    {
        RunReport report = WithPolicy(0.55, out PolicyMetrics reached);
        using MemoryStream stream = new();
        MetricsJson.Write(stream, report.Metrics, policy: report.Policy);
        JsonElement policy = JsonDocument.Parse(stream.ToArray()).RootElement.GetProperty("policy");
        Assert.That(
            policy.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "alpha", "sets", "coverage", "meanSetSize", "emptySets", "perClass", "risk",
            "threshold", "answeredShare", "errorAmongAnswers", "errorInterval", "areaUnderRiskCoverage", "unfamiliarShare",
            "unusableShare", "calibratedOn" }));
        Assert.That(policy.GetProperty("perClass")[0].EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "label", "support", "calibrationImages", "coverage", "coverageInterval" }));
        Assert.That((policy.GetProperty("answeredShare").GetDouble(), policy.GetProperty("coverage").GetDouble(), policy.GetProperty("sets").GetString()),
            Is.EqualTo((reached.AnsweredShare, reached.Coverage, "class-conditional")));
        Assert.That(reached.Coverage, Is.EqualTo((double)reached.PerClass.Sum(c => c.Covered) / reached.Count));
    }

    private static RunReport WithPolicy(double? threshold, out PolicyMetrics reached)
    {
        RunReport report = SampleReport.Create();
        ScoredExamples scored = report.Metrics.Examples;
        float[] scores = [.. Enumerable.Range(0, scored.Count).SelectMany(i => scored.Scores(i).ToArray())];
        reached = PolicyMetrics.Measure(PredictionPolicyTests.Policy(threshold, 0.6, 0.7, double.PositiveInfinity),
            new CalibrationImages(scored.Labels, scores, scored.Actual.ToArray(), scored.Predicted.ToArray()));
        return report with { Policy = reached };
    }
}
