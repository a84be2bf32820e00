using System.Text.Json;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class BenchmarkVerbTests : FolderTests
{
    private string _model = "";

    [SetUp]
    public void Prepare()
    {
        _model = _folder.File("model.zip");
        SmallModels.Create(["red", "green"]).Save(_model);
    }

    [Test]
    public void Json_of_a_model_has_threads_and_a_result_per_batch()
    {
        (int code, string output, string error) =
            Cli.Run("benchmark", _model, "--batch", "1,3", "--seconds", "0", "--threads", "2", "--format", "json", "--quiet");
        Assert.That((code, error), Is.EqualTo((0, "")));
        JsonElement root = JsonDocument.Parse(output).RootElement;
        Assert.That(root.GetProperty("threads").GetInt32(), Is.EqualTo(2));
        Assert.That(root.GetProperty("peakMemoryBytes").GetInt64(), Is.Positive);
        Assert.That(root.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("batch").GetInt32()), Is.EqualTo(new[] { 1, 3 }));
        foreach (JsonElement result in root.GetProperty("results").EnumerateArray())
        {
            double median = result.GetProperty("medianImagesPerSecond").GetDouble();
            Assert.That(median, Is.Positive);
            Assert.That(result.GetProperty("bestImagesPerSecond").GetDouble(), Is.GreaterThanOrEqualTo(median));
            Assert.That(result.GetProperty("latencyMilliseconds").EnumerateObject().Select(p => p.Value.GetDouble()), Is.Ordered);
            Assert.That(result.GetProperty("activationBytes").GetInt64(), Is.Positive);
        }
    }

    [Test]
    public void Table_of_an_onnx_file_and_of_a_backbone_has_a_row_per_batch()
    {
        string file = _folder.File("network.onnx");
        Assert.That(Cli.Run("export", _model, "-o", file, "--quiet").Code, Is.Zero);
        (int code, string output, string error) = Cli.Run("benchmark", file, "--batch", "2", "--seconds", "0", "--image-size", "8");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("images/s").And.Contain("\n    2   ").And.Contain("MiB"));
        (code, output, error) = Cli.Run("benchmark", "small_cnn", "--batch", "1", "--seconds", "0", "--image-size", "64");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("small_cnn, [1,3,64,64]"));
    }

    [TestCase(2, "no_such_network")]
    [TestCase(2, "small_cnn", "--batch", "0")]
    [TestCase(2, "small_cnn", "--batch", "1;2")]
    [TestCase(2, "small_cnn", "--format", "xml")]
    [TestCase(3, "no-such-file.onnx")]
    [TestCase(3, "no-such-file.zip")]
    public void Errors_have_their_exit_code(int expected, params string[] arguments)
    {
        (int code, string output, string error) = Cli.Run(["benchmark", .. arguments]);
        Assert.That((code, output), Is.EqualTo((expected, "")));
        Assert.That(error, Does.StartWith("error: "));
    }
}
