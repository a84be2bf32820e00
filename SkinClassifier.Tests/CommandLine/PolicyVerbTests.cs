using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Tests.Calibration;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class PolicyVerbTests : FolderTests
{
    private string _model = "", _red = "", _gray = "";

    [SetUp]
    public void Prepare()
    {
        (_model, _red, _gray) = (_folder.File("model.zip"), _folder.File("data/red/red.png"), _folder.File("data/blue/gray.png"));
        SmallModels.Create(["red", "green", "blue"]).WithPolicy(PredictionPolicyTests.Policy(0.6, 0.5, 0.5, 0.9)).Save(_model);
        foreach (string label in new[] { "red", "blue" })
            Directory.CreateDirectory(_folder.File($"data/{label}"));
        SmallModels.Plain(220, 10, 10).Save(_red);
        SmallModels.Plain(118, 116, 100).Save(_gray);
    }

    [Test]
    public void A_table_says_no_answer_and_why()
    {
        (_, string output, _) = Cli.Run("predict", _model, _red, _gray);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.That(lines[0], Does.StartWith(_red + "   red "));
        Assert.That(lines[1], Does.Match(@"   no answer: The probability of '\w+', 0\.\d{3}, is below 0\.600; .* The predicted class '\w+' is not in the "
            + @"prediction set, which has 'blue'\.   \w+ 0\.\d{4}"));
    }

    [Test]
    public void Json_and_csv_carry_decision_set_and_reasons()
    {
        (_, string output, _) = Cli.Run("predict", _model, _gray, "--format", "jsonl");
        JsonElement row = JsonDocument.Parse(output).RootElement;
        Assert.That(row.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "path", "predicted", "scores", "error", "decision", "predictionSet", "reasons", "familiarity" }));
        Assert.That(row.GetProperty("decision").GetString(), Is.EqualTo("abstain"));
        Assert.That(row.GetProperty("predictionSet").EnumerateArray().Select(l => l.GetString()), Is.EqualTo(new[] { "blue" }));
        Assert.That(row.GetProperty("reasons")[0].GetProperty("code").GetString(), Is.EqualTo("low-confidence"));
        Assert.That(row.GetProperty("reasons")[0].GetProperty("sentence").GetString(), Does.StartWith("The probability of "));
        Assert.That(row.GetProperty("familiarity").ValueKind, Is.EqualTo(JsonValueKind.Null));
        (_, output, _) = Cli.Run("predict", _model, _red, _gray, _folder.File("none.png"), "--format", "csv");
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.That(lines[0].TrimEnd('\r'), Is.EqualTo("path,predicted,error,red,green,blue,decision,predictionSet,reasons,familiarity"));
        Assert.That(lines[1].TrimEnd('\r'), Does.EndWith(",answer,red,,"));
        Assert.That(lines[2].TrimEnd('\r'), Does.EndWith(",abstain,blue,low-confidence|not-in-set,"));
        Assert.That(lines[3].TrimEnd('\r'), Does.EndWith(",,,,,,,"));
    }

    [Test]
    public void The_switch_turns_it_off()
    {
        (_, string output, _) = Cli.Run("predict", _model, _gray, "--format", "jsonl", "--no-policy");
        JsonElement row = JsonDocument.Parse(output).RootElement;
        Assert.That((row.GetProperty("decision").GetString(), row.GetProperty("predictionSet").ValueKind), Is.EqualTo(("answer", JsonValueKind.Null)));
        (_, output, _) = Cli.Run("predict", _model, _gray, "--no-policy");
        Assert.That(output, Does.Not.Contain("no answer"));
    }

    [Test]
    public void Evaluate_measures_coverage_and_errors_among_answers()
    {
        (int code, _, string error) = Cli.Run("evaluate", _model, _folder.File("data"), "-o", _folder.File("out"));
        Assert.That(code, Is.Zero, error);
        JsonElement policy = JsonDocument.Parse(File.ReadAllBytes(_folder.File("out/metrics.json"))).RootElement.GetProperty("policy");
        Assert.That((policy.GetProperty("coverage").GetDouble(), policy.GetProperty("meanSetSize").GetDouble(), policy.GetProperty("answeredShare").GetDouble(),
            policy.GetProperty("errorAmongAnswers").GetDouble()), Is.EqualTo((1.0, 1.0, 0.5, 0.0)));
        Assert.That(policy.GetProperty("perClass").EnumerateArray().Select(c => c.GetProperty("support").GetInt32()), Is.EqualTo(new[] { 1, 0, 1 }));
        Assert.That(policy.GetProperty("perClass")[0].GetProperty("coverageInterval")[0].GetDouble(), Is.EqualTo(0.025).Within(1e-9), "1 of 1");
        Assert.That(policy.GetProperty("perClass")[1].GetProperty("coverage").ValueKind, Is.EqualTo(JsonValueKind.Null));
        CsvTable decisions = CsvTable.Read(_folder.File("out/decisions.csv"));
        Assert.That(decisions.Columns, Is.EqualTo(new[] { "path", "label", "predicted", "confidence", "decision", "predictionSet", "reasons" }));
        Assert.That(decisions.Rows.Select(r => r[4]), Is.EquivalentTo(new[] { "answer", "abstain" }));
        (code, _, error) = Cli.Run("evaluate", _model, _folder.File("data"), "-o", _folder.File("off"), "--no-policy");
        Assert.That((code, File.Exists(_folder.File("off/decisions.csv"))), Is.EqualTo((0, false)), error);
        JsonElement off = JsonDocument.Parse(File.ReadAllBytes(_folder.File("off/metrics.json"))).RootElement;
        Assert.That(off.GetProperty("policy").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }
}
