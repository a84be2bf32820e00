using System.Text.Json;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class ShardVerbTests : FolderTests
{
    private const int Images = 70;
    private string _model = "", _manifest = "";

    [SetUp]
    public void Prepare()
    {
        _model = _folder.File("model.zip");
        _manifest = _folder.File("manifest.csv");
        SmallModels.Create(["red", "green", "blue, or so"]).Save(_model);
        for (int i = 0; i < Images; i++)
        {
            string name = _folder.File($"archive/{i % 3}/{i} ü.png");
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            SmallModels.Plain((byte)(3 * i), (byte)(i * i), (byte)(200 - i), 10 + i, 12).Save(name);
        }
        File.WriteAllText(_folder.File("archive/1/broken.png"), "no image");
        Assert.That(Cli.Run("data", "manifest", _folder.File("archive"), "-o", _manifest).Code, Is.Zero);
    }

    [TestCase("csv")]
    [TestCase("jsonl")]
    public void Joined_shards_have_the_bytes_of_one_run(string format)
    {
        string whole = Joined("whole", 1, format);
        foreach (int shards in (ReadOnlySpan<int>)[3, 4])
            Assert.That(Joined($"parts{shards}", shards, format), Is.EqualTo(whole), $"{shards} shards");
        Assert.That(whole, Does.Contain("archive/0/0 ü.png").And.Contain("archive/1/broken.png").And.Contain("unknown format"));
        Assert.That(whole.TrimEnd().Split('\n'), Has.Length.EqualTo(Images + 1 + (format == "csv" ? 1 : 0)));
    }

    [Test]
    public void Joined_shards_have_the_bytes_that_predict_prints()
    {
        string joined = Joined("parts", 3, "csv");
        string[] rows = joined.ReplaceLineEndings("\n").Split('\n');
        string working = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _folder.File("");
            string[] paths = [.. File.ReadAllLines(_manifest).Skip(1).Select(l => l.Split(',')[0])];
            string printed = Cli.RunWith(string.Join('\n', paths), default, "predict", _model, "-", "--format", "csv").Output;
            Assert.That(printed.Split('\n').Where(l => !l.Contains("broken")), Is.EqualTo(rows.Where(l => !l.Contains("broken"))));
        }
        finally
        {
            Environment.CurrentDirectory = working;
        }
    }

    [Test]
    public void A_complete_shard_is_skipped_and_one_that_was_killed_is_done_again()
    {
        string whole = Joined("whole", 1, "csv"), folder = _folder.File("scores");
        for (int i = 0; i < 4; i++)
            Predict(folder, $"{i}/4");
        string first = Path.Combine(folder, "predictions-00000-of-00004.csv"), second = Path.Combine(folder, "predictions-00001-of-00004.csv");
        DateTime written = File.GetLastWriteTimeUtc(first);
        // What a process leaves that is killed while it writes: a piece under a temporary name, and neither file.
        File.Delete(second);
        File.Delete(Path.ChangeExtension(second, ".json"));
        string left = $"{second}.{Guid.NewGuid():N}.tmp", others = $"{first}.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(left, "path,predicted");
        File.WriteAllText(others, "path,predicted");
        Assert.That(Cli.Run("merge", folder).Error, Does.Contain("1 are missing: 1/4"));
        Assert.That(Predict(folder, "0/4").Error, Does.Contain("complete already"));
        Predict(folder, "1/4");
        Assert.That((File.Exists(left), File.Exists(others), File.GetLastWriteTimeUtc(first)), Is.EqualTo((false, false, written)));
        Assert.That(Cli.Run("merge", folder).Code, Is.EqualTo(3));
        Assert.That(File.ReadAllText(Path.Combine(folder, "predictions.csv")), Is.EqualTo(whole));
    }

    [Test]
    public void A_shard_whose_file_was_damaged_is_done_again_and_never_joined()
    {
        string folder = _folder.File("scores"), file = Path.Combine(folder, "predictions-00001-of-00002.csv");
        Predict(folder, "0/2");
        Predict(folder, "1/2");
        File.AppendAllText(file, "x");
        Assert.That(Cli.Run("merge", folder).Error, Does.Contain($"{file}: expected the file of shard 1/2"));
        Assert.That(Predict(folder, "1/2").Error, Does.Not.Contain("complete already"));
        Assert.That(Cli.Run("merge", folder).Error, Does.Contain("written"));
    }

    [TestCase("another model")]
    [TestCase("another number of shards")]
    [TestCase("other options")]
    [TestCase("other images")]
    public void A_shard_of_another_run_is_refused_by_name(string what)
    {
        string folder = _folder.File("scores"), other = _folder.File("other");
        Predict(folder, "0/2");
        string[] more = what == "other options" ? ["--tta", "2"] : [];
        if (what == "another model")
            SmallModels.Create(["red", "green", "blue, not so"]).Save(_model);
        if (what == "other images")
            File.AppendAllText(_manifest, "archive/none.png,0\r\n");
        string shard = what == "another number of shards" ? "1/3" : "1/2";
        (int code, _, string error) = Predict(folder, shard, more);
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("predictions-00000-of-00002.json: expected").And.Contain("another run"));
        Predict(other, shard, more);
        foreach (string file in Directory.GetFiles(other))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        Assert.That(Cli.Run("merge", folder).Error, Does.Contain("belong to different runs").And.Contain(".json: expected"));
    }

    [Test]
    public void A_double_shard_is_refused_by_name()
    {
        string folder = _folder.File("scores");
        Predict(folder, "0/1");
        File.Copy(Path.Combine(folder, "predictions-00000-of-00001.json"), Path.Combine(folder, "predictions-00000-of-00001 copy.json"));
        (int code, _, string error) = Cli.Run("merge", folder);
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("expected shard 0/1 once, found it twice"));
    }

    [Test]
    public void A_record_says_what_the_run_is()
    {
        string folder = _folder.File("scores");
        Predict(folder, "2/4");
        JsonElement record = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "predictions-00002-of-00004.json"))).RootElement;
        Assert.That((record.GetProperty("shard").GetInt32(), record.GetProperty("shards").GetInt32(), record.GetProperty("rows").GetInt64(),
            record.GetProperty("images").GetInt64(), record.GetProperty("errors").GetInt64()), Is.EqualTo((2, 4, 71L, 16L, 1L)));
        Assert.That(record.GetProperty("options").EnumerateObject().Select(o => $"{o.Name} {o.Value}"),
            Is.EqualTo(new[] { "format csv", "tta 1", "no-policy false", "similar 0", "max-pixels 250000000" }));
        Assert.That(record.GetProperty("model").GetString(), Has.Length.EqualTo(64));
        Assert.That(record.GetProperty("manifest").GetString(), Has.Length.EqualTo(64));
    }

    [Test]
    public void Images_and_folders_can_be_shared_out_without_a_manifest()
    {
        string folder = _folder.File("scores");
        foreach (string shard in (ReadOnlySpan<string>)["0/2", "1/2"])
            Cli.Run("predict", _model, _folder.File("archive"), "-o", folder, "--shard", shard);
        Cli.Run("merge", folder, "-o", _folder.File("joined"));
        Assert.That(File.ReadLines(_folder.File("joined/predictions.csv")).Count(), Is.EqualTo(Images + 2));
    }

    [Test]
    public void All_wrong_options_are_named_at_once()
    {
        (int code, _, string error) = Cli.Run("predict", _model, _manifest, "--shard", "4/4", "--image-folder", "x");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--shard: expected i/N").And.Contain("--shard: expected -o FOLDER").And.Contain("--image-folder: expected -o"));
        Assert.That(Cli.Run("predict", _model, _manifest, "-o", "x", "--format", "table").Error, Does.Contain("expected csv, jsonl or parquet"));
    }

    private (int Code, string Output, string Error) Predict(string folder, string shard, params string[] more) =>
        Cli.Run(["predict", _model, _manifest, "-o", folder, "--shard", shard, .. more]);

    private string Joined(string name, int shards, string format)
    {
        string folder = _folder.File(name);
        for (int i = shards - 1; i >= 0; i--)
            Predict(folder, $"{i}/{shards}", "--format", format);
        Assert.That(Cli.Run("merge", folder).Code, Is.EqualTo(3));
        return File.ReadAllText(Path.Combine(folder, $"predictions.{format}"));
    }
}
