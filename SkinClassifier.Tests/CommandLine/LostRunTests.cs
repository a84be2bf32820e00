using SkinClassifier.Common;
using SkinClassifier.Onnx;
using SkinClassifier.Tests.Models;
using SkinClassifier.Tests.Trainers;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>Nothing that happens to the process or the disk loses a run.</summary>
[NonParallelizable]
public sealed class LostRunTests : FolderTests
{
    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder, 16);
        using FileStream file = File.Create(_folder.File("small.onnx"));
        OnnxModel.Write(TestNetworks.Small(32).Graph, file);
    }

    private string[] FineTuning =>
        ["--backbone", _folder.File("small.onnx"), "--image-size", "32", "--batch-size", "4", "--epochs", "40", "--fine-tune-epochs", "12",
            "--accumulate-steps", "2", "--swa", "0.25", "--early-stopping", "0", "--checkpoint-minutes", "0.0001"];

    private static string[] Scratch =>
        ["--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--batch-size", "4", "--epochs", "8", "--progressive-from", "16",
            "--ema", "0.9", "--early-stopping", "0", "--checkpoint-minutes", "0.0001"];

    [Test]
    public void A_process_killed_while_features_head_and_network_are_trained_loses_nothing() =>
        Check(FineTuning, ["features:", "head epoch 30/", "fine-tune epoch 1/", "fine-tune epoch 8/"], 30, 1);

    [Test]
    public void A_process_killed_while_a_network_trains_on_scratch_loses_nothing() => Check(Scratch, ["scratch epoch 2/", "scratch epoch 5/"], 60, 2);

    [TestCase(true)]
    [TestCase(false)]
    [Category("Slow")]
    public void A_process_killed_at_any_moment_loses_nothing(bool fineTuning)
    {
        for (ulong seed = 0; seed < 5; seed++)
            Check(fineTuning ? FineTuning : Scratch, ["", "", "", "", "", ""], 2500, 100 + seed);
    }

    /// <summary>
    /// Kills a run after each of the lines and a random time behind it, resumes it each time, and compares what it leaves in the end with an
    /// undisturbed run.
    /// </summary>
    private void Check(string[] options, string[] moments, int milliseconds, ulong seed)
    {
        string data = _folder.File("data"), whole = _folder.File($"whole{seed}"), splits = _folder.File($"parts{seed}");
        (int code, _, string error) = Cli.Run(["train", data, "-o", whole, .. options]);
        Assert.That(code, Is.Zero, error);
        SeededRandom random = new(seed);
        int killed = 0;
        foreach (string moment in moments)
        {
            using ConsoleProcess run = ConsoleProcess.Start(Arguments(data, splits, options));
            bool reached = moment.Length == 0 || run.WaitFor(moment);
            Thread.Sleep(random.NextInt32(milliseconds));
            run.Kill();
            killed += reached ? 1 : 0;
        }
        Assert.That(killed, Is.EqualTo(moments.Length), "every moment was reached");
        using (ConsoleProcess last = ConsoleProcess.Start(Arguments(data, splits, options)))
            Assert.That(last.Wait(), Is.Zero, last.Error);
        Assert.That(File.ReadAllBytes(Path.Combine(splits, "model.zip")), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, "model.zip"))));
        Assert.That(Rows(splits, "history.csv"), Is.EqualTo(Rows(whole, "history.csv")));
        Assert.That(Directory.Exists(Path.Combine(splits, "checkpoint")), Is.False);
    }

    [Test]
    public void A_full_disk_costs_checkpoints_and_the_file_of_the_model_but_not_what_was_trained()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("The length of files cannot be limited on Windows.");
        string data = _folder.File("data"), whole = _folder.File("whole"), splits = _folder.File("parts");
        Assert.That(Cli.Run(["train", data, "-o", whole, .. FineTuning]).Code, Is.Zero);
        using (ConsoleProcess run = ConsoleProcess.Start(Arguments(data, splits, FineTuning)))
        {
            Assert.That(run.WaitFor("fine-tune epoch 3/"), Is.True, run.Error);
            run.Kill();
        }
        string file = Path.Combine(splits, "checkpoint", "checkpoint.bin");
        byte[] good = File.ReadAllBytes(file);
        long room = Math.Min(good.Length, new FileInfo(Path.Combine(whole, "model.zip")).Length) / 2;
        using (ConsoleProcess full = ConsoleProcess.Start(Arguments(data, splits, FineTuning), room))
        {
            Assert.That(full.Wait(), Is.EqualTo(3), full.Error);
            Assert.That(full.Error, Does.Contain("The checkpoint could not be written").And.Contain("fine-tune epoch 12/12"), "the run continues");
            Assert.That(full.Error, Does.Match(@"parts/model\.zip: the model could not be written: .* It needs \d+ kB").And.Contain("--resume"));
        }
        Assert.That(File.ReadAllBytes(file), Is.EqualTo(good), "the last good checkpoint stays");
        Assert.That(Directory.GetFiles(splits, "*.tmp", SearchOption.AllDirectories), Is.Empty);
        using (ConsoleProcess again = ConsoleProcess.Start(Arguments(data, splits, FineTuning)))
            Assert.That(again.Wait(), Is.Zero, again.Error);
        Assert.That(File.ReadAllBytes(Path.Combine(splits, "model.zip")), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, "model.zip"))));
    }

    [Test]
    public void A_disk_without_room_for_any_checkpoint_is_not_said_to_hold_one()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("The length of files cannot be limited on Windows.");
        string run = _folder.File("run");
        using ConsoleProcess full = ConsoleProcess.Start(["train", _folder.File("data"), "-o", run, .. Scratch], 100 << 10);
        Assert.That(full.Wait(), Is.EqualTo(3), full.Error);
        Assert.That(full.Error,
            Does.Contain("The checkpoint could not be written").And.Contain("What was trained is lost").And.Contain("starts this run from its beginning"));
        Assert.That(full.Error, Does.Not.Contain("continues from the checkpoint"));
        Assert.That(Directory.GetFiles(run, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(run, f)),
            Has.None.EndsWith(".tmp").And.None.EndsWith(".lock"));
        using ConsoleProcess again = ConsoleProcess.Start(["train", "--resume", run]);
        Assert.That(again.Wait(), Is.Zero, again.Error);
    }

    [Test]
    public void Images_that_are_lost_or_damaged_while_a_run_is_stopped_are_left_out_and_the_others_keep_their_parts()
    {
        string data = _folder.File("data"), splits = _folder.File("parts");
        using (ConsoleProcess run = ConsoleProcess.Start(Arguments(data, splits, FineTuning)))
        {
            Assert.That(run.WaitFor("fine-tune epoch 3/"), Is.True, run.Error);
            run.Kill();
        }
        string[] before = File.ReadAllLines(Path.Combine(splits, "checkpoint", "splits.csv"));
        string[] trained = [.. before.Where(l => l.EndsWith(",train", StringComparison.Ordinal)).Select(l => l.Split(',')[0])];
        File.Delete(Path.Combine(data, trained[0]));
        File.WriteAllText(Path.Combine(data, trained[^1]), "damaged");
        SmallModels.Plain(200, 77, 30, 20, 16).Save(Path.Combine(data, "red", "added.png"));
        using (ConsoleProcess again = ConsoleProcess.Start(Arguments(data, splits, FineTuning)))
        {
            Assert.That(again.Wait(), Is.Zero, again.Error);
            Assert.That(again.Error,
                Does.Contain("resumed from").And.Contain("2 images of").And.Contain("1 images are not listed").And.Contain("fine-tune epoch 12/12"));
        }
        Assert.That(File.ReadAllLines(Path.Combine(splits, "splits.csv")), Is.EqualTo(before));
        string skipped = File.ReadAllText(Path.Combine(splits, "skipped.csv"));
        Assert.That(new[] { trained[0], trained[^1] }.Select(skipped.Contains), Is.All.True, skipped);
    }

    [Test]
    public void A_finished_run_and_a_folder_without_one_cannot_be_resumed()
    {
        string[] options = ["--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--epochs", "1", "--quiet"];
        (int code, _, string error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), "--resume", _folder.File("run"), .. options]);
        Assert.That((code, error.Contains("no config.json")), Is.EqualTo((3, true)), error);
        Assert.That(Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), .. options]).Code, Is.Zero);
        (code, _, error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), "--resume", _folder.File("run")]);
        Assert.That((code, error.Contains("the run was finished")), Is.EqualTo((3, true)), error);
    }

    private static string[] Arguments(string data, string folder, string[] options) =>
        File.Exists(Path.Combine(folder, "config.json")) && Directory.Exists(Path.Combine(folder, "checkpoint"))
            ? ["train", data, "-o", folder, "--resume", folder] : ["train", data, "-o", folder, .. options];

    // All columns but the seconds.
    private static string[] Rows(string folder, string file) => [.. File.ReadLines(Path.Combine(folder, file)).Select(line => line[..line.LastIndexOf(',')])];
}
