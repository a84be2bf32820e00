using System.Security.Cryptography;
using SkinClassifier.Backbones.Weights;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>Weights that a NuGet package brings: where they are found, and that only the known file is used.</summary>
public sealed class PackagedWeightsTests : FolderTests
{
    private static readonly byte[] _content = [1, 2, 3, 4, 5];

    private static readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(_content));

    [Test]
    public void Files_beside_the_application_are_found_between_the_users_folder_and_the_cache()
    {
        foreach (string file in (ReadOnlySpan<string>)["cache/net_own.onnx", "app/Models/Net.onnx", "app/backbones/net_own.onnx", "own/net_own.onnx"])
        {
            Write(file, _content);
            Assert.That((Store().Locate("net"), Store().Locate("net_own")), Is.EqualTo((_folder.File(file), _folder.File(file))), file);
            Assert.That(Store().Require("net"), Is.EqualTo(_folder.File(file)));
        }
        Assert.That(Store().Find("net")!.Place, Is.EqualTo("folder"));
        File.Delete(_folder.File("own/net_own.onnx"));
        Assert.That((Store().Find("net")!.Place, Store().Find("net")!.Entry!.Name), Is.EqualTo(("embedded", "net_own")));
    }

    [Test]
    public void Weights_of_the_built_in_network_come_before_a_packages_network_that_stands_for_it()
    {
        Write("app/backbones/net_own.onnx", _content);
        Write("own/net.safetensors", [9]);
        Assert.That(Store().Locate("net"), Is.EqualTo(_folder.File("own/net.safetensors")));
        Assert.That(Store().Find("net")!.Entry!.Name, Is.EqualTo("net_tv"), "the catalog knows this file under another name");
    }

    [TestCase("app/backbones/net_own.onnx", "build or install the program again")]
    [TestCase("app/Models/Net.onnx", "build or install the program again")]
    [TestCase("cache/net_own.onnx", "pull it again")]
    [TestCase("own/net_own.onnx", "pull it again")]
    public void A_truncated_or_other_file_is_refused_in_one_sentence_wherever_it_lies(string file, string advice)
    {
        foreach (byte[] wrong in (byte[][])[_content[..3], [1, 2, 3, 4, 6], []])
        {
            Write(file, wrong);
            Assert.That(() => Store().Require("net"), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(_folder.File(file))
                .And.Message.Contains($"expected the SHA-256 {_hash}").And.Message.Contains(advice).And.Message.Not.Contains("\n"));
        }
        Assert.That(Store().Verify().Any(c => c.Error is not null), Is.EqualTo(!file.StartsWith("own", StringComparison.Ordinal)));
    }

    [Test]
    public void A_network_of_a_package_is_taken_by_its_hash_under_any_name()
    {
        Write("own/renamed.onnx", _content);
        Assert.That(Store().Find("net")!.Entry!.Name, Is.EqualTo("net_own"));
        File.CreateSymbolicLink(_folder.File("linked.onnx"), _folder.File("own/renamed.onnx"));
        Assert.That(Store().Recognize(_folder.File("linked.onnx"))?.Name, Is.EqualTo("net_own"), "a link is as long as its file");
        Write("net_own.onnx", [9]);
        Assert.That(Store().Recognize(_folder.File("net_own.onnx")), Is.Null, "another file of that name");
        Assert.That(Store().Recognize(_folder.File("own/renamed.onnx"))!.Normalization, Is.EqualTo("3,2,1/1-bgr"));
    }

    [Test]
    public void Add_takes_the_name_of_the_network_and_leaves_nothing_of_a_wrong_file()
    {
        Write("wrong.onnx", [9]);
        Assert.That(() => Store().Add("net", _folder.File("wrong.onnx")), Throws.InstanceOf<WeightsUnavailableException>()
            .With.Message.Contains(_hash).And.Message.Contains("tools/Models/Net.onnx of the NuGet package Some.Package"));
        Assert.That(Directory.Exists(_folder.File("cache")), Is.False);
        Write("right.onnx", _content);
        Assert.That(Store().Add("net", _folder.File("right.onnx")), Is.EqualTo(_folder.File("cache/net_own.onnx")));
        Assert.That(Store().Pulled(Store().Entry("net")), Is.EqualTo(_folder.File("cache/net_own.onnx")));
        Write("tv.safetensors", [7]);
        Assert.That(Store().Add("net", _folder.File("tv.safetensors")), Is.EqualTo(_folder.File("cache/net.safetensors")), "the other file for the network");
    }

    [Test]
    public void A_cache_that_cannot_be_written_is_said_in_one_sentence()
    {
        Write("cache", [0]);
        Write("right.onnx", _content);
        Assert.That(() => Store().Add("net", _folder.File("right.onnx")), Throws.InstanceOf<WeightsUnavailableException>()
            .With.Message.StartsWith($"{_folder.File("cache")}: expected a folder of downloads that can be written")
            .And.Message.Contains("SKINCLASSIFIER_BACKBONES").And.Message.Not.Contains("\n"));
        Assert.That(async () => await Store().PullAsync("net_tv"), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("can be written"));
    }

    [Test]
    public void The_store_itself_restores_nothing_and_says_which_package_to_add() =>
        Assert.That(async () => await Store().PullAsync("net"), Throws.InstanceOf<WeightsUnavailableException>()
            .With.Message.Contains("backbones pull net_own").And.Message.Contains("package SkinClassifier.Weights.ResNet18"));

    private void Write(string file, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
        File.WriteAllBytes(_folder.File(file), content);
    }

    private WeightStore Store() => new(new WeightStoreOptions
    {
        Folder = _folder.File("own"),
        ApplicationFolder = _folder.File("app"),
        CacheFolder = _folder.File("cache"),
        Catalog =
        [
            new WeightEntry(
                "net_own", "net", "net_own.onnx", new Uri("nuget:Some.Package/tools/Models/Net.onnx"), _hash, _content.Length, "MIT", 224, "3,2,1/1-bgr"),
            new WeightEntry("net_tv", "net", "net.safetensors", new Uri("https://example.invalid/net"), null, null, "BSD-3-Clause", 224, "imagenet"),
        ],
    });
}
