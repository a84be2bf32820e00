using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class ReportOptionsTests : FolderTests
{
    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder, labelInName: true);
        File.WriteAllLines(_folder.File("data/metadata.csv"), ["file,sex,age,clinic", .. ((string[])["red", "green"]).SelectMany(l =>
            Enumerable.Range(0, 12).Select(i => $"{l}{i}.png,{(i % 2 == 0 ? "male" : "female")},{20 + 5 * i},{(i < 3 ? "north" : "south")}"))]);
        SmallModels.Create(["green", "red"], size: 16).Save(_folder.File("model.zip"));
    }

    [Test]
    public void An_evaluation_tells_operating_points_levels_and_subgroups()
    {
        File.WriteAllText(_folder.File("above.csv"), "child,parent\nred,warm\ngreen,cold\n");
        (int code, _, string error) = Evaluate(
            "--prevalence", "red=0.02,warm=0.1", "--hierarchy", _folder.File("above.csv"), "--subgroups", "clinic,ita-proxy");
        Assert.That(code, Is.Zero, error);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(_folder.File("out/metrics.json"))).RootElement;
        JsonElement red = metrics.GetProperty("operatingPoints")[1];
        Assert.That(red.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "label", "support", "prevalence", "prevalenceIsStated", "partialAuc",
            "partialAucInterval", "points", "precisionRecallCurve", "decisionCurve" }));
        Assert.That((red.GetProperty("prevalence").GetDouble(), red.GetProperty("prevalenceIsStated").GetBoolean()), Is.EqualTo((0.02, true)));
        Assert.That(red.GetProperty("points").EnumerateArray().Select(p => $"{p.GetProperty("by").GetString()} {p.GetProperty("target").GetRawText()}"),
            Is.EqualTo(new[] { "decision null", "specificity 0.9", "specificity 0.95", "sensitivity 0.9", "sensitivity 0.95" }));
        Assert.That(red.GetProperty("decisionCurve").GetProperty("netBenefit").GetArrayLength(), Is.EqualTo(99));
        JsonElement level = metrics.GetProperty("hierarchy").GetProperty("levels")[0];
        Assert.That(level.GetProperty("members").GetRawText().Where(char.IsLetter), Is.EqualTo("coldgreenwarmred"));
        Assert.That(level.GetProperty("operatingPoints")[1].GetProperty("prevalence").GetDouble(), Is.EqualTo(0.1));
        Assert.That(level.GetProperty("microAccuracy").GetDouble(), Is.EqualTo(metrics.GetProperty("microAccuracy").GetDouble()));
        CsvTable classes = CsvTable.Read(_folder.File("out/predictions.csv")), parents = CsvTable.Read(_folder.File("out/predictions-level1.csv"));
        Assert.That(parents.Columns, Is.EqualTo(new[] { "path", "label", "predicted", "cold", "warm" }));
        Assert.That(parents.Rows.Select(r => $"{r[3]} {r[4]}"), Is.EqualTo(classes.Rows.Select(r => $"{r[3]} {r[4]}")));
        Assert.That(metrics.GetProperty("subgroups").EnumerateArray().Select(c => c.GetProperty("column").GetString()),
            Is.EqualTo(new[] { "age", "sex", "clinic", "ita-proxy" }));
        JsonElement clinic = metrics.GetProperty("subgroups")[2];
        Assert.That(clinic.GetProperty("groups").EnumerateArray().Select(g => (g.GetProperty("value").GetString(), g.GetProperty("count").GetInt32(),
            g.GetProperty("isSmall").GetBoolean())), Is.EqualTo(new[] { ("north", 6, true), ("south", 18, true) }));
        Assert.That(metrics.GetProperty("subgroups")[3].GetProperty("warning").GetString(), Does.Contain("not a label of skin tone"));
        string page = File.ReadAllText(_folder.File("out/report.html"));
        Assert.That(page.IndexOf("id=\"operating\"", StringComparison.Ordinal), Is.LessThan(page.IndexOf("<h2>What to do next</h2>", StringComparison.Ordinal)),
            "two classes: operating points come first");
        Assert.That(page, Does.Contain("<h2>Subgroups</h2>").And.Contain("few cases").And.Contain("Do not report it as skin tone.")
            .And.Contain("the data have no column of it").And.Contain("Net benefit: red").And.Contain("<h2>Classes above the classes</h2>"));
    }

    [Test]
    public void Without_options_the_usual_columns_are_looked_at_and_no_angle_is_computed()
    {
        Assert.That(Evaluate().Code, Is.Zero);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(_folder.File("out/metrics.json"))).RootElement;
        Assert.That(metrics.GetProperty("subgroups").EnumerateArray().Select(c => c.GetProperty("column").GetString()), Is.EqualTo(new[] { "age", "sex" }));
        Assert.That(metrics.GetProperty("hierarchy").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(metrics.GetProperty("operatingPoints")[0].GetProperty("prevalence").GetDouble(), Is.EqualTo(0.5));
    }

    [Test]
    public void A_training_takes_the_same_options_and_checks_them_before_it_starts()
    {
        string[] train = ["train", _folder.File("data"), "-o", _folder.File("run"), "--image-size", "32", "--epochs", "1", "--batch-size", "4", "--quiet"];
        (int code, _, string error) = Cli.Run([.. train, "--prevalence", "red=0.05", "--subgroups", "clinic"]);
        Assert.That(code, Is.Zero, error);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(_folder.File("run/metrics.json"))).RootElement;
        Assert.That(metrics.GetProperty("operatingPoints")[1].GetProperty("prevalence").GetDouble(), Is.EqualTo(0.05));
        Assert.That(metrics.GetProperty("subgroups").GetArrayLength(), Is.EqualTo(3));
        JsonElement options = JsonDocument.Parse(File.ReadAllText(_folder.File("run/config.json"))).RootElement.GetProperty("options");
        Assert.That(options.GetProperty("prevalence").GetString(), Is.EqualTo("red=0.05"));
        (code, _, error) = Cli.Run([.. train, "--prevalence", "violet=0.05", "--subgroups", "height"]);
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("--prevalence: expected classes among green, red, received violet. Use the names of the data.")
            .And.Contain("--subgroups: expected columns among file, sex, age, clinic, received height."));
    }

    [TestCase("red=2", 2, "--prevalence: expected shares above 0 and below 1 by class, like mel=0.02,bcc=0.05, received red=2.")]
    [TestCase("red", 2, "received red.")]
    public void A_share_that_is_none_is_refused(string share, int expected, string sentence)
    {
        (int code, _, string error) = Evaluate("--prevalence", share);
        Assert.That((code, error.Contains(sentence)), Is.EqualTo((expected, true)), error);
    }

    [Test]
    public void A_table_that_is_no_hierarchy_is_refused()
    {
        foreach ((string text, string sentence) in new[] { ("class,above\nred,x\n", "expected the columns child and parent, received class, above."),
            ("child,parent\nred,x\nx,red\n", "received a circle"), ("child,parent\nviolet,x\n", "expected a class of the model as child (green, red)") })
        {
            File.WriteAllText(_folder.File("above.csv"), text);
            (int code, _, string error) = Evaluate("--hierarchy", _folder.File("above.csv"));
            Assert.That((code, error.Contains(sentence)), Is.EqualTo((3, true)), error);
        }
    }

    private (int Code, string Output, string Error) Evaluate(params string[] options) =>
        Cli.Run(["evaluate", _folder.File("model.zip"), _folder.File("data"), "-o", _folder.File("out"), .. options]);
}
