using System.Text.Json;
using SkinClassifier.Tests.Models;
using SkinClassifier.Tests.Trainers;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>What a run wrote is accepted again, from any working directory, for every dataset that the run accepted.</summary>
[NonParallelizable]
public sealed class OwnFilesTests
{
    private static readonly string[] Quick =
        ["--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--epochs", "1", "--augment", "none", "--tta", "1", "--threads", "1"];
    private TemporaryFolder _folder = null!;
    private string _before = "";

    [SetUp]
    public void Prepare() => (_folder, _before) = (new TemporaryFolder(), Environment.CurrentDirectory);

    [TearDown]
    public void CleanUp()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    private static string[] Rows(string file) => File.ReadAllLines(file);

    /// <summary>Class folders with odd names; twelve images each.</summary>
    private static readonly string[] Odd = OperatingSystem.IsWindows() ? ["plain", "comma, semicolon;", "N\u00e4vus"]
        : [" lead", "trail ", "dot.", "say \"hi\"", "comma, semicolon;", "tab\tinside", "line\nbreak", "Na\u0308vus", "train", "NA"];

    private void WriteOdd(string data)
    {
        foreach ((int c, string label) in Odd.Index())
        {
            Directory.CreateDirectory(_folder.File(Path.Combine(data, label)));
            for (int i = 0; i < 8; i++)
                SmallModels.Plain((byte)(c * 20), (byte)(i * 25), (byte)(200 - c * 15), 20, 16).Save(_folder.File(Path.Combine(data, label, $"im, {i}.png")));
        }
    }

    [Test]
    public void Lists_and_settings_of_a_run_with_odd_class_names_work_from_another_folder()
    {
        WriteOdd("data");
        Environment.CurrentDirectory = _folder.FullPath;
        File.WriteAllText("augment.json", "[]");
        string[] train = [.. Quick];
        train[train.Index().First(a => a.Item == "none").Index] = "augment.json";
        (int code, _, string error) = Cli.Run(["train", "data", "-o", "run", .. train]);
        Assert.That(code, Is.Zero, error);
        Environment.CurrentDirectory = Directory.CreateDirectory(_folder.File("elsewhere")).FullName;
        string[] expected = Rows(_folder.File("run/splits.csv"));
        (code, _, error) = Cli.Run(["train", _folder.File("data"), "-o", "again", "--splits", "../run/splits.csv", .. Quick]);
        Assert.That(code, Is.Zero, error);
        Assert.That(Rows("again/splits.csv"), Is.EqualTo(expected));
        (code, _, error) = Cli.Run("train", "../data", "-o", "configured", "--config", "../run/config.json");
        Assert.That(code, Is.Zero, error);
        Assert.That(Rows("configured/predictions.csv"), Is.EqualTo(Rows("../run/predictions.csv")));
        (code, _, error) = Cli.Run("train", "-o", "without", "--config", "../run/config.json");
        Assert.That(code, Is.Zero, error);
        Assert.That(Rows("without/predictions.csv"), Is.EqualTo(Rows("../run/predictions.csv")));
        (code, _, error) = Cli.Run(["train", "../run/splits.csv", "-o", "listed", .. Quick]);
        Assert.That(code, Is.Zero, error);
        Assert.That(Rows("listed/splits.csv").Order(), Is.EqualTo(expected.Order()));
        (code, _, error) = Cli.Run("evaluate", "../run/model.zip", "../run/predictions.csv", "-o", "measured", "--threads", "1");
        Assert.That(code, Is.Zero, error);
        Assert.That(Rows("measured/predictions.csv").Order(), Is.EqualTo(Rows(_folder.File("run/predictions.csv")).Order()));
    }

    [Test]
    public void Rows_that_repeat_an_image_do_not_break_the_lists_of_the_run()
    {
        RedAndGreen.Write(_folder, 10, labelInName: true);
        string[] rows = [.. Directory.GetFiles(_folder.File("data"), "*.png", SearchOption.AllDirectories).Order()
            .SelectMany(f => Enumerable.Repeat($"{Path.GetRelativePath(_folder.FullPath, f)},{Path.GetFileName(Path.GetDirectoryName(f))}", 2))];
        File.WriteAllLines(_folder.File("list.csv"), ["path,label", .. rows]);
        (int code, _, string error) = Cli.Run(["train", _folder.File("list.csv"), "-o", _folder.File("run"), .. Quick]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("20 rows name an image that an earlier row named"));
        Assert.That(Rows(_folder.File("run/splits.csv")), Has.Length.EqualTo(21));
        (code, _, error) = Cli.Run(["train", _folder.File("list.csv"), "-o", _folder.File("again"), "--splits", _folder.File("run/splits.csv"), .. Quick]);
        Assert.That(code, Is.Zero, error);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_stopped_run_goes_on_with_nothing_but_its_folder_from_anywhere_also_when_its_data_have_moved(bool moved)
    {
        RedAndGreen.Write(_folder, 12, labelInName: true);
        string table = "name,dx\n" + string.Concat(Directory.GetFiles(_folder.File("data"), "*.png", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileNameWithoutExtension(f)},{Path.GetFileName(Path.GetDirectoryName(f))}\n"));
        File.WriteAllText(_folder.File("table.csv"), table);
        using (FileStream file = File.Create(_folder.File("small.onnx")))
            Onnx(file);
        Environment.CurrentDirectory = _folder.FullPath;
        string[] options = ["--backbone", "small.onnx", "--image-folder", "data", "--image-size", "32", "--batch-size", "4", "--epochs", "20",
            "--fine-tune-epochs", "6", "--early-stopping", "0", "--checkpoint-minutes", "0.0001"];
        Assert.That(Cli.Run(["train", "table.csv", "-o", "whole", .. options]).Code, Is.Zero);
        using (ConsoleProcess run = ConsoleProcess.Start(["train", "table.csv", "-o", "run", .. options]))
        {
            Assert.That(run.WaitFor("fine-tune epoch 2/"), Is.True, run.Error);
            run.Kill();
        }
        string[] now = [];
        if (moved)
        {
            Directory.CreateDirectory("archive");
            Directory.Move("data", "archive/images");
            File.Move("table.csv", "archive/table.csv");
            now = [_folder.File("archive/table.csv"), "--image-folder", _folder.File("archive/images")];
        }
        Environment.CurrentDirectory = Directory.CreateDirectory("elsewhere").FullName;
        if (moved)
        {
            (int refused, _, string why) = Cli.Run("train", "--resume", "../run");
            Assert.That((refused, why.Contains("found nothing there. Where it has moved")), Is.EqualTo((3, true)), why);
        }
        (int code, _, string error) = Cli.Run(["train", .. now, "--resume", "../run"]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("resumed from"));
        Assert.That(File.ReadAllBytes("../run/model.zip"), Is.EqualTo(File.ReadAllBytes("../whole/model.zip")));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText("../run/config.json"));
        Assert.That(json.RootElement.GetProperty("data").GetString(), Is.EqualTo(_folder.File(moved ? "archive/table.csv" : "table.csv")));
    }

    [Test]
    public void What_is_missing_on_the_command_line_is_said_at_once()
    {
        (int code, _, string error) = Cli.Run("train");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--output (-o)").And.Contain("<data>"));
    }

    [Test]
    public void Two_runs_in_one_folder_are_refused_and_a_killed_one_leaves_no_lock()
    {
        RedAndGreen.Write(_folder, 12);
        string data = _folder.File("data"), run = _folder.File("run");
        string[] options = ["--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--epochs", "500", "--early-stopping", "0"];
        using ConsoleProcess first = ConsoleProcess.Start(["train", data, "-o", run, .. options]);
        Assert.That(first.WaitFor("scratch epoch 2/"), Is.True, first.Error);
        foreach (string[] second in (string[][])[
            ["train", data, "-o", run, .. options], ["train", "--resume", run], ["train", data, "-o", _folder.File("other"), "--resume", run]])
        {
            (int code, _, string error) = Cli.Run(second);
            Assert.That((code, error.Contains("another run is writing into it")), Is.EqualTo((3, true)), error);
        }
        Assert.That(Directory.Exists(_folder.File("other")), Is.False, "a folder that was made for the lock goes again");
        first.Kill();
        (int again, _, string text) = Cli.Run(["train", data, "-o", run, "--quiet", .. Quick]);
        Assert.That(again, Is.Zero, text);
        Assert.That(Directory.GetFiles(run, ".*"), Is.Empty, "a finished run leaves no lock file");
    }

    private static void Onnx(Stream stream) => SkinClassifier.Onnx.OnnxModel.Write(TestNetworks.Small(32).Graph, stream);
}
