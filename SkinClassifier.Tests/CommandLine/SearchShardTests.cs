using System.Globalization;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>train --time-budget in shards, and merge.</summary>
[NonParallelizable]
public sealed class SearchShardTests : FolderTests
{
    [SetUp]
    public void Prepare() => RedAndGreen.Write(_folder, 14);

    [Test]
    public void The_best_run_of_all_shards_is_taken_with_the_candidates_of_all()
    {
        // Stopped in the middle of its search, then killed before its record was written: it goes on both times.
        (int stopped, _, string told) = Cli.RunUntil(_folder.File("run/searches/shard-00000-of-00002/model.zip"), Line("0/2"));
        Assert.That((stopped, told.Contains("starting the shard again", StringComparison.Ordinal)), Is.EqualTo((130, true)), told);
        Train("0/2");
        Assert.That(Cli.Run("merge", _folder.File("run")).Error, Does.Contain("1 are missing: 1/2"));
        Train("1/2");
        Assert.That(Train("1/2"), Does.Contain("complete already"));
        double[] scores = [.. Enumerable.Range(0, 2).Select(i => double.Parse(
            File.ReadAllLines(_folder.File($"run/search-0000{i}-of-00002.csv"))[1].Split(',')[1], CultureInfo.InvariantCulture))];
        Assert.That(scores, Is.All.InRange(0, 1));
        (int code, _, string error) = Cli.Run("merge", _folder.File("run"), "-o", _folder.File("joined"));
        Assert.That(code, Is.Zero, error);
        int best = scores[1] > scores[0] ? 1 : 0;
        if (scores[0] != scores[1])
            foreach (string file in new[] { "model.zip", "metrics.json", "config.json", "predictions.csv", "report.html" })
                Assert.That(File.ReadAllBytes(_folder.File($"joined/{file}")),
                    Is.EqualTo(File.ReadAllBytes(_folder.File($"run/searches/shard-0000{best}-of-00002/{file}"))), file);
        Assert.That(Directory.GetFiles(_folder.File("joined")).Select(Path.GetFileName), Has.None.EqualTo("run.txt").And.None.EqualTo(".run.lock"));
        string[][] board = [.. File.ReadAllLines(_folder.File("joined/leaderboard.csv")).Select(l => l.Split(','))];
        Assert.That(board[0][^1], Is.EqualTo("shard"));
        Assert.That(board.Skip(1).Select(r => r[0]), Is.EqualTo(Enumerable.Range(1, board.Length - 1).Select(r => r.ToString(CultureInfo.InvariantCulture))));
        Assert.That(board.Skip(1).Select(r => r[^1]), Has.Some.EqualTo("0/2").And.Some.EqualTo("1/2"));
        Assert.That(board.Skip(1).Select(r => string.Join(',', r[6..12])), Is.Unique, "no candidate is tried twice");

        (code, _, error) = Cli.Run([.. Line("0/2"), "--label-smoothing", "0.1"]);
        Assert.That((code, error.Contains("expected label-smoothing 0.1, received 0", StringComparison.Ordinal)), Is.EqualTo((3, true)), error);
        File.Delete(_folder.File("run/searches/shard-00001-of-00002/model.zip"));
        Assert.That(Cli.Run("merge", _folder.File("run")).Error, Does.Contain("the model that shard 1/2 has trained, found none"));
    }

    private string[] Line(string shard) => ["train", _folder.File("data"), "-o", _folder.File("run"), "--time-budget", "6s", "--backbone", "small_cnn",
        "--weights", "random", "--augment", "light", "--image-size", "32", "--batch-size", "8", "--validation", "0.25", "--shard", shard];

    private string Train(string shard)
    {
        (int code, _, string error) = Cli.Run(Line(shard));
        Assert.That(code, Is.Zero, error);
        return error;
    }
}
