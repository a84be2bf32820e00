using System.IO.Compression;
using System.Text.Json;
using SkinClassifier.Models;
using SkinClassifier.Models.MlNet;
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
        Assert.That(json.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "path", "model", "mlNet" }));
        Assert.That(json.GetProperty("path").GetString(), Is.EqualTo(path));
        Assert.That(own.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[]
        {
            "formatVersion", "productVersion", "network", "input", "output", "testTimeAugmentation", "seed", "labels", "metrics", "options",
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
