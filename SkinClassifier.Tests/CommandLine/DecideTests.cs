using System.Globalization;
using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class DecideTests : FolderTests
{
    private static readonly string[] Quick = ["--image-size", "32", "--batch-size", "4", "--epochs", "1", "--tta", "1", "--quiet"];

    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder);
        File.WriteAllText(_folder.File("costs.json"), """{ "labels": ["red", "green"], "costs": [[0, 1000000000], [1, 0]] }""");
    }

    [TestCase("score")]
    [TestCase("balanced")]
    [TestCase("costs.json")]
    [TestCase("specificity=0.5:red")]
    public void A_run_decides_by_its_rule_in_every_file_and_verb(string decide)
    {
        (int code, string output, string error) =
            Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), .. Quick, "--validation", "0.3", "--decide", Path(decide)]);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("decided by").And.Contain("byScore").And.Contain("balanced"));
        ImageClassificationModel model = ImageClassificationModel.Load(_folder.File("run/model.zip"));
        JsonElement metrics = Metrics("run");
        Assert.That(metrics.GetProperty("decision").GetString(), Is.EqualTo(model.Manifest.Decision.Rule));
        foreach (string rule in new[] { "byScore", "balanced" })
        {
            Assert.That(metrics.GetProperty(rule).GetProperty("microAccuracy").GetDouble(), Is.InRange(0, 1));
            Assert.That(metrics.GetProperty(rule).GetProperty("perClass")[1].EnumerateObject().Select(p => p.Name),
                Is.EqualTo(new[] { "label", "recall", "f1" }));
        }
        Assert.That(metrics.GetProperty("balanced").GetProperty("exponent").GetDouble(), Is.EqualTo(model.Manifest.Decision.Exponent));
        Assert.That(Predicted("run"), Is.EqualTo(ByRule(model, "run")));
        Assert.That(File.ReadAllText(_folder.File("run/report.html")), Does.Contain("<h2>Decision rule</h2>"));
        Assert.That(File.ReadAllText(_folder.File("run/model-card.md")), Does.Contain("Predicted class: ").And.Contain("For screening"));

        Assert.That(Cli.Run("evaluate", _folder.File("run/model.zip"), _folder.File("data"), "-o", _folder.File("again"), "--quiet").Code, Is.Zero);
        string[] expected = ByRule(model, "again");
        Assert.That(Predicted("again"), Is.EqualTo(expected));
        foreach (string format in new[] { "csv", "json" })
        {
            (code, output, error) = Cli.Run("predict", _folder.File("run/model.zip"), _folder.File("data"), "--format", format);
            Assert.That(code, Is.Zero, error);
            string[] predicted = format == "json"
                ? [.. JsonDocument.Parse(output).RootElement.EnumerateArray().Select(p => p.GetProperty("predicted").GetString()!)]
                : [.. output.Trim().Split('\n').Skip(1).Select(l => l.Split(',')[1])];
            Assert.That(predicted.Order(), Is.EqualTo(expected.Order()));
        }
        (_, output, _) = Cli.Run("inspect", _folder.File("run/model.zip"));
        Assert.That(output, Does.Contain("decides by"));
        JsonElement config = JsonDocument.Parse(File.ReadAllText(_folder.File("run/config.json"))).RootElement;
        Assert.That(config.GetProperty("options").GetProperty("decide").GetString(), Is.EqualTo(Path(decide)));
    }

    [Test]
    public void An_evaluation_takes_another_rule_but_chooses_no_threshold()
    {
        SmallModels.Create(["green", "red"], size: 16).Save(_folder.File("model.zip"));
        (int Code, string Output, string Error) Evaluate(string decide) => Cli.Run(
            "evaluate", _folder.File("model.zip"), _folder.File("data"), "-o", _folder.File("out"), "--decide", decide);
        Assert.That(Evaluate(Path("costs.json")).Code, Is.Zero);
        Assert.That(Predicted("out"), Is.All.EqualTo("red"), "a missed red image costs a billion");
        Assert.That(Metrics("out").GetProperty("decision").GetString(), Is.EqualTo("costs"));
        Assert.That(Evaluate("balanced").Code, Is.Zero);
        Assert.That(Metrics("out").GetProperty("decision").GetString(), Is.EqualTo("balanced"));
        (int code, _, string error) = Evaluate("sensitivity=0.9:red");
        Assert.That((code, error), Is.EqualTo((2, "error: --decide: expected score, balanced or an existing JSON file of costs (thresholds are chosen by "
            + "train only), received sensitivity=0.9:red.\nSee: skinclassifier evaluate --help\n")));
        SmallModels.MobileNet(["green", "red"], 32).Save(_folder.File("model.zip"));
        (code, _, error) = Evaluate("balanced");
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("expected a model that says the class shares of its training data"));
    }

    [Test]
    public void What_is_wrong_with_a_rule_is_one_sentence()
    {
        Refused("sensitivity=1.2:red", 2, "error: --decide: expected score, balanced, an existing JSON file of costs, sensitivity=X:CLASS or "
            + "specificity=X:CLASS with X above 0 to 1, received sensitivity=1.2:red.");
        Refused("nowhere.json", 2, "received nowhere.json.");
        Refused("sensitivity=0.9:violet", 2, "error: --decide: sensitivity=0.9:violet: expected one of the classes green, red, received 'violet'. Use "
            + "the classes of the data.");
        File.WriteAllText(_folder.File("costs.json"), """{ "labels": ["red", "blue"], "costs": [[0, 1], [1, 0]] }""");
        Refused(Path("costs.json"), 2, "expected costs for the classes green, red, received also blue.");
        File.WriteAllText(_folder.File("costs.json"), """{ "labels": ["red", "green"], "costs": [[0, 1], [1]] }""");
        Refused(Path("costs.json"), 3, "costs.json: costs: expected a square table, received 2 rows and 1 columns in row 2. Correct the file.");

        void Refused(string decide, int expected, string sentence)
        {
            (int code, _, string error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), .. Quick, "--decide", decide]);
            Assert.That(code, Is.EqualTo(expected), error);
            Assert.That(error, Does.Contain(sentence));
        }
    }

    private string Path(string decide) => decide.EndsWith(".json", StringComparison.Ordinal) ? _folder.File(decide) : decide;

    private JsonElement Metrics(string run) => JsonDocument.Parse(File.ReadAllText(_folder.File($"{run}/metrics.json"))).RootElement;

    private string[] Predicted(string run) => [.. CsvTable.Read(_folder.File($"{run}/predictions.csv")).Rows.Select(r => r[2])];

    private string[] ByRule(ImageClassificationModel model, string run) => [.. CsvTable.Read(_folder.File($"{run}/predictions.csv")).Rows
        .Select(r => model.Labels[model.Decision.Decide([.. r[3..].Select(v => float.Parse(v, CultureInfo.InvariantCulture))])])];
}
