using SkinClassifier.Audit;
using SkinClassifier.Backbones;
using SkinClassifier.Onnx;
using SkinClassifier.Tests.Trainers;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class SuspectsVerbTests : FolderTests
{
    [Test]
    public void Suspects_are_listed_without_a_run_and_the_list_can_be_applied()
    {
        RedAndGreen.Write(_folder, labelInName: true);
        File.Move(_folder.File("data/red/red5.png"), _folder.File("data/green/red5.png"));
        Backbone network = TestNetworks.Small(32);
        using (FileStream file = File.Create(_folder.File("small.onnx")))
            OnnxModel.Write(network.Graph, file);
        string list = _folder.File(LabelSuspectsFile.Name);
        (int code, string output, string error) = Cli.Run("data", "suspects", _folder.File("data"), "-o", list, "--folds", "4", "--backbone",
            _folder.File("small.onnx"), "--threads", "1");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.EndWith("of 24 images are label suspects\n"));
        string[] rows = File.ReadAllLines(list);
        Assert.That(rows, Has.Length.EqualTo(25));
        Assert.That(rows[1], Does.Match(@"^green/red5\.png,green,red,0\.\d{6},1,true,$"));

        File.WriteAllLines(list, [rows[0], rows[1] + "relabel", .. rows[2..]]);
        (code, output, error) = Cli.Run("data", "clean", _folder.File("data"), "--apply", list, "-o", _folder.File("reviewed"));
        Assert.That((code, output), Is.EqualTo((0, "relabeled: green/red5.png (green → red)\n")), error);
        Assert.That(File.Exists(_folder.File("reviewed/red/red5.png")), Is.True);
        Assert.That(Directory.GetFiles(_folder.File("reviewed"), "*.png", SearchOption.AllDirectories), Has.Length.EqualTo(24));
    }

    [Test]
    public void Wrong_use_is_said()
    {
        RedAndGreen.Write(_folder);
        (int code, _, string error) = Cli.Run("data", "suspects", _folder.File("data"), "-o", _folder.File("list.csv"), "--folds", "1", "--threads", "x");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--folds: expected").And.Contain("--threads: expected"));
        (code, _, error) = Cli.Run("data", "suspects", _folder.File("data"), "-o", _folder.File("list.csv"), "--folds", "30", "--backbone", "small_cnn",
            "--weights", "random");
        Assert.That((code, error.Contains("--folds: expected at most 24 folds")), Is.EqualTo((2, true)), error);
        (code, _, error) = Cli.Run("data", "suspects", _folder.File("data"), "-o", _folder.File("list.csv"), "--backbone", "small_cnn", "--weights", "random");
        Assert.That((code, error.Contains("expected a network with pretrained weights")), Is.EqualTo((2, true)), error);
        Assert.That(File.Exists(_folder.File("list.csv")), Is.False);
    }
}
