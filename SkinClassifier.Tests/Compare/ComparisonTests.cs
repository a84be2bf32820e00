using System.Text.Json;
using System.Xml.Linq;
using SkinClassifier.Backbones;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Onnx;

namespace SkinClassifier.Tests.Compare;

[NonParallelizable]
public sealed class ComparisonTests
{
    private TemporaryFolder _folder = null!;

    private string Photos => _folder.File("photos");

    [OneTimeSetUp]
    public void Draw()
    {
        _folder = new TemporaryFolder();
        SyntheticDataset.Write(Photos, perClass: 12, size: 64);
    }

    [OneTimeTearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Table_CSV_JSON_and_report_have_a_row_for_every_method()
    {
        string output = _folder.File("all");
        (int code, string table, string error) = CompareTool.Run(Photos, "-o", output, "--with", "majority,skin+lbfgs,skin+lightgbm", "--group-by", "lesion_id",
            "--threads", "2", "--quiet");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(table, Does.Contain("Descriptors, L-BFGS").And.Contain("Difference to the best").And.Contain("best"));
        string[] csv = File.ReadAllLines(Path.Combine(output, "comparison.csv"));
        Assert.That(csv, Has.Length.EqualTo(4));
        Assert.That(csv[0], Does.StartWith("method,title,count,microAccuracy,microAccuracyLow,microAccuracyHigh,microAccuracyDifference"));
        JsonElement rows = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "comparison.json"))).RootElement.GetProperty("rows");
        Assert.That(rows.EnumerateArray().Select(r => r.GetProperty("method").GetString()), Is.EqualTo(new[] { "majority", "skin+lbfgs", "skin+lightgbm" }));
        Assert.That(rows[1].GetProperty("macroAccuracy").GetProperty("value").GetDouble(),
            Is.GreaterThan(rows[0].GetProperty("macroAccuracy").GetProperty("value").GetDouble() + 0.2), "descriptors tell the drawn lesions apart");
        string page = File.ReadAllText(Path.Combine(output, "report.html"));
        Assert.That(page, Does.Contain("Accuracy against time").And.Contain("Not a medical device"));
        Assert.That(XDocument.Parse(page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.IndexOf("</svg>", StringComparison.Ordinal) + 6)])
            .Root!.Elements().Count(e => e.Name.LocalName == "circle"), Is.EqualTo(2), "class frequencies take no time to train");
        Assert.That(File.ReadLines(Path.Combine(output, "splits.csv")).First(), Is.EqualTo("path,label,group,part"));
    }

    [Test]
    public void Classes_of_one_image_each_are_refused_with_what_is_missing()
    {
        string tiny = _folder.File("tiny");
        SyntheticDataset.Write(tiny, perClass: 1, size: 64);
        (int code, _, string error) = CompareTool.Run(tiny, "-o", _folder.File("none"), "--with", "majority");
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("expected images to measure, received none. Every class needs two images or more, of two groups. Add images."));
    }

    [Test]
    public void With_folds_every_image_is_measured_once()
    {
        string output = _folder.File("folds");
        (int code, _, string error) = CompareTool.Run(Photos, "-o", output, "--with", "majority,skin+lbfgs", "--folds", "3", "--threads", "2", "--quiet");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(File.ReadLines(Path.Combine(output, "comparison.csv")).Last().Split(',')[^1], Is.Empty);
        int images = Directory.EnumerateFiles(Photos, "*.png", SearchOption.AllDirectories).Concat(
            Directory.EnumerateFiles(Photos, "*.jpg", SearchOption.AllDirectories)).Count();
        JsonElement row = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "comparison.json"))).RootElement.GetProperty("rows")[0];
        Assert.That(row.GetProperty("count").GetInt32(), Is.EqualTo(images));
        Assert.That(File.ReadLines(Path.Combine(output, "splits.csv")).Skip(1).Select(l => l.Split(',')[^1]).Distinct(),
            Is.EquivalentTo(new[] { "fold1", "fold2", "fold3" }));
    }

    [Test]
    public void A_cancelled_run_leaves_the_rows_that_are_done()
    {
        string output = _folder.File("cancelled");
        using CancellationTokenSource cancellation = new();
        (int code, string table, string error) = CompareTool.Run(cancellation.Token, line =>
        {
            if (line.StartsWith("[3 of 3]", StringComparison.Ordinal))
                cancellation.Cancel();
        }, Photos, "-o", output, "--with", "majority,skin+lbfgs,skin+sdca", "--threads", "1");
        Assert.That(code, Is.EqualTo(130));
        Assert.That(error, Does.Contain("warning: cancelled after 2 of 3 rows"));
        Assert.That(File.ReadLines(Path.Combine(output, "comparison.csv")).Count(), Is.EqualTo(3));
        Assert.That(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "comparison.json"))).RootElement.GetProperty("finished").GetBoolean(), Is.False);
    }

    [Test]
    public void The_head_and_learners_on_frozen_features_are_measured_on_the_same_images()
    {
        string network = SharedFiles.Need("backbones", "mobilenet_v2_imagenet_features.onnx"), output = _folder.File("head");
        (int code, _, string error) = CompareTool.Run(
            Photos, "-o", output, "--with", "features+lbfgs,head", "--backbone", network, "--group-by", "lesion_id", "--quiet");
        Assert.That(code, Is.Zero, error);
        JsonElement rows = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "comparison.json"))).RootElement.GetProperty("rows");
        Assert.That(rows.EnumerateArray().Select(r => r.GetProperty("count").GetInt32()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(rows.EnumerateArray().Select(r => r.GetProperty("microAccuracy").GetProperty("value").GetDouble()), Has.All.GreaterThan(0.5));
        Assert.That(rows.EnumerateArray().Select(r => r.GetProperty("megabytes").GetDouble()), Has.All.GreaterThan(8));
    }

    [Test]
    public void The_fine_tuned_network_stops_when_its_time_is_over_and_is_measured_all_the_same()
    {
        string output = _folder.File("network");
        (int code, string table, string error) = CompareTool.Run(Photos, "-o", output, "--with", "network,majority,skin", "--without", "skin,sdca",
            "--backbone", SmallNetwork(), "--time-budget", "2s", "--threads", "1", "--quiet");
        Assert.That((code, error), Is.EqualTo((0, "warning: network: Cancelled; the model has the best weights so far.\n")));
        Assert.That(table, Does.Contain("SkinClassifier, fine-tuned network").And.Contain("stopped by --time-budget"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "comparison.json")));
        JsonElement[] rows = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.That(rows.Select(r => r.GetProperty("method").GetString()), Is.EqualTo(new[] { "majority", "network" }));
        Assert.That(rows.Select(r => r.GetProperty("note").GetString()), Is.EqualTo(new[] { null, "stopped by --time-budget" }));
        Assert.That(rows.Select(r => r.GetProperty("count").GetInt32()).Distinct().Count(), Is.EqualTo(1), "both are measured on the same images");
        Assert.That(rows[1].GetProperty("secondsToTrain").GetDouble(), Is.InRange(2, 60));
        Assert.That(rows[1].GetProperty("logLoss").GetProperty("value").GetDouble(), Is.InRange(0, 5));
    }

    /// <summary>A network of 220 × 220 pixels whose training on a few images takes longer than the test waits.</summary>
    private string SmallNetwork()
    {
        string file = _folder.File("small.onnx");
        using FileStream stream = File.Create(file);
        Backbone network = Architecture.SmallCnn.Build(new BackboneOptions { Classes = 0, InputSize = 220 });
        OnnxModel.Write(network.Graph, stream, new OnnxExportOptions
        {
            Metadata = new Dictionary<string, string> { ["skinclassifier.version"] = "1", ["skinclassifier.normalization"] = "imagenet" },
        });
        return file;
    }

    [Test]
    public void Without_pretrained_weights_the_rows_that_need_them_are_refused_with_a_sentence()
    {
        (int code, _, string error) = CompareTool.Run(Photos, "-o", _folder.File("none"), "--with", "head", "--backbone", "small_cnn", "--quiet");
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("error: --backbone: expected a network with pretrained weights").And.Contain("--without features,head,network"));
    }
}
