using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class BudgetVerbTests : FolderTests
{
    [SetUp]
    public void Prepare() => RedAndGreen.Write(_folder, 14);

    [Test]
    public void The_winner_is_left_with_a_leaderboard_and_repeats_from_its_config()
    {
        // A pretrained network of our own, so that heads, fine-tuning and scratch are all there.
        Assert.That(Cli.Run("train", _folder.File("data"), "-o", _folder.File("first"), "--backbone", "small_cnn", "--weights", "random",
            "--image-size", "32", "--epochs", "1", "--tta", "1", "--quiet").Code, Is.Zero);
        Assert.That(Cli.Run("export", _folder.File("first/model.zip"), "-o", _folder.File("net.onnx")).Code, Is.Zero);
        string[] search = ["train", _folder.File("data"), "-o", _folder.File("run"), "--time-budget", "60s", "--backbone", _folder.File("net.onnx"),
            "--augment", "light", "--balance", "none", "--image-size", "32", "--batch-size", "8", "--validation", "0.25"];
        int code = 0, stopped = 0;
        string error = "";
        void RunFor(int milliseconds, string[] arguments)
        {
            using CancellationTokenSource cancellationToken = new();
            cancellationToken.CancelAfter(milliseconds);
            (code, _, error) = Cli.RunWith(null, cancellationToken.Token, arguments);
            stopped += code == 130 ? 1 : 0;
        }

        // The first stop must fall into the search on any machine; every later one leaves it more time.
        for (int milliseconds = 800; stopped == 0 && code == 0 && milliseconds > 10; milliseconds /= 2)
        {
            if (Directory.Exists(_folder.File("run")))
                Directory.Delete(_folder.File("run"), recursive: true);
            RunFor(milliseconds, search);
        }
        for (int milliseconds = 700; code == 130 && stopped < 20; milliseconds += 700)
            RunFor(milliseconds, ["train", _folder.File("data"), "-o", _folder.File("run"), "--resume", _folder.File("run")]);
        Assert.That(code, Is.Zero, error);
        Assert.That(stopped, Is.GreaterThan(0), "the search was never stopped");
        string[] board = File.ReadAllLines(_folder.File("run/leaderboard.csv"));
        Assert.That(board[0], Does.StartWith("rank,round,score,macroAccuracy,macroAuc,logLoss,network,mode"));
        Assert.That(board, Has.Length.EqualTo(6), "four rates and the head");
        Assert.That(string.Join('\n', board), Does.Contain("head").And.Contain("fine-tune"));
        Assert.That(File.ReadAllText(_folder.File("run/report.html")), Does.Contain("<h2>Leaderboard</h2>"));
        Assert.That(Directory.Exists(_folder.File("run/search")), Is.False);
        JsonElement options = JsonDocument.Parse(File.ReadAllText(_folder.File("run/config.json"))).RootElement.GetProperty("options");
        Assert.That(options.GetProperty("timeBudget").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(options.GetProperty("balance").ValueKind, Is.EqualTo(JsonValueKind.String));

        (code, _, error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("again"), "--config", _folder.File("run/config.json"), "--quiet");
        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllBytes(_folder.File("again/model.zip")), Is.EqualTo(File.ReadAllBytes(_folder.File("run/model.zip"))));
    }

    [TestCase("--epochs", "1")]
    [TestCase("--time-budget", "8s")]
    public void A_network_whose_normalization_nothing_says_is_warned_of_once(string option, string value)
    {
        GraphBuilder builder = new("tiny");
        string x = builder.Conv(builder.Input("input", new TensorShape(TensorShape.Free, 3, 16, 16)), "conv", 4, 3);
        using (FileStream stream = File.Create(_folder.File("tiny.onnx")))
            OnnxModel.Write(builder.Build(builder.Flatten(builder.GlobalAveragePool(x, "pool"), "features")), stream);
        string[] train = ["train", _folder.File("data"), "-o", _folder.File("run"), "--backbone", _folder.File("tiny.onnx"), "--image-size", "16",
            "--validation", "0.25", option, value, "--quiet"];
        (int code, _, string error) = Cli.Run(train);
        Assert.That((code, error.Split("nothing says how the network wants its images normalized").Length - 1), Is.EqualTo((0, 1)), error);
        (code, _, error) = Cli.Run([.. train, "--normalize", "0to1"]);
        Assert.That((code, error.Contains("nothing says how")), Is.EqualTo((0, false)), error);
    }

    [Test]
    public void Ctrl_C_leaves_the_best_trial_with_the_options_that_repeat_it()
    {
        string[] search = ["train", _folder.File("data"), "-o", _folder.File("run"), "--time-budget", "2h", "--balance", "none", "--backbone",
            "small_cnn", "--weights", "random", "--image-size", "32", "--batch-size", "8", "--validation", "0.25"];
        Assert.That(Cli.RunUntil(_folder.File("run/model.zip"), search).Code, Is.EqualTo(130));
        (int code, _, string error) =
            Cli.Run("train", _folder.File("data"), "-o", _folder.File("again"), "--config", _folder.File("run/config.json"), "--quiet");
        Assert.That(code, Is.Zero, error);
        ImageClassificationModel left = ImageClassificationModel.Load(_folder.File("run/model.zip")),
            again = ImageClassificationModel.Load(_folder.File("again/model.zip"));
        Assert.That(again.Network.Parameters.Select(p => p.Value.Values.ToArray()), Is.EqualTo(left.Network.Parameters.Select(p => p.Value.Values.ToArray())));
    }

    [Test]
    public void A_search_killed_at_any_moment_goes_on_and_leaves_a_winner_that_repeats()
    {
        string[] search = ["train", _folder.File("data"), "-o", _folder.File("run"), "--time-budget", "60s", "--balance", "none", "--augment",
            "light", "--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--batch-size", "8", "--validation", "0.25",
            "--checkpoint-minutes", "0.0001"];
        string[] resumed = ["train", _folder.File("data"), "-o", _folder.File("run"), "--resume", _folder.File("run")];
        SeededRandom random = new(5);
        string[] moments = ["time budget", " epochs of ", " epochs of ", "final training", "scratch epoch 2/"];
        for (int i = 0; i < moments.Length; i++)
        {
            using ConsoleProcess run = ConsoleProcess.Start(i == 0 ? search : resumed);
            Assert.That(run.WaitFor(moments[i]), Is.True, run.Error);
            Thread.Sleep(random.NextInt32(40));
            run.Kill();
        }
        using (ConsoleProcess last = ConsoleProcess.Start(resumed))
            Assert.That(last.Wait(), Is.Zero, last.Error);
        Assert.That(Directory.Exists(_folder.File("run/search")), Is.False);
        Assert.That(Directory.GetFiles(_folder.File("run"), "*.tmp", SearchOption.AllDirectories), Is.Empty);
        (int code, _, string error) =
            Cli.Run("train", _folder.File("data"), "-o", _folder.File("again"), "--config", _folder.File("run/config.json"), "--quiet");
        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllBytes(_folder.File("again/model.zip")), Is.EqualTo(File.ReadAllBytes(_folder.File("run/model.zip"))));
    }

    [TestCase("--epochs", "3", "--epochs")]
    [TestCase("--folds", "3", "--folds")]
    [TestCase("--validation", "0", "--validation 0")]
    public void What_the_search_chooses_cannot_be_given(string option, string value, string expected)
    {
        (int code, _, string error) = Cli.Run("train", _folder.File("data"), "-o", _folder.File("run"), "--time-budget", "1m", option, value);
        Assert.That((code, error.Contains(expected)), Is.EqualTo((2, true)), error);
    }

    [TestCase("30m", 1800)]
    [TestCase("90s", 90)]
    [TestCase("1h30m", 5400)]
    [TestCase("0.5m", 30)]
    [TestCase("", 0)]
    [TestCase("soon", 0)]
    [TestCase("0s", 0)]
    [TestCase("30", 0)]
    public void Times_are_read(string text, double seconds)
    {
        if (seconds > 0)
            Assert.That((OptionForm.Duration().TryRead(text, out object? time, out _), time), Is.EqualTo((true, (object)TimeSpan.FromSeconds(seconds))));
        else
            Assert.That((OptionForm.Duration().TryRead(text, out _, out string problem), problem.Contains("1h30m")), Is.EqualTo((false, true)), problem);
    }
}
