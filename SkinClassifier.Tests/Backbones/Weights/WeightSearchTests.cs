using System.Security.Cryptography;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Graphs;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>Which file of a folder is taken for a network: the documented order, and the files that are not taken.</summary>
public sealed class WeightSearchTests : FolderTests
{
    private static readonly byte[] _content = [1, 2, 3, 4, 5];

    [SetUp]
    public void MakeFolder()
    {
        Directory.CreateDirectory(_folder.File("own"));
        Directory.CreateDirectory(_folder.File("cache"));
    }

    [Test]
    public void The_order_is_the_documented_one()
    {
        string[] order = ["own/net.weights.safetensors", "own/net.safetensors", "own/net.onnx", "own/zoo-net.onnx", "own/net-a.safetensors",
            "own/net_b.safetensors", "own/net-a.onnx", "own/net_imagenet_features.onnx", "own/anything.onnx", "cache/net.weights.safetensors",
            "cache/zoo-net.onnx"];
        WeightStore store = Store();
        Assert.That(store.Locate("net"), Is.Null);
        foreach (string file in order.Reverse())
        {
            File.WriteAllBytes(_folder.File(file), file.EndsWith("anything.onnx", StringComparison.Ordinal) ? _content : [9]);
            Assert.That(store.Locate("net"), Is.EqualTo(_folder.File(file)), file);
        }
    }

    [TestCase("net_half.safetensors", Description = "weights of another width")]
    [TestCase("net-v2.onnx", Description = "another network, says the catalog")]
    [TestCase("network.onnx", Description = "another word")]
    [TestCase("net_1.pth", Description = "not read")]
    [TestCase("my_net.onnx", Description = "the name is not in front")]
    public void Files_of_other_networks_are_not_taken(string file)
    {
        File.WriteAllBytes(_folder.File("own/" + file), [9]);
        Assert.That(Store().Locate("net"), Is.Null);
    }

    [Test]
    public void Entries_are_found_under_their_own_name_and_bring_what_the_catalog_knows()
    {
        File.WriteAllBytes(_folder.File("own/net_half.safetensors"), [9]);
        WeightFile half = Store().Find("net_half")!;
        Assert.That((half.Path, half.Place, half.Entry?.Variant), Is.EqualTo((_folder.File("own/net_half.safetensors"), "folder", "width=0.5")));
        File.WriteAllBytes(_folder.File("own/renamed.onnx"), _content);
        Assert.That(Store().Find("zoo")!.Entry?.Normalization, Is.EqualTo("caffe"));
        Assert.That(Store().Find("net")!.Entry?.Name, Is.EqualTo("zoo"));
    }

    [Test]
    public void Files_named_by_hand_are_recognized_by_name_or_content()
    {
        File.WriteAllBytes(_folder.File("own/renamed.onnx"), _content);
        WeightStore store = Store();
        Assert.That(store.Recognize(_folder.File("own/renamed.onnx"))?.Name, Is.EqualTo("zoo"));
        Assert.That(store.Recognize(_folder.File("elsewhere/net_half.safetensors"))?.Name, Is.EqualTo("net_half"));
        Assert.That(store.Recognize(_folder.File("own/unknown.onnx")), Is.Null);
    }

    [Test]
    public void Advice_names_file_and_folder()
    {
        Assert.That(Store().Advice("net"), Is.EqualTo($"get https://example.invalid/net and save it as {_folder.File("own/net.weights.safetensors")}"));
        Assert.That(Store().Advice("other"), Does.Contain(_folder.File("own/other") + ".safetensors or .onnx"));
    }

    [Test]
    public async Task Asking_for_a_file_by_name_is_not_answered_by_a_stand_in()
    {
        using LoopbackServer server = new(LoopbackServer.Serve([7, 7]));
        File.WriteAllBytes(_folder.File("own/net_imagenet_features.onnx"), [9]);
        WeightStore store = Store(server.Address);
        Assert.That(await store.PullAsync("net"), Is.EqualTo(_folder.File("cache/net.weights.safetensors")));
    }

    [Test]
    public void Variants_build_the_network_that_the_weights_fit()
    {
        WeightEntry half = WeightCatalog.Find("mobilenet_v2_050")!, padded = WeightCatalog.Find("efficientnet_v2_s")!;
        Assert.That(Architecture.Parse(half.Network!).Build(half.Build()).Graph.ParameterCount(), Is.EqualTo(1_968_680));
        Graph network = Architecture.Parse(padded.Network!).Build(padded.Build()).Graph;
        Assert.That(network.ParameterCount(), Is.EqualTo(21_458_488));
        Assert.That(network.Nodes.Where(n => n.Operator.OpType == "Conv" && n.Operator.Attributes.Ints("strides") is [2, 2])
            .Select(n => n.Operator.Attributes.Text("auto_pad", "NOTSET")).ToArray(), Has.Length.EqualTo(5).And.All.EqualTo("SAME_UPPER"));
        Assert.That(
            () => Architecture.ResNet18.Build(new BackboneOptions { SamePadding = true }), Throws.ArgumentException.With.Message.Contains("efficientnet_v2_s"));
        foreach (WeightEntry entry in WeightCatalog.All)
        {
            Assert.That(Normalization.TryParse(entry.Normalization, out _), Is.True, entry.Name);
            Assert.That(() => entry.Build(), Throws.Nothing, entry.Name);
        }
    }

    [Test]
    public void The_catalog_has_weights_for_every_network_but_the_small_one() =>
        Assert.That(ArchitectureCatalog.All.Select(a => a.Name).Where(n => WeightCatalog.For(n) is null), Is.EqualTo(new[] { "small_cnn" }));

    private WeightStore Store(string address = "https://example.invalid") => new(new WeightStoreOptions
    {
        Folder = _folder.File("own"),
        CacheFolder = _folder.File("cache"),
        Catalog =
        [
            new WeightEntry("net", "net", "net.weights.safetensors", new Uri($"{address}/net"), null, null, "MIT", 224, "imagenet"),
            new WeightEntry("net_half", "net", "net_half.safetensors", new Uri($"{address}/half"), null, null, "MIT", 224, "imagenet", "width=0.5"),
            new WeightEntry("zoo", "net", "zoo-net.onnx", new Uri($"{address}/zoo"), Convert.ToHexStringLower(SHA256.HashData(_content)),
                _content.Length, "MIT", 224, "caffe"),
            new WeightEntry("net-v2", "net_v2", "net-v2.onnx", new Uri($"{address}/v2"), null, null, "MIT", 224, "imagenet"),
        ],
    });
}
