using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>evaluate --shard and merge: the files of one evaluation, byte by byte.</summary>
[NonParallelizable]
public sealed class EvaluateShardTests : FolderTests
{
    private const int Images = 53;
    private string _model = "";

    [SetUp]
    public void Prepare()
    {
        _model = _folder.File("model.zip");
        StoredChecksTests.Create(3).Model.Save(_model);
        List<string> rows = ["image,patient,age"];
        for (int i = 0; i < Images; i++)
        {
            string name = _folder.File($"photos/{(i % 5 < 3 ? "a" : "b")}/{i} ü.png");
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            SmallModels.Plain((byte)(3 * i), (byte)(i * i), (byte)(200 - i), 10 + i, 12).Save(name);
            rows.Add($"{i} ü,p{i / 2},{20 + i}");
            // The header is right, the pixels are not: it is found out only when the image is scored.
            if (i is 4 or 21)
                File.WriteAllBytes(name, File.ReadAllBytes(name)[..^20]);
        }
        File.WriteAllLines(_folder.File("photos/metadata.csv"), rows);
        File.WriteAllText(_folder.File("photos/a/broken.png"), "no image");
    }

    [TestCase("--group-by", "patient", "--subgroups", "age")]
    [TestCase("--robustness", "--no-policy")]
    public void Joined_shards_are_the_files_of_one_evaluation(params string[] options)
    {
        (int code, string output, string error) = Cli.Run([.. Line("whole"), .. options]);
        Assert.That(code, Is.Zero, error);
        Dictionary<string, byte[]> whole = Files("whole");
        Assert.That(whole.Keys, Is.SupersetOf(new[] { "metrics.json", "predictions.csv", "report.html", "skipped.csv", "config.json" }));
        Assert.That(File.ReadAllLines(_folder.File("whole/skipped.csv")), Has.Length.EqualTo(4));
        foreach (int shards in (ReadOnlySpan<int>)[1, 3])
        {
            string name = $"parts{shards}";
            for (int i = shards - 1; i >= 0; i--)
                Assert.That(Cli.Run([.. Line(name), .. options, "--shard", $"{i}/{shards}", "--threads", $"{1 + i % 2}", "-q"]).Code, Is.Zero);
            (code, string joined, error) = Cli.Run("merge", _folder.File(name), "-o", _folder.File($"joined{shards}"));
            Assert.That((code, joined), Is.EqualTo((0, output)), error);
            Dictionary<string, byte[]> files = Files($"joined{shards}");
            Assert.That(files.Keys, Is.EquivalentTo(whole.Keys));
            foreach ((string file, byte[] bytes) in files)
                Assert.That(bytes, Is.EqualTo(whole[file]), $"{file}, {shards} shards");
        }
    }

    [Test]
    public void Relative_paths_are_those_of_the_shards_wherever_merge_is_started()
    {
        string here = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(_folder.File("."));
            foreach (string shard in (ReadOnlySpan<string>)["0/2", "1/2"])
                Assert.That(Cli.Run("evaluate", "model.zip", "photos", "-o", "parts", "--shard", shard, "-q").Code, Is.Zero);
            Assert.That(Cli.Run("evaluate", "model.zip", "photos", "-o", "whole", "-q").Code, Is.Zero);
            Directory.SetCurrentDirectory(_folder.File("photos"));
            (int code, _, string error) = Cli.Run("merge", Path.Combine("..", "parts"), "-o", Path.Combine("..", "joined"));
            Assert.That(code, Is.Zero, error);
            Assert.That(Directory.GetCurrentDirectory(), Does.EndWith("photos"));
        }
        finally
        {
            Directory.SetCurrentDirectory(here);
        }
        foreach ((string file, byte[] bytes) in Files("joined"))
            Assert.That(bytes, Is.EqualTo(File.ReadAllBytes(_folder.File($"whole/{file}"))), file);
    }

    [Test]
    public void A_complete_shard_is_skipped_and_one_that_was_killed_is_done_again()
    {
        Cli.Run(Line("whole"));
        foreach (string shard in (ReadOnlySpan<string>)["0/3", "1/3", "2/3"])
            Shard("parts", shard);
        string file = _folder.File("parts/evaluation-00001-of-00003.bin"), left = $"{file}.{Guid.NewGuid():N}.tmp";
        File.WriteAllBytes(left, File.ReadAllBytes(file)[..100]);
        File.Delete(file);
        File.Delete(Path.ChangeExtension(file, ".json"));
        Assert.That(Cli.Run("merge", _folder.File("parts")).Error, Does.Contain("1 are missing: 1/3"));
        Assert.That(Shard("parts", "0/3"), Does.Contain("complete already"));
        Assert.That(Shard("parts", "1/3"), Does.Not.Contain("complete already"));
        Assert.That(File.Exists(left), Is.False);
        Assert.That(Cli.Run("merge", _folder.File("parts")).Code, Is.Zero);
        foreach (string name in (ReadOnlySpan<string>)["metrics.json", "predictions.csv", "decisions.csv", "skipped.csv", "report.html"])
            Assert.That(File.ReadAllBytes(_folder.File($"parts/{name}")), Is.EqualTo(File.ReadAllBytes(_folder.File($"whole/{name}"))), name);
    }

    [Test]
    public void What_does_not_belong_together_is_refused()
    {
        Shard("parts", "0/2");
        Assert.That(Cli.Run([.. Line("parts"), "--shard", "1/2", "--tta", "2"]).Error, Does.Contain("expected tta none, received").Or.Contain("expected tta"));
        Shard("parts", "1/2");
        File.WriteAllText(_folder.File("photos/a/one more.png"), "no image either");
        (int code, _, string error) = Cli.Run("merge", _folder.File("parts"));
        Assert.That((code, error), Is.EqualTo((3, error)));
        Assert.That(error, Does.Contain("expected manifest").And.Contain("have changed since"));
        Cli.Run("predict", _model, _folder.File("photos/b"), "-o", _folder.File("parts"));
        Assert.That(Cli.Run("merge", _folder.File("parts")).Error, Does.Contain("those of several: predictions, evaluation"));
        Assert.That(Cli.Run([.. Line("parts"), "--shard", "2/2"]).Code, Is.EqualTo(2));
    }

    private string[] Line(string name) => ["evaluate", _model, _folder.File("photos"), "-o", _folder.File(name)];

    private string Shard(string name, string shard)
    {
        (int code, _, string error) = Cli.Run([.. Line(name), "--shard", shard]);
        Assert.That(code, Is.Zero, error);
        return error;
    }

    private Dictionary<string, byte[]> Files(string folder) =>
        Directory.GetFiles(_folder.File(folder)).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);
}
