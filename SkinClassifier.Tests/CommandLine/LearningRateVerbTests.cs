using System.Text.Json;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class LearningRateVerbTests
{
    [Test]
    public void A_table_a_plot_and_a_suggestion_are_written()
    {
        using TemporaryFolder folder = new();
        RedAndGreen.Write(folder);
        (int code, string output, string error) = Cli.Run("lr-find", folder.File("data"), "-o", folder.File("run"), "--steps", "20", "--image-size",
            "32", "--batch-size", "4", "--from", "1e-5", "--to", "0.5", "--weights", "random");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("suggestion: --learning-rate ").And.Contain("(scratch)").And.Contain("1.0e-5"));
        string[] csv = File.ReadAllLines(folder.File("run/lr-find.csv"));
        Assert.That(csv[0], Is.EqualTo("learningRate,loss"));
        Assert.That(csv.Skip(1).Select(l => double.Parse(l.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)),
            Is.Ordered.Ascending.And.All.InRange(1e-5, 0.5));
        string page = File.ReadAllText(folder.File("run/lr-find.html"));
        Assert.That(page, Does.Not.Match("(src|href)=\"http").And.Contain("<polyline").And.Contain("class=\"dash\""));
        Assert.That(JsonDocument.Parse(File.ReadAllText(folder.File("run/config.json"))).RootElement.GetProperty("chosen").GetProperty("phase")
            .GetString(), Is.EqualTo("scratch"));
        Assert.That(Cli.Run("lr-find", folder.File("data"), "-o", folder.File("run"), "--from", "1", "--to", "0.1").Code, Is.EqualTo(2));
    }
}
