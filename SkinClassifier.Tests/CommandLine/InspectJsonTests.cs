using System.IO.Compression;
using System.Text.Json;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class InspectJsonTests : FolderTests
{
    [Test]
    public void Json_says_what_the_text_says()
    {
        string path = _folder.File("model.zip");
        ImageClassificationModel plain = SmallModels.Create(["red", "green", "a \u202e\"b\""]);
        ImageClassificationModel model = plain.With(plain.Manifest with
        {
            Backbone = "tiny",
            WeightsHash = "ab12",
            Seed = 18446744073709551615,
            TestTimeAugmentation = 4,
            TrainedOn = new Dictionary<string, int> { ["red"] = 12, ["green"] = 0 },
            Metrics = new Dictionary<string, double> { ["zeta"] = 0.123456789, ["accuracy"] = 0.75 },
            Options = new Dictionary<string, string> { ["epochs"] = "3" },
        });
        model.Save(path);
        JsonElement json = Inspect(path), own = json.GetProperty("model");
        Assert.That(json.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "path", "model", "mlNet", "onnx" }));
        Assert.That(json.GetProperty("path").GetString(), Is.EqualTo(path));
        Assert.That(own.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[]
        {
            "formatVersion", "productVersion", "network", "input", "output", "testTimeAugmentation", "decision", "policy", "seed", "labels",
            "metrics", "options",
        }));
        Assert.That(own.GetProperty("formatVersion").GetString(), Is.EqualTo(model.Manifest.FormatVersion));
        JsonElement network = own.GetProperty("network");
        Assert.That(network.GetProperty("backbone").GetString(), Is.EqualTo("tiny"));
        Assert.That(network.GetProperty("nodes").GetInt32(), Is.EqualTo(model.Network.Nodes.Count));
        Assert.That(network.GetProperty("weights").GetInt64(), Is.GreaterThan(0));
        Assert.That(network.GetProperty("pretrainedSha256").GetString(), Is.EqualTo("ab12"));
        JsonElement input = own.GetProperty("input");
        Assert.That((input.GetProperty("width").GetInt32(), input.GetProperty("height").GetInt32()), Is.EqualTo((8, 8)));
        Assert.That((input.GetProperty("resize").GetString(), input.GetProperty("filter").GetString(), input.GetProperty("colorConstancy").GetString()),
            Is.EqualTo((model.Manifest.Preprocessing.Resize, model.Manifest.Preprocessing.Filter, "none")));
        Assert.That(own.GetProperty("output").GetProperty("classes").GetInt32(), Is.EqualTo(3));
        Assert.That(own.GetProperty("testTimeAugmentation").GetInt32(), Is.EqualTo(4));
        Assert.That(own.GetProperty("decision").EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "rule", "target", "chosenOn", "prior", "exponent", "costs", "thresholds" }));
        Assert.That(own.GetProperty("decision").GetProperty("rule").GetString(), Is.EqualTo("score"));
        Assert.That(own.GetProperty("seed").GetUInt64(), Is.EqualTo(ulong.MaxValue));
        Assert.That(own.GetProperty("labels").EnumerateArray().Select(l => (l.GetProperty("label").GetString(), l.GetProperty("trainingImages").ToString())),
            Is.EqualTo(new[] { ("red", "12"), ("green", "0"), ("a \u202e\"b\"", "") }));
        Assert.That(own.GetProperty("metrics").EnumerateObject().Select(m => (m.Name, m.Value.GetDouble())),
            Is.EqualTo(new[] { ("accuracy", 0.75), ("zeta", 0.123456789) }));
        Assert.That(own.GetProperty("options").GetProperty("epochs").GetString(), Is.EqualTo("3"));
        Assert.That(PartsOf(json.GetProperty("mlNet")).Select(p => p.GetProperty("loader").GetString()), Has.Some.EqualTo("OnnxTransform"));
    }

    [Test]
    public void A_model_without_the_part_for_ML_NET_has_null_there()
    {
        string path = _folder.File("alone.zip");
        SmallModels.Create(["red", "green"]).Save(path, new ModelSaveOptions { IncludeMlNet = false });
        JsonElement json = Inspect(path);
        Assert.That(json.GetProperty("mlNet").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("model").GetProperty("network").GetProperty("pretrainedSha256").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void An_ONNX_file_shows_inputs_outputs_operators_opset_and_parameters()
    {
        GraphBuilder builder = new("tiny");
        string x = builder.Relu(builder.Conv(builder.Input("pixels", new TensorShape(TensorShape.Free, 3, 8, 8)), "conv", 4, 3, pad: 1), "relu");
        Graph graph = builder.Build(builder.Gemm(builder.Flatten(builder.GlobalAveragePool(builder.Relu(x, "again"), "pool"), "flat"), "scores", 2));
        Dictionary<string, string> metadata = new() { ["task"] = "classify", ["names"] = "{0: 'red', 1: 'green'}", ["imgsz"] = "[8, 8]" };
        OnnxExportOptions options = new() { Opset = 13, Metadata = metadata };
        string path = _folder.File("tiny.ONNX");
        using (FileStream stream = File.Create(path))
            OnnxModel.Write(graph, stream, options);
        JsonElement json = Inspect(path), onnx = json.GetProperty("onnx");
        Assert.That((json.GetProperty("model").ValueKind, json.GetProperty("mlNet").ValueKind), Is.EqualTo((JsonValueKind.Null, JsonValueKind.Null)));
        Assert.That(onnx.GetProperty("opset").GetInt64(), Is.EqualTo(13));
        Assert.That(onnx.GetProperty("inputs").GetRawText().Replace(" ", "").Replace("\n", ""),
            Is.EqualTo("""[{"name":"pixels","shape":[-1,3,8,8],"elementType":"float"}]"""));
        Assert.That(onnx.GetProperty("outputs").GetRawText().Replace(" ", "").Replace("\n", ""), Is.EqualTo("""[{"name":"scores","shape":[-1,2]}]"""));
        Assert.That(onnx.GetProperty("parameters").GetInt64(), Is.EqualTo(4 * 3 * 9 + 2 * 4 + 2));
        Assert.That(onnx.GetProperty("operators").EnumerateObject().Select(o => (o.Name, o.Value.GetInt32())),
            Is.EqualTo(new[] { ("Relu", 2), ("Conv", 1), ("Flatten", 1), ("Gemm", 1), ("GlobalAveragePool", 1) }));
        Assert.That(onnx.GetProperty("nodes").GetInt32(), Is.EqualTo(6));
        Assert.That(onnx.GetProperty("normalization").GetString(), Is.EqualTo("0to1"));
        Assert.That(onnx.GetProperty("labels").EnumerateArray().Select(l => l.GetString()), Is.EqualTo(new[] { "red", "green" }));
        Assert.That(onnx.GetProperty("metadata").GetProperty("task").GetString(), Is.EqualTo("classify"));

        (int code, string output, string error) = Cli.Run("inspect", path);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith($"{path}: ONNX network, opset 13, IR version ").And.Contain("\ninput       pixels [N,3,8,8] float\n")
            .And.Contain("\noutput      scores [N,2]\n").And.Contain("\nparameters  118\n").And.Contain("\n  Relu: 2\n")
            .And.Contain("\nnormalize   0to1, from metadata of Ultralytics\n").And.Contain("\nlabels\n  red\n  green\n"));
    }

    [Test]
    public void An_ONNX_file_that_leaves_lengths_open_or_is_damaged_says_so()
    {
        GraphBuilder builder = new("open");
        builder.Relu(builder.Input("x", new TensorShape(TensorShape.Free, TensorShape.Free)), "y");
        string path = _folder.File("open.onnx");
        using (FileStream stream = File.Create(path))
            OnnxModel.Write(builder.Build("y"), stream,
                new OnnxExportOptions { Metadata = new Dictionary<string, string> { ["task"] = "detect", ["names"] = "{0: 'a'}" } });
        (int code, string output, _) = Cli.Run("inspect", path);
        Assert.That((code, output.Contains("input       x [N,?] float\n"), output.Contains("normalize   the file does not say")), Is.EqualTo((0, true, true)));
        Assert.That(output, Does.Contain("\n  task: detect"));
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.That(Cli.Run("inspect", path).Code, Is.EqualTo(3));
    }

    [Test]
    public void A_folder_is_refused_with_what_to_name_instead()
    {
        Directory.CreateDirectory(_folder.File("run"));
        (int code, string output, string error) = Cli.Run("inspect", _folder.File("run"));
        Assert.That((code, output), Is.EqualTo((3, "")));
        Assert.That(error, Does.Contain("run: expected a model.zip or an ONNX file, received a folder.").And.Contain("`skinclassifier data inspect`"));
        SmallModels.Create(["red", "green"]).Save(_folder.File("run/model.zip"));
        Assert.That(Cli.Run("inspect", _folder.File("run")).Error, Does.Contain($"The model of a run is {_folder.File("run/model.zip")}."));
    }

    [Test]
    public void A_model_of_ML_NET_has_its_parts_and_no_model_of_ours()
    {
        string path = _folder.File("other.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using Stream split = zip.CreateEntry("DataLoaderModel/Model.key").Open();
            split.Write(MlNetChain.Prediction());
        }
        JsonElement json = Inspect(path), part = PartsOf(json.GetProperty("mlNet")).Single();
        Assert.That(json.GetProperty("model").ValueKind, Is.EqualTo(JsonValueKind.Null));
        MlNetPart expected = MlNetModelReader.Read(path).Parts.Single();
        Assert.That((part.GetProperty("path").GetString(), part.GetProperty("signature").GetString(), part.GetProperty("loader").GetString()),
            Is.EqualTo((expected.Path, expected.Signature, expected.Loader)));
        Assert.That(part.GetProperty("versionWritten").GetString(), Is.EqualTo(expected.VersionWritten.ToString("X")));
        Assert.That(part.GetProperty("details").EnumerateArray().Select(d => d.GetString()), Is.EqualTo(expected.Details));
    }

    [Test]
    public void A_file_that_is_no_model_gives_no_json()
    {
        File.WriteAllText(_folder.File("no.zip"), "no zip");
        (int code, string output, string error) = Cli.Run("inspect", _folder.File("no.zip"), "--format", "json");
        Assert.That((code, output), Is.EqualTo((3, "")));
        Assert.That(error, Does.Contain("expected a zip archive"));
    }

    private static JsonElement Inspect(string path)
    {
        (int code, string output, string error) = Cli.Run("inspect", path, "--format", "json");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Not.Contain("\u202e"));
        return JsonDocument.Parse(output).RootElement;
    }

    private static IEnumerable<JsonElement> PartsOf(JsonElement part) =>
        part.GetProperty("parts").EnumerateArray().SelectMany(p => PartsOf(p).Prepend(p));
}
