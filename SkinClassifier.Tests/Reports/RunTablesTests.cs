using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Reports;

namespace SkinClassifier.Tests.Reports;

public sealed class RunTablesTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("report").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_training_run_writes_all_files_and_an_evaluation_only_its_own()
    {
        SampleReport.Create().Write(Path.Combine(_folder, "train"));
        SampleReport.Create(withTraining: false).Write(Path.Combine(_folder, "evaluate"));
        Assert.That(Names("train"),
            Is.EqualTo(new[] { "history.csv", "metrics.json", "model-card.md", "predictions.csv", "report.html", "skipped.csv", "splits.csv" }));
        Assert.That(Names("evaluate"), Is.EqualTo(new[] { "metrics.json", "predictions.csv", "report.html", "skipped.csv" }));

        string[] Names(string folder) => [.. Directory.GetFiles(Path.Combine(_folder, folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
    }

    [Test]
    public void Predictions_read_back_to_the_same_figures()
    {
        RunReport report = SampleReport.Create();
        report.Write(_folder);
        CsvTable table = CsvTable.Read(Path.Combine(_folder, "predictions.csv"));
        Assert.That(table.Columns, Is.EqualTo((string[])["path", "label", "predicted", .. SampleReport.Labels]));
        Assert.That(table.Rows.Select(r => r[0]), Is.EqualTo(report.Examples.Select(e => e.Path)));
        int[] actual = [.. table.Rows.Select(r => Array.IndexOf(SampleReport.Labels, r[1]))];
        float[] scores = [.. table.Rows.SelectMany(r => r[3..]).Select(v => float.Parse(v, System.Globalization.CultureInfo.InvariantCulture))];
        ImageClassificationMetrics again = ImageClassificationMetrics.Compute(SampleReport.Labels, actual, scores);
        foreach (IMetric metric in MetricCatalog.All)
            Assert.That(again[metric.Name], Is.EqualTo(report.Metrics[metric.Name]), metric.Name);
        Assert.That(table.Rows.Select(r => r[2]), Is.EqualTo(report.Metrics.Examples.Predicted.ToArray().Select(p => SampleReport.Labels[p])));
    }

    [Test]
    public void Metrics_json_has_the_names_of_the_contract()
    {
        RunReport report = SampleReport.Create();
        report.Write(_folder);
        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "metrics.json"))).RootElement;
        string[] names = ["count", "labels", "microAccuracy", "macroAccuracy", "logLoss", "logLossReduction", "macroPrecision", "macroRecall",
            "macroF1", "weightedF1", "macroAuc", "matthewsCorrelation",
            "cohenKappa", "expectedCalibrationError", "top3Accuracy", "confusionMatrix", "perClass", "confidenceIntervals", "decision", "byScore",
            "balanced", "leaks", "policy", "neighborAgreement", "operatingPoints", "hierarchy", "subgroups", "meanCorruptionDrop", "robustness",
            "measuredOn"];
        Assert.That(json.EnumerateObject().Select(p => p.Name), Is.EqualTo(names));
        Assert.That(json.GetProperty("labels").EnumerateArray().Select(l => l.GetString()), Is.EqualTo(SampleReport.Labels));
        Assert.That(json.GetProperty("macroAuc").GetDouble(), Is.EqualTo(report.Metrics.MacroAuc));
        Assert.That(json.GetProperty("perClass")[0].EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "label", "support", "precision", "recall", "recallInterval", "f1", "specificity", "auc", "averagePrecision" }));
        Assert.That(
            json.GetProperty("confidenceIntervals").GetProperty("logLoss")[1].GetDouble(), Is.EqualTo(report.Metrics.ConfidenceIntervals["logLoss"].High));
    }

    [Test]
    public void Undefined_figures_are_null_in_metrics_json()
    {
        using MemoryStream stream = new();
        MetricsJson.Write(stream, ImageClassificationMetrics.Compute(["a", "b"], [0, 0], [0.9f, 0.1f, 0.8f, 0.2f]));
        JsonElement json = JsonDocument.Parse(stream.ToArray()).RootElement;
        Assert.That(json.GetProperty("macroAuc").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("perClass")[1].GetProperty("recall").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("microAccuracy").GetDouble(), Is.EqualTo(1));
    }

    [Test]
    public void Tables_are_quoted_as_rfc_4180_says()
    {
        SampleReport.Create().Write(_folder);
        Assert.That(File.ReadAllText(Path.Combine(_folder, "skipped.csv")), Is.EqualTo("path,reason\r\n\"x, y.png\",\"The \"\"file\"\" is empty.\"\r\n"));
        Assert.That(File.ReadAllText(Path.Combine(_folder, "history.csv")),
            Is.EqualTo("epoch,phase,trainLoss,trainAccuracy,validationLoss,validationAccuracy,learningRate,seconds\r\n"
            + "1,head,1.5,0.4,1.25,0.5,0.01,2.346\r\n2,head,1.1,0.6,,,0.005,2\r\n1,fine-tune,0.9,0.7,1,0.625,0.001,30\r\n"));
        Assert.That(File.ReadAllLines(Path.Combine(_folder, "splits.csv"))[0], Is.EqualTo("path,label,group,part"));
        Assert.That(File.ReadAllLines(Path.Combine(_folder, "splits.csv")),
            Has.Length.EqualTo(25).And.Some.StartsWith("\"a, \"\"quoted\"\"/bild 0.png\",\"a, \"\"quoted\"\"\",L0,"));
    }

    [Test]
    public void A_skipped_table_of_an_earlier_run_is_removed_when_nothing_was_skipped()
    {
        string path = Path.Combine(_folder, "skipped.csv");
        RunTables.WriteSkipped(path, [new SkippedFile("a", "b")]);
        Assert.That(File.Exists(path));
        RunTables.WriteSkipped(path, []);
        Assert.That(!File.Exists(path));
    }

    [Test]
    public void Examples_that_do_not_belong_to_the_metrics_are_refused()
    {
        RunReport report = SampleReport.Create();
        Assert.That(() => (report with { Examples = [] }).Write(_folder), Throws.ArgumentException);
        Assert.That(() => RunTables.WritePredictions(Path.Combine(_folder, "p.csv"), report.Metrics, []), Throws.ArgumentException);
    }
}
