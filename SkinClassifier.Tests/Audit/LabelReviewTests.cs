using SkinClassifier.Audit;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Tests.CommandLine;

namespace SkinClassifier.Tests.Audit;

[NonParallelizable]
public sealed class LabelReviewTests : FolderTests
{
    private string Data => _folder.File("data");

    [SetUp]
    public void Write()
    {
        RedAndGreen.Write(_folder, perClass: 4, labelInName: true);
        File.WriteAllText(_folder.File("data/metadata.csv"), "image,patient\nred0,1\nred1,1\ngreen0,2\ngreen1,\"a, b\"\n");
    }

    [Test]
    public void A_copy_leaves_out_and_moves_what_the_list_says_and_the_originals_stay()
    {
        string[] before = Content(Data);
        string list = List("red/red0.png,red,green,remove", "red/red1.png,red,green, Relabel ", "green/green1.png,green,red,relabel:red",
            "green/green2.png,green,red,keep", "green/green3.png,green,red,");
        (int code, string output, string error) = Cli.Run("data", "clean", Data, "--apply", list, "-o", _folder.File("copy"));
        Assert.That(code, Is.Zero, error);
        Assert.That(output,
            Is.EqualTo("removed: red/red0.png (red)\nrelabeled: green/green1.png (green → red)\nrelabeled: red/red1.png (red → green)\n"));
        Assert.That(error, Does.Contain("(7 images; 1 removed, 2 relabeled)"));
        Assert.That(Content(Data), Is.EqualTo(before));
        ImageDataset copy = ImageDataset.FromFolder(_folder.File("copy"));
        Assert.That(copy.Examples.Select(e => e.Path), Is.EquivalentTo(new[] { "green/green0.png", "green/green2.png", "green/green3.png", "green/red1.png",
            "red/green1.png", "red/red2.png", "red/red3.png" }));
        Assert.That(copy.Examples.Single(e => e.Path == "red/green1.png").Columns["patient"], Is.EqualTo("a, b"), "its row moved with it");
        Assert.That(File.ReadAllBytes(_folder.File("copy/red/green1.png")), Is.EqualTo(File.ReadAllBytes(_folder.File("data/green/green1.png"))));
    }

    [Test]
    public void A_list_reads_back_as_the_reviewed_dataset()
    {
        string list = List("red/red0.png,red,green,remove", "red/red1.png,red,green,relabel");
        (int code, _, string error) = Cli.Run("data", "clean", Data, "--apply", list, "-o", _folder.File("lists/reviewed.csv"));
        Assert.That(code, Is.Zero, error);
        ImageDataset read = ImageDataset.FromCsv(_folder.File("lists/reviewed.csv"), new ImageDatasetOptions { GroupBy = "patient" });
        Assert.That(read.Skipped, Is.Empty);
        Assert.That(read.CountByLabel(), Is.EqualTo(new[] { 5, 2 }));
        ImageExample moved = read.Examples.Single(e => e.File == Path.GetFullPath(_folder.File("data/red/red1.png")));
        Assert.That((moved.Label, moved.Group, moved.Columns["patient"]), Is.EqualTo(("green", "1", "1")));
    }

    [Test]
    public void Odd_names_of_classes_survive_in_a_list()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("Folders cannot have such names on Windows.");
        Directory.Move(_folder.File("data/red"), _folder.File("data/ red, \"dark\" "));
        ImageDataset dataset = ImageDataset.FromFolder(Data);
        LabelReview review = LabelReview.Read(List("\" red, \"\"dark\"\" /red0.png\",\" red, \"\"dark\"\" \",green,keep",
            "green/green0.png,green,red,\"relabel: red, \"\"dark\"\" \""), dataset);
        ReviewedDataset.List(review, dataset, _folder.File("list.csv"));
        ImageDataset read = ImageDataset.FromCsv(_folder.File("list.csv"));
        Assert.That(read.Labels, Is.EqualTo(new[] { " red, \"dark\" ", "green" }));
        Assert.That(read.CountByLabel(), Is.EqualTo(new[] { 5, 3 }));
    }

    [Test]
    public void Sets_of_the_data_stay()
    {
        Directory.CreateDirectory(_folder.File("sets"));
        Directory.Move(_folder.File("data"), _folder.File("sets/train"));
        RedAndGreen.Write(_folder, perClass: 3, labelInName: true);
        Directory.Move(_folder.File("data"), _folder.File("sets/test"));
        ImageDataset dataset = ImageDataset.FromFolder(_folder.File("sets"));
        LabelReview review = LabelReview.Read(List("test/red/red0.png,red,green,relabel"), dataset);
        ReviewedDataset.Copy(review, dataset, _folder.File("copy"), null, default);
        ReviewedDataset.List(review, dataset, _folder.File("list.csv"));
        foreach (ImageDataset again in new[] { ImageDataset.FromFolder(_folder.File("copy")), ImageDataset.FromCsv(_folder.File("list.csv")) })
        {
            Assert.That(again.Examples.Count(e => e.Split == DatasetSplit.Test), Is.EqualTo(6));
            Assert.That(again.Examples.Count(e => e.Split == DatasetSplit.Test && e.Label == "green"), Is.EqualTo(4));
        }
    }

    [Test]
    public void Every_row_that_cannot_be_applied_is_told_at_once_and_nothing_is_written()
    {
        string list = List("red/none.png,red,green,remove", "red/red0.png,red,green,delete", "red/red1.png,red,green,relabel:blue",
            "red/red2.png,red,,relabel", "green/green0.png,red,red,remove", "green/green1.png,green,red,remove", "green/green1.png,green,red,keep");
        (int code, string output, string error) = Cli.Run("data", "clean", Data, "--apply", list, "-o", _folder.File("copy"));
        Assert.That((code, output), Is.EqualTo((3, "")));
        string[] lines = error[error.IndexOf("error:", StringComparison.Ordinal)..].TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(7), error);
        Assert.That(lines[0], Is.EqualTo($"error: {list}: 6 rows cannot be applied, nothing is written."));
        Assert.That(lines[1], Does.Contain("row 2: expected the path of an image of the data, received 'red/none.png'."));
        Assert.That(lines[2], Does.Contain("row 3: expected the action remove, keep, relabel or relabel:CLASS, received 'delete'."));
        Assert.That(lines[3], Does.Contain("row 4: expected for red/red1.png one of the classes green, red, received 'blue'."));
        Assert.That(lines[4], Does.Contain("row 5: expected relabel:CLASS for red/red2.png, received 'relabel' and no suggested class."));
        Assert.That(lines[5], Does.Contain("row 6: expected green/green0.png with its class in the data, 'green', received 'red'."));
        Assert.That(lines[6], Does.Contain("row 8: expected one action for green/green1.png, received another one than in row 7."));
        Assert.That(Directory.Exists(_folder.File("copy")), Is.False);
    }

    [TestCase("data/red/copy", 2, "outside the dataset")]
    [TestCase("data/list.csv", 2, "outside the dataset")]
    [TestCase("full", 3, "nothing is overwritten")]
    [TestCase("suspects.csv", 3, "nothing is overwritten")]
    public void What_is_there_is_never_touched(string output, int expected, string sentence)
    {
        Directory.CreateDirectory(_folder.File("full"));
        File.WriteAllText(_folder.File("full/mine.txt"), "mine");
        string list = List("red/red0.png,red,green,remove");
        string[] before = Content(_folder.FullPath);
        (int code, _, string error) = Cli.Run("data", "clean", Data, "--apply", list, "-o", _folder.File(output));
        Assert.That((code, error.Contains(sentence)), Is.EqualTo((expected, true)), error);
        Assert.That(Content(_folder.FullPath), Is.EqualTo(before));
    }

    [Test]
    public void A_table_without_the_columns_is_refused_and_removing_everything_too()
    {
        File.WriteAllText(_folder.File("other.csv"), "image,verdict\nred/red0.png,remove\n");
        Assert.That(() => LabelReview.Read(_folder.File("other.csv"), ImageDataset.FromFolder(Data)),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("expected the columns path and action, received image, verdict"));
        File.WriteAllText(_folder.File("all.csv"),
            "path,action\n" + string.Concat(ImageDataset.FromFolder(Data).Examples.Select(e => $"{e.Path},remove\n")));
        (int code, _, string error) = Cli.Run("data", "clean", Data, "--apply", _folder.File("all.csv"), "-o", _folder.File("copy"));
        Assert.That((code, error.Contains("received remove for all 8")), Is.EqualTo((3, true)), error);
    }

    private string List(params string[] rows)
    {
        string file = _folder.File("suspects.csv");
        File.WriteAllLines(file, ["path,label,suggested,action", .. rows]);
        return file;
    }

    private static string[] Content(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => $"{f} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}")];
}
