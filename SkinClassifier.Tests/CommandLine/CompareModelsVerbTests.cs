using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class CompareModelsVerbTests : FolderTests
{
    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder);
        SmallModels.Create(["green", "red"], size: 16).Save(_folder.File("a.zip"));
        SmallModels.Create(["red", "green"], size: 16).Save(_folder.File("b.zip"));
    }

    [Test]
    public void Two_models_are_compared_whatever_the_order_of_their_classes()
    {
        (int code, string output, string error) =
            Cli.Run("compare-models", _folder.File("a.zip"), _folder.File("b.zip"), _folder.File("data"), "-o", _folder.File("out"), "--quiet");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("McNemar: only the first is right").And.Contain("DeLong"));
        JsonElement json = JsonDocument.Parse(File.ReadAllText(_folder.File("out/comparison.json"))).RootElement;
        Assert.That(json.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "first", "second", "measuredOn", "count", "seenInTraining", "differences", "mcNemar", "deLong" }));
        Assert.That(json.GetProperty("differences").EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "microAccuracy", "macroAccuracy", "macroAuc", "logLoss" }));
        CsvTable a = CsvTable.Read(_folder.File("out/predictions-first.csv")), b = CsvTable.Read(_folder.File("out/predictions-second.csv"));
        Assert.That(b.Columns, Is.EqualTo(a.Columns));
        Assert.That(b.Rows.Select(r => (r[0], r[1])), Is.EqualTo(a.Rows.Select(r => (r[0], r[1]))));
        foreach ((CsvTable table, string which) in new[] { (a, "first"), (b, "second") })
            Assert.That(json.GetProperty("differences").GetProperty("microAccuracy").GetProperty(which).GetDouble(),
                Is.EqualTo((double)table.Rows.Count(r => r[1] == r[2]) / table.Rows.Count));
        Assert.That(File.ReadAllText(_folder.File("out/comparison.html")), Does.Contain("<h2>DeLong’s test</h2>").And.Contain("Not a medical device"));
    }

    [Test]
    public void A_model_that_was_trained_with_the_images_is_told()
    {
        (int code, _, string error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--backbone", "small_cnn", "--weights", "random",
            "--image-size", "16", "--epochs", "1", "--quiet");
        Assert.That(code, Is.Zero, error);
        int seen = File.ReadLines(_folder.File("run/splits.csv")).Count(line => line.EndsWith(",train") || line.EndsWith(",validation"));
        string trained = _folder.File("run/model.zip");
        (code, _, error) = Cli.Run("compare-models", _folder.File("a.zip"), trained, _folder.File("data"), "-o", _folder.File("out"), "--quiet");
        Assert.That(code, Is.Zero, error);
        string sentence = $"f the 24 images the first model, or its teacher, was trained with an unknown number, the second with {seen}.";
        Assert.That(error, Does.Contain("warning: o" + sentence));
        Assert.That(File.ReadAllText(_folder.File("out/comparison.html")), Does.Contain("<p>O" + sentence));
        JsonElement counts = JsonDocument.Parse(File.ReadAllText(_folder.File("out/comparison.json"))).RootElement.GetProperty("seenInTraining");
        Assert.That((counts.GetProperty("first").ValueKind, counts.GetProperty("second").GetInt32()), Is.EqualTo((JsonValueKind.Null, seen)));
        (code, _, error) = Cli.Run("compare-models", trained, trained, _folder.File("data"), "-o", _folder.File("same"), "--subset", "all");
        Assert.That((code, error.Contains($"was trained with {seen}, the second with {seen}.")), Is.EqualTo((0, true)), error);
        (code, _, error) = Cli.Run("compare-models", _folder.File("a.zip"), _folder.File("b.zip"), _folder.File("data"), "-o", _folder.File("new"));
        Assert.That((code, error.Contains("trained with")), Is.EqualTo((0, false)), error);
        Assert.That(File.ReadAllText(_folder.File("new/comparison.html")), Does.Not.Contain("id=\"leaks\""));
    }

    [Test]
    public void Models_of_other_classes_are_refused()
    {
        SmallModels.Create(["red", "green", "blue"], size: 16).Save(_folder.File("c.zip"));
        (int code, _, string error) =
            Cli.Run("compare-models", _folder.File("a.zip"), _folder.File("c.zip"), _folder.File("data"), "-o", _folder.File("out"));
        Assert.That((code, error.Contains("Compare models of the same classes.")), Is.EqualTo((3, true)), error);
    }

    [Test]
    public void A_dataset_with_other_names_is_mapped()
    {
        Directory.Move(_folder.File("data/red"), _folder.File("data/rouge"));
        Directory.CreateDirectory(_folder.File("data/bleu"));
        SmallModels.Plain(0, 0, 200, 20, 16).Save(_folder.File("data/bleu/0.png"));
        (int code, _, string error) = Evaluate("from,to\nrouge,red\nbleu,\n");
        Assert.That(code, Is.Zero, error);
        CsvTable predictions = CsvTable.Read(_folder.File("out/predictions.csv"));
        Assert.That(predictions.Rows.CountBy(r => r[1]).Select(r => (r.Key, r.Value)), Is.EquivalentTo(new[] { ("green", 12), ("red", 12) }));
        Assert.That(predictions.Rows.Where(r => r[1] == "red").Select(r => r[0]), Is.All.StartsWith("rouge/"));
        foreach ((string text, string sentence) in new[] {
            ("from,to\nrot,red\n", "expected classes of the data in the column from (bleu, green, rouge), received rot."),
            ("a,b\nx,y\n", "expected the columns from and to, received a, b."), ("from,to\nrouge,red\nrouge,green\n", "received 'rouge' twice") })
        {
            (code, _, error) = Evaluate(text);
            Assert.That((code, error.Contains(sentence)), Is.EqualTo((3, true)), error);
        }
    }

    private (int Code, string Output, string Error) Evaluate(string map)
    {
        File.WriteAllText(_folder.File("map.csv"), map);
        return Cli.Run("evaluate", _folder.File("a.zip"), _folder.File("data"), "-o", _folder.File("out"), "--map", _folder.File("map.csv"));
    }
}
