namespace SkinClassifier.Tests.CommandLine;

/// <summary>train --folds in shards, and merge: what one process writes.</summary>
[NonParallelizable]
public sealed class FoldShardTests : FolderTests
{
    private static readonly string[] _options = ["--folds", "3", "--normalize", "none", "--image-size", "16", "--batch-size", "8", "--epochs", "2",
        "--fine-tune-epochs", "0", "--tta", "1", "--validation", "0.2", "--threads", "1"];

    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder, labelInName: true);
        FeaturesVerbTests.WriteNetwork(_folder.File("means.onnx"));
    }

    [Test]
    public void Joined_shards_are_the_files_of_one_run_also_after_a_kill()
    {
        (int code, string output, string error) = Cli.Run([.. Line("whole"), "--ensemble"]);
        Assert.That(code, Is.Zero, error);
        Train("1/2");
        Train("0/2");
        // Killed after fold 2, while fold 3 was being trained: no record, and a piece of the model.
        File.Delete(_folder.File("parts/folds-00001-of-00002.json"));
        string model = _folder.File("parts/folds/fold-3/model.zip"), left = $"{model}.{Guid.NewGuid():N}.tmp";
        File.Move(model, left);
        Assert.That(Cli.Run("merge", _folder.File("parts")).Error, Does.Contain("1 are missing: 1/2"));
        Assert.That(Train("1/2"), Does.Contain("fold 2 of 3: 16 images to train on, 8 to measure; already trained").And.Contain("fold 3 of 3")
            .And.Not.Contain("fold 1 of 3"));
        Assert.That(File.Exists(left), Is.False);
        Assert.That(Train("0/2"), Does.Contain("complete already"));
        (code, string joined, error) = Cli.Run("merge", _folder.File("parts"), "-o", _folder.File("joined"), "--threads", "1");
        Assert.That((code, joined), Is.EqualTo((0, output)), error);
        AssertSame("joined", "model.zip", "metrics.json", "predictions.csv", "folds.csv", "splits.csv", "config.json", "model-card.md");
    }

    [Test]
    [Category("Slow")]
    public void Without_ensemble_the_step_that_joins_trains_the_model_of_one_run()
    {
        Cli.Run([.. Line("whole"), "--test", "0.25"]);
        Train("1/2", "--test", "0.25");
        Train("0/2", "--test", "0.25");
        (int code, _, string error) = Cli.Run("merge", _folder.File("parts"), "--threads", "1");
        Assert.That(code, Is.Zero, error);
        AssertSame("parts", "model.zip", "metrics.json", "predictions.csv", "folds.csv", "splits.csv", "config.json", "model-card.md", "test-metrics.json");
    }

    [Test]
    public void What_another_run_has_left_and_what_is_damaged_is_not_taken()
    {
        Train("1/2");
        (int code, _, string error) = Cli.Run([.. Line("parts"), "--ensemble", "--shard", "0/2", "--seed", "2"]);
        Assert.That((code, error.Contains("expected seed 2, received 1", StringComparison.Ordinal)), Is.EqualTo((3, true)), error);
        foreach (string record in Directory.GetFiles(_folder.File("parts"), "*-of-*"))
            File.Delete(record);
        Assert.That(Train("1/2", "--seed", "2"), Does.Not.Contain("already trained"));
        string model = _folder.File("parts/folds/fold-3/model.zip");
        File.WriteAllBytes(model, File.ReadAllBytes(model)[..1000]);
        Train("0/2", "--seed", "2");
        Assert.That(Cli.Run("merge", _folder.File("parts")).Error, Does.Contain("expected the models that shard 1/2 has trained, found others"));
        Assert.That(Train("1/2", "--seed", "2"), Does.Contain("The fold is trained again").And.Contain("fold 2 of 3: 16 images to train on, 8 to measure; a"));
    }

    [TestCase("--shard", "9998/9999", "--time-budget", "1m", "as many shards as there are candidates")]
    [TestCase("--shard", "0/2", "--folds", "0", "expected --folds K or --time-budget beside it")]
    [TestCase("--shard", "2/2", "--folds", "3", "expected i/N")]
    [TestCase("--shard", "0/4", "--folds", "3", "expected at most 3 shards for 3 folds")]
    public void What_cannot_be_shared_out_is_refused(params string[] line)
    {
        (int code, _, string error) = Cli.Run(["train", _folder.File("data"), "-o", _folder.File("run"), "--backbone", "small_cnn", "--weights", "random",
            .. line[..^1]]);
        Assert.That((code, error.Contains(line[^1], StringComparison.Ordinal)), Is.EqualTo((2, true)), error);
    }

    private string[] Line(string name) => ["train", _folder.File("data"), "-o", _folder.File(name), "--backbone", _folder.File("means.onnx"), .. _options];

    private string Train(string shard, params string[] more)
    {
        (int code, _, string error) = Cli.Run([.. Line("parts"), .. more.Contains("--test") ? [] : new[] { "--ensemble" }, "--shard", shard, .. more]);
        Assert.That(code, Is.Zero, error);
        return error;
    }

    private void AssertSame(string name, params string[] files)
    {
        foreach (string file in files)
            Assert.That(File.ReadAllBytes(_folder.File($"{name}/{file}")), Is.EqualTo(File.ReadAllBytes(_folder.File($"whole/{file}"))), file);
    }
}
