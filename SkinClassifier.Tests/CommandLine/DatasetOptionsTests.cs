using System.Text.Json;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>Options for datasets from CSV files, the set that is measured, and what is said about leaks.</summary>
[NonParallelizable]
public sealed class DatasetOptionsTests
{
    private static readonly string[] Quick =
        ["--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--epochs", "1", "--augment", "none", "--tta", "1", "--threads", "1"];
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare() => _folder = new TemporaryFolder();

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    /// <summary>Adds images with shades from–to of red and green to a folder with class folders.</summary>
    private void Add(string place, int from, int to)
    {
        foreach (string label in (string[])["red", "green"])
        {
            Directory.CreateDirectory(_folder.File($"{place}/{label}"));
            for (int i = from; i <= to; i++)
            {
                byte other = (byte)(i * 7);
                SmallModels.Plain(label == "red" ? (byte)200 : other, label == "red" ? other : (byte)200, 30, 20, 16)
                    .Save(_folder.File($"{place}/{label}/{i}.png"));
            }
        }
    }

    private JsonElement Metrics(string run) => JsonDocument.Parse(File.ReadAllText(_folder.File($"{run}/metrics.json"))).RootElement;

    [Test]
    public void Inspect_tells_how_a_table_is_understood()
    {
        Add("images", 0, 5);
        string rows = string.Concat(Enumerable.Range(0, 6).SelectMany(i => new[] { $"red/{i},rot,P{i / 2}\n", $"green/{i},gr\u00fcn,P{i / 2}\n" }));
        File.WriteAllText(_folder.File("table.csv"), "datei,befund,patient_id\n" + rows);
        string[] options = ["--path-column", "datei", "--label-column", "befund", "--image-folder", _folder.File("images")];
        (int code, string output, string error) = Cli.Run(["data", "inspect", _folder.File("table.csv"), .. options]);
        Assert.That(code, Is.Zero, error);
        Assert.That(output,
            Does.Contain("column 'datei', in " + _folder.File("images")).And.Contain("classes     column 'befund'").And.Contain("--group-by patient_id"));
        (_, output, _) = Cli.Run(["data", "inspect", _folder.File("table.csv"), "--format", "json", .. options]);
        JsonElement csv = JsonDocument.Parse(output).RootElement.GetProperty("csv");
        Assert.That((csv.GetProperty("pathColumn").GetString(), csv.GetProperty("labelColumns")[0].GetString(),
            csv.GetProperty("suggestedGroupColumn").GetString()), Is.EqualTo(("datei", "befund", "patient_id")));
        (code, _, error) = Cli.Run(["train", _folder.File("table.csv"), "-o", _folder.File("run"), "--group-by", "patient_id", .. options, .. Quick]);
        Assert.That(code, Is.Zero, error);
        Assert.That(Metrics("run").GetProperty("labels").EnumerateArray().Select(l => l.GetString()), Is.EqualTo(new[] { "gr\u00fcn", "rot" }));
    }

    [Test]
    public void A_folder_with_nothing_to_train_on_is_refused_with_its_sets()
    {
        Add("data/holdout", 0, 5);
        (int code, _, string error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), .. Quick]);
        Assert.That(code, Is.EqualTo(3), error);
        Assert.That(error, Does.Contain("data: expected images to train on, received none: all 12 images are in the test set.").And.Not.Contain("Parameter"));
    }

    [Test]
    public void Options_for_tables_are_refused_beside_a_folder_and_other_files_are_no_tables()
    {
        Add("images", 0, 2);
        (int code, _, string error) = Cli.Run("data", "inspect", _folder.File("images"), "--label-column", "dx", "--image-folder", "x");
        Assert.That((code, error.Contains("--label-column, --image-folder: expected a CSV file")), Is.EqualTo((2, true)), error);
        (code, _, error) = Cli.Run("data", "inspect", _folder.File("images/red/0.png"));
        Assert.That((code, error.Contains("received another file")), Is.EqualTo((3, true)), error);
    }

    [TestCase(null, 8, "the test set, 8 of 44")]
    [TestCase("test", 8, "the test set, 8 of 44")]
    [TestCase("validation", 4, "the validation set, 4 of 44")]
    [TestCase("train", 32, "the train set, 32 of 44")]
    [TestCase("all", 44, "32 of the train set too")]
    public void Evaluate_measures_the_wanted_set_and_says_which(string? subset, int count, string expected)
    {
        Add("data/training", 0, 15);
        Add("data/val", 16, 17);
        Add("data/Testing", 18, 21);
        SmallModels.Create(["green", "red"]).Save(_folder.File("model.zip"));
        (int code, _, string error) = Cli.Run(["evaluate", _folder.File("model.zip"), _folder.File("data"), "-o", _folder.File("out"),
            .. subset is null ? Array.Empty<string>() : ["--subset", subset]]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain(expected));
        Assert.That(Metrics("out").GetProperty("count").GetInt32(), Is.EqualTo(count));
    }

    [Test]
    public void A_set_that_the_data_have_not_is_refused_and_missing_ones_are_said()
    {
        Add("flat", 0, 3);
        Add("sets/train", 0, 3);
        SmallModels.Create(["green", "red"]).Save(_folder.File("model.zip"));
        (int code, _, string error) = Cli.Run("evaluate", _folder.File("model.zip"), _folder.File("flat"), "-o", _folder.File("out"), "--subset", "test");
        Assert.That((code, error.Contains("received no sets")), Is.EqualTo((3, true)), error);
        (code, _, error) = Cli.Run("evaluate", _folder.File("model.zip"), _folder.File("sets"), "-o", _folder.File("out"));
        Assert.That((code, error.Contains("there is no test set")), Is.EqualTo((0, true)), error);
    }

    [Test]
    public void Content_that_was_trained_with_is_reported_by_train_and_evaluate()
    {
        Add("data/train", 0, 13);
        Add("data/test", 14, 18);
        File.Copy(_folder.File("data/train/red/3.png"), _folder.File("data/test/red/copy.png"));
        (int code, _, string error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), .. Quick]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("train/red/3.png [train] = test/red/copy.png [test]"));
        Assert.That(Metrics("run").GetProperty("leaks").GetProperty("contents").GetInt32(), Is.EqualTo(1));
        Assert.That(File.ReadAllText(_folder.File("run/report.html")), Does.Contain("test/red/copy.png (test)"));
        Add("fresh", 19, 22);
        File.Copy(_folder.File("data/train/green/5.png"), _folder.File("fresh/green/seen.png"));
        (code, _, error) = Cli.Run("evaluate", _folder.File("run/model.zip"), _folder.File("fresh"), "-o", _folder.File("out"));
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("1 images with 1 contents").And.Contain("green/seen.png"));
        JsonElement leak = Metrics("out").GetProperty("leaks").GetProperty("files")[0];
        Assert.That((leak.GetProperty("seenInTraining").GetBoolean(), leak.GetProperty("paths")[0].GetString()), Is.EqualTo((true, "green/seen.png")));
    }

    [Test]
    public void A_class_without_a_measured_image_is_named()
    {
        Add("data", 0, 3);
        Directory.Delete(_folder.File("data/green"), recursive: true);
        SmallModels.Create(["green", "red"]).Save(_folder.File("model.zip"));
        (int code, _, string error) = Cli.Run("evaluate", _folder.File("model.zip"), _folder.File("data"), "-o", _folder.File("out"));
        Assert.That((code, error.Contains("No image of the class 'green' was measured")), Is.EqualTo((0, true)), error);
    }
}
