using System.Diagnostics;
using System.Text.Json;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class TrainVerbTests : FolderTests
{
    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder);
        File.WriteAllText(_folder.File("data/red/broken.png"), "broken");
    }

    [Test]
    public void A_run_writes_every_file_of_the_contract_and_repeats_from_its_config()
    {
        (int code, string output, string error) = Train("run");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("ccuracy"));
        foreach (string file in new[] { "model.zip", "metrics.json", "predictions.csv", "history.csv", "splits.csv", "skipped.csv", "report.html",
            "model-card.md", "config.json" })
            Assert.That(File.Exists(_folder.File($"run/{file}")), Is.True, file);
        Assert.That(File.ReadAllText(_folder.File("run/skipped.csv")), Does.StartWith("path,reason").And.Contain("red/broken.png"));
        Assert.That(File.ReadAllText(_folder.File("run/predictions.csv")), Does.StartWith("path,label,predicted,green,red"));
        Assert.That(File.ReadAllText(_folder.File("run/history.csv")),
            Does.StartWith("epoch,phase,trainLoss,trainAccuracy,validationLoss,validationAccuracy,learningRate,seconds"));
        Assert.That(File.ReadLines(_folder.File("run/splits.csv")).Count(), Is.EqualTo(25));
        Assert.That(File.ReadAllText(_folder.File("run/report.html")), Does.Not.Match("(src|href)=\"http").And.Contain("Not a medical device"));
        JsonElement config = JsonDocument.Parse(File.ReadAllText(_folder.File("run/config.json"))).RootElement;
        Assert.That(config.GetProperty("options").GetProperty("epochs").GetInt32(), Is.EqualTo(2));
        ImageClassificationModel model = ImageClassificationModel.Load(_folder.File("run/model.zip"));
        Assert.That(model.Manifest.Metrics, Does.ContainKey("microAccuracy"));

        (code, _, error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("again"), "--config", _folder.File("run/config.json"), "--quiet");
        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllBytes(_folder.File("again/model.zip")), Is.EqualTo(File.ReadAllBytes(_folder.File("run/model.zip"))),
            "same options and seed, same bytes");

        (code, output, error) = Cli.Run("evaluate", _folder.File("run/model.zip"), _folder.File("data"), "-o", _folder.File("evaluation"));
        Assert.That(code, Is.Zero, error);
        Assert.That(JsonDocument.Parse(File.ReadAllText(_folder.File("evaluation/metrics.json"))).RootElement.GetProperty("count").GetInt32(), Is.EqualTo(24));
        Assert.That(File.Exists(_folder.File("evaluation/report.html")), Is.True);

        (code, _, error) = Cli.Run("export", _folder.File("run/model.zip"), "-o", _folder.File("model.onnx"));
        Assert.That(code, Is.Zero, error);
        (code, _, error) = Cli.Run("export", _folder.File("run/model.zip"), "-o", _folder.File("half.onnx"), "--float16", "--opset", "17");
        Assert.That(code, Is.Zero, error);
        Assert.That(new FileInfo(_folder.File("half.onnx")).Length, Is.LessThan(0.6 * new FileInfo(_folder.File("model.onnx")).Length));
    }

    [Test]
    public void Views_are_stored_in_the_model_used_for_the_figures_and_changed_by_other_verbs()
    {
        foreach (string image in Directory.GetFiles(_folder.File("data"), "?.png", SearchOption.AllDirectories))
        {
            RgbImage slope = RgbImage.Load(image);
            for (int i = 0; i < slope.Pixels.Length; i++)
                slope.Pixels[i] = (byte)(slope.Pixels[i] * (i % 90) / 100 + i / 40);
            slope.Save(image);
        }
        Assert.That(Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--image-size", "32", "--batch-size", "4", "--epochs", "1",
            "--tta", "8", "--quiet").Code, Is.Zero);
        Assert.That(ImageClassificationModel.Load(_folder.File("run/model.zip")).Manifest.TestTimeAugmentation, Is.EqualTo(8));
        Assert.That(JsonDocument.Parse(File.ReadAllText(_folder.File("run/config.json"))).RootElement.GetProperty("options").GetProperty("tta")
            .GetInt32(), Is.EqualTo(8));
        string Predicted(params string[] more) =>
            Cli.Run(["predict", _folder.File("run/model.zip"), _folder.File("data/red/1.png"), "--format", "csv", .. more]).Output;
        Assert.That(Predicted(), Is.EqualTo(Predicted("--tta", "8")).And.Not.EqualTo(Predicted("--tta", "1")));
        string Evaluated(string name, params string[] more)
        {
            Assert.That(Cli.Run(["evaluate", _folder.File("run/model.zip"), _folder.File("data"), "-o", _folder.File(name), "--quiet", .. more]).Code, Is.Zero);
            return File.ReadAllText(_folder.File($"{name}/predictions.csv"));
        }
        Assert.That(Evaluated("own"), Is.EqualTo(Evaluated("eight", "--tta", "8")).And.Not.EqualTo(Evaluated("one", "--tta", "1")));
        string[] tested = [.. File.ReadLines(_folder.File("run/predictions.csv")).Skip(1)];
        Assert.That(
            tested, Is.Not.Empty.And.SubsetOf(File.ReadLines(_folder.File("own/predictions.csv"))), "the test set is measured with the model's own views");
        (int code, _, string error) = Cli.Run("predict", _folder.File("run/model.zip"), _folder.File("data/red/1.png"), "--tta", "3");
        Assert.That((code, error.Contains("--tta: expected 1, 2, 4 or 8, received 3.")), Is.EqualTo((2, true)), error);
        (code, _, error) = Cli.Run("export", _folder.File("run/model.zip"), "-o", _folder.File("model.onnx"));
        Assert.That((code, error.Contains("--tta 1")), Is.EqualTo((0, true)), error);
    }

    [Test]
    public void A_cancelled_run_leaves_a_usable_model()
    {
        using CancellationTokenSource cancellationToken = new();
        cancellationToken.CancelAfter(1500);
        (int code, _, string error) = Cli.RunWith(null, cancellationToken.Token, "train", _folder.File("data"), "-o", _folder.File("run"),
            "--image-size", "32", "--batch-size", "4", "--epochs", "10000", "--early-stopping", "0");
        Assert.That(code, Is.EqualTo(130), error);
        Assert.That(ImageClassificationModel.Load(_folder.File("run/model.zip")).Labels, Is.EqualTo(new[] { "green", "red" }));
        Assert.That(File.Exists(_folder.File("run/history.csv")), Is.True);
    }

    [Test]
    public void A_resumed_run_gives_the_model_of_an_undisturbed_one()
    {
        string[] options = ["--image-size", "32", "--batch-size", "4", "--epochs", "60", "--early-stopping", "0", "--quiet"];
        Assert.That(Cli.Run(["train", _folder.File("data"), "-o", _folder.File("whole"), .. options]).Code, Is.Zero);
        int stopped = 0, code = 130;
        for (int milliseconds = 150; code == 130; milliseconds += 150)
        {
            using CancellationTokenSource cancellationToken = new();
            cancellationToken.CancelAfter(milliseconds);
            string[] start = stopped == 0 || !Directory.Exists(_folder.File("parts/checkpoint")) ? options : ["--resume", _folder.File("parts"), "--quiet"];
            (code, _, string error) = Cli.RunWith(null, cancellationToken.Token, ["train", _folder.File("data"), "-o", _folder.File("parts"), .. start]);
            Assert.That(code, Is.AnyOf(0, 130), error);
            stopped += code == 130 ? 1 : 0;
        }
        Assert.That(stopped, Is.GreaterThan(0), "the run was never stopped");
        Assert.That(File.ReadAllBytes(_folder.File("parts/model.zip")), Is.EqualTo(File.ReadAllBytes(_folder.File("whole/model.zip"))));
        Assert.That(Directory.Exists(_folder.File("parts/checkpoint")), Is.False);
    }

    [Test]
    public void The_first_interrupt_of_the_process_leaves_a_model_and_exit_code_130()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("A console interrupt cannot be sent to one process on Windows.");
        if (IgnoresInterrupts())
            Assert.Ignore("The tests were started in the background of a shell, which makes all their processes ignore interrupts.");
        ProcessStartInfo start = new("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in new[] { Path.Combine(AppContext.BaseDirectory, "skinclassifier.dll"), "train", _folder.File("data"), "-o",
            _folder.File("run"), "--image-size", "32", "--batch-size", "4", "--epochs", "100000", "--early-stopping", "0" })
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string? line;
        while ((line = process.StandardError.ReadLine()) is not null && !line.Contains("epoch 2/", StringComparison.Ordinal))
            continue;
        Task<string> rest = process.StandardError.ReadToEndAsync();
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString()]))
            kill.WaitForExit();
        Assert.That(process.WaitForExit(60_000), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(130), rest.Result + output.Result);
        Assert.That(ImageClassificationModel.Load(_folder.File("run/model.zip")).Labels, Has.Count.EqualTo(2));
    }

    /// <summary>Whether this process, and so one that it starts, ignores SIGINT (number 2).</summary>
    private static bool IgnoresInterrupts() => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & 1UL << 1) != 0;

    [Test]
    public void Errors_of_options_are_named_all_at_once()
    {
        (int code, _, string error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--fine-tune-epochs", "3", "--augment",
            "wild", "--unfreeze", "some", "--head", "linear", "--hidden", "7");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--fine-tune-epochs").And.Contain("--augment").And.Contain("--unfreeze").And.Contain("--hidden"));
    }

    [Test]
    public void Backbones_are_listed_with_the_place_of_their_weights_and_unknown_ones_refused()
    {
        (int code, string output, _) = Cli.Run("backbones", "list", "--format", "json");
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        JsonElement mobile = rows.Single(r => r.GetProperty("name").GetString() == "mobilenet_v2");
        Assert.That(code, Is.Zero);
        Assert.That((mobile.GetProperty("parameters").GetInt64(), mobile.GetProperty("inputSize").GetInt32()), Is.EqualTo((3_504_872L, 224)));
        Assert.That(rows.Select(r => r.GetProperty("weights").GetString()), Is.All.AnyOf("embedded", "cached", "downloadable", "none"));
        Assert.That(rows.Where(r => r.GetProperty("name").GetString() is "resnet18" or "resnet18_cntk").Select(r => r.GetProperty("license").GetString()),
            Has.Exactly(2).EqualTo("MIT"));
        (code, _, string error) = Cli.Run("backbones", "pull", "vgg16", "--offline");
        Assert.That((code, error.Contains("vgg16.safetensors")), Is.EqualTo((3, true)), error);
        (code, _, error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--backbone", "alexnet");
        Assert.That((code, error.Contains("mobilenet_v2")), Is.EqualTo((2, true)), error);
        (code, _, error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--backbone", "resnet18", "--weights", "none.safetensors");
        Assert.That((code, error.Contains("none.safetensors")), Is.EqualTo((3, true)), error);
    }

    [Test]
    public void Unusable_data_and_config_are_said_with_what_to_do()
    {
        Directory.CreateDirectory(_folder.File("empty/one"));
        (int code, _, string error) = Cli.Run("train", _folder.File("empty"), "-o", _folder.File("run"));
        Assert.That((code, error.Contains("empty")), Is.EqualTo((3, true)), error);
        (code, _, error) = Cli.Run("train", _folder.File("nowhere"), "-o", _folder.File("run"));
        Assert.That((code, error.Contains("nowhere")), Is.EqualTo((3, true)), error);
        File.WriteAllText(_folder.File("config.json"), "{\"epochs\": 3, \"epoch\": 4, \"color\": \"red\"}");
        (code, _, error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--config", _folder.File("config.json"));
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("\"epoch\"").And.Contain("\"color\""));
    }

    private (int, string, string) Train(string run) =>
        Cli.Run("train", _folder.File("data"), "-o", _folder.File(run), "--image-size", "32", "--batch-size", "4", "--epochs", "2", "--threads", "1");
}
