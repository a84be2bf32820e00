using System.Text.Json;
using SkinClassifier.Models;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class FoldsVerbTests : FolderTests
{
    private static readonly string[] Options =
        ["--image-size", "32", "--batch-size", "4", "--epochs", "2", "--tta", "1", "--group-by", "patient", "--validation", "0.2"];
    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder, labelInName: true);
        File.WriteAllLines(_folder.File("data/metadata.csv"),
            ["image,patient", .. from label in new[] { "red", "green" } from i in Enumerable.Range(0, 12) select $"{label}{i},{label}{i / 2}"]);
    }

    [Test]
    public void Folds_measure_every_image_and_an_ensemble_of_them_resumes_to_the_same_bytes()
    {
        (int code, string output, string error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), "--folds", "3", "--ensemble", .. Options]);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("mean").And.Contain("±"));
        Assert.That(JsonDocument.Parse(File.ReadAllText(_folder.File("run/metrics.json"))).RootElement.GetProperty("count").GetInt32(), Is.EqualTo(24));
        string[] folds = File.ReadAllLines(_folder.File("run/folds.csv"));
        Assert.That(folds, Has.Length.EqualTo(6));
        Assert.That(folds[0], Is.EqualTo("fold,trainingImages,images,microAccuracy,macroAccuracy,macroF1,macroAuc,logLoss"));
        Assert.That(folds[^1], Does.StartWith("standardDeviation,,,"));
        string[][] splits = [.. File.ReadLines(_folder.File("run/splits.csv")).Skip(1).Select(l => l.Split(','))];
        Assert.That(splits.Select(s => s[0]), Is.Unique.And.Exactly(24).Items);
        Assert.That(splits.Select(s => s[3]).Distinct(), Is.EquivalentTo(new[] { "fold1", "fold2", "fold3" }));
        Assert.That(splits.GroupBy(s => s[2]).Select(g => g.Select(s => s[3]).Distinct().Count()), Has.All.EqualTo(1), "a group stays in one fold");
        Assert.That(File.ReadAllText(_folder.File("run/report.html")), Does.Contain("<h2>Folds</h2>").And.Contain("<h2>Label suspects</h2>"));
        string[] suspects = File.ReadAllLines(_folder.File("run/label-suspects.csv"));
        Assert.That(suspects[0], Is.EqualTo("path,label,suggested,score,rank,isSuspect,action"));
        Assert.That(suspects.Skip(1).Select(l => l.Split(',')[0]), Is.EquivalentTo(splits.Select(s => s[0])), "every image has a rank");
        Assert.That(File.ReadLines(_folder.File("run/history.csv")).Count(), Is.EqualTo(7));
        ImageClassificationModel model = ImageClassificationModel.Load(_folder.File("run/model.zip"));
        Assert.That(model.Manifest.Options["ensemble"], Is.EqualTo("3"));
        Assert.That(model.Manifest.Metrics, Does.ContainKey("macroAccuracy"));
        byte[] whole = File.ReadAllBytes(_folder.File("run/model.zip")), metrics = File.ReadAllBytes(_folder.File("run/metrics.json"));

        Directory.Delete(_folder.File("run/folds/fold-2"), recursive: true);
        File.Delete(_folder.File("run/model.zip"));
        (code, _, error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--resume", _folder.File("run"));
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("already trained"));
        Assert.That(File.ReadAllBytes(_folder.File("run/model.zip")), Is.EqualTo(whole));
        Assert.That(File.ReadAllBytes(_folder.File("run/metrics.json")), Is.EqualTo(metrics));

        (code, _, error) = Cli.Run("ensemble", _folder.File("run/folds/fold-1/model.zip"), _folder.File("run/folds/fold-2/model.zip"),
            _folder.File("run/folds/fold-3/model.zip"), "-o", _folder.File("joined.zip"));
        Assert.That(code, Is.Zero, error);
        // The policy is that of the folds' own scores; of given models none are known.
        string Predicted(string zip) => Cli.Run("predict", zip, _folder.File("data/red/red3.png"), "--format", "csv", "--no-policy").Output;
        Assert.That(Predicted(_folder.File("joined.zip")), Is.EqualTo(Predicted(_folder.File("run/model.zip"))));
        (code, _, error) = Cli.Run("export", _folder.File("joined.zip"), "-o", _folder.File("joined.onnx"));
        Assert.That(code, Is.Zero, error);
    }

    [Test]
    public void Without_ensemble_the_model_trains_on_all_images_and_a_test_part_stays_out()
    {
        (int code, string output, string error) =
            Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), "--folds", "2", "--test", "0.25", .. Options]);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("model.zip on the test set"));
        int count = JsonDocument.Parse(File.ReadAllText(_folder.File("run/metrics.json"))).RootElement.GetProperty("count").GetInt32(),
            tested = JsonDocument.Parse(File.ReadAllText(_folder.File("run/test-metrics.json"))).RootElement.GetProperty("count").GetInt32();
        Assert.That(count + tested, Is.EqualTo(24));
        Assert.That(tested, Is.InRange(4, 8));
        (code, _, error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("plain"), "--test", "0.25", "--quiet", .. Options]);
        Assert.That(code, Is.Zero, error);
        ImageClassificationModel model = ImageClassificationModel.Load(_folder.File("run/model.zip")),
            plain = ImageClassificationModel.Load(_folder.File("plain/model.zip"));
        Assert.That(model.Network.Parameters.Select(p => p.Value.Values.ToArray()),
            Is.EqualTo(plain.Network.Parameters.Select(p => p.Value.Values.ToArray())), "the same parts and options, the same weights");
    }

    [TestCase("--ensemble", "--folds K")]
    [TestCase("--folds=1", "2 or more")]
    public void Wrong_use_is_said(string argument, string expected)
    {
        (int code, _, string error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), argument);
        Assert.That((code, error.Contains(expected)), Is.EqualTo((2, true)), error);
    }

    [Test]
    public void More_folds_than_groups_are_refused_with_the_numbers_and_nothing_is_trained()
    {
        (int code, _, string error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), "--folds", "20", "--test", "0", .. Options]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("error: --folds: expected at most 12 folds for 24 images in 12 groups, which stay together, received 20."));
        Assert.That(error, Does.Not.Contain("fold 1 of"));
        Assert.That(File.Exists(_folder.File("run/model.zip")), Is.False);
    }

    [Test]
    public void Models_with_other_classes_are_not_joined()
    {
        SmallModels.Create(["a", "b"]).Save(_folder.File("a.zip"));
        SmallModels.Create(["a", "c"]).Save(_folder.File("b.zip"));
        (int code, _, string error) = Cli.Run("ensemble", _folder.File("a.zip"), _folder.File("b.zip"), "-o", _folder.File("c.zip"));
        Assert.That((code, error.Contains("labels")), Is.EqualTo((3, true)), error);
    }
}
