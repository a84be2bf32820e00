using System.IO.Compression;
using System.Security.Cryptography;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.CommandLine;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Training.Projects;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>The network of the NuGet package: chosen without options, used as it is, and got through NuGet.</summary>
[NonParallelizable]
public sealed class PackagedNetworkTests : FolderTests
{
    private const string Id = "Some.Weights";

    /// <summary>Where the build puts the file beside the console host; the tests' own folder has none.</summary>
    private static string RealFile => Path.Combine(
        AppContext.BaseDirectory.Replace("SkinClassifier.Tests", "SkinClassifier.Training", StringComparison.Ordinal), "backbones", "resnet18_cntk.onnx");

    [Test]
    public void The_network_beside_the_application_is_chosen_without_options_and_said_with_license_and_hash()
    {
        (WeightStore store, string hash) = StoreWithNetwork();
        List<string> notes = [];
        BackboneChoice choice = BackboneChoice.Resolve(store: store, note: notes.Add);
        string file = _folder.File("app/backbones/resnet18_cntk.onnx");
        Assert.That((choice.OnnxFile, choice.Normalization!.IsBgr, choice.IsNormalizationAssumed, choice.License), Is.EqualTo((file, true, false, "MIT")));
        Assert.That(notes, Is.EqualTo(new[] { $"network: resnet18_cntk, the one inside {file} (MIT license, SHA-256 {hash})" }));
        Assert.That(BackboneChoice.AtHand(store), Is.EqualTo(new[] { "resnet18" }));
        Assert.That(BackboneChoice.Resolve("resnet18_cntk", store: store).OnnxFile, Is.EqualTo(file));
    }

    [Test]
    public void Random_weights_and_small_cnn_train_from_scratch_beside_it()
    {
        WeightStore store = StoreWithNetwork().Store;
        Assert.That(BackboneChoice.Resolve(weights: "random", store: store), Is.EqualTo(new BackboneChoice(Architecture.SmallCnn)));
        Assert.That(BackboneChoice.Resolve("small_cnn", store: store), Is.EqualTo(new BackboneChoice(Architecture.SmallCnn)));
    }

    [Test]
    public void MobileNetV2_stays_the_first_choice()
    {
        WeightStore store = StoreWithNetwork().Store;
        Directory.CreateDirectory(_folder.File("own"));
        File.Copy(_folder.File("app/backbones/resnet18_cntk.onnx"), _folder.File("own/mobilenet_v2-mine.onnx"));
        Assert.That(BackboneChoice.Resolve(store: store).OnnxFile, Is.EqualTo(_folder.File("own/mobilenet_v2-mine.onnx")));
    }

    [Test]
    public void A_damaged_file_ends_the_run_unless_random_weights_are_asked_for()
    {
        WeightStore store = StoreWithNetwork().Store;
        using (FileStream file = File.OpenWrite(_folder.File("app/backbones/resnet18_cntk.onnx")))
            file.SetLength(file.Length - 1);
        Assert.That(() => BackboneChoice.Resolve(store: store), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("expected the SHA-256"));
        Assert.That(BackboneChoice.Resolve(weights: "random", store: store).IsPretrained, Is.False);
    }

    [Test]
    public void A_file_of_the_package_named_by_hand_as_weights_keeps_its_own_blocks()
    {
        WeightStore store = StoreWithNetwork().Store;
        string file = _folder.File("app/backbones/resnet18_cntk.onnx");
        Assert.That(BackboneChoice.Resolve("resnet18", file, store).OnnxFile, Is.EqualTo(file));
        Assert.That(() => BackboneChoice.Resolve("mobilenet_v1", file, store),
            Throws.InstanceOf<ShapeMismatchException>().With.Message.Contains("--backbone FILE.onnx").And.Message.Not.Contains("\n"));
    }

    [Test]
    public void The_build_puts_the_real_network_beside_the_console_host_and_it_trains_with_all_nine_blocks()
    {
        Assert.That(KnownNetworks.Find(RealFile)?.Name, Is.EqualTo("ResNet18.onnx of Microsoft.ML.DnnImageFeaturizer.ResNet18"), RealFile);
        Assert.That(File.Exists(Path.Combine(AppContext.BaseDirectory, "backbones", "resnet18_cntk.onnx")), Is.False, "tests must not train it by chance");
        RedAndGreen.Write(_folder, 2);
        string renamed = _folder.File("ResNet18.onnx");
        File.CreateSymbolicLink(renamed, RealFile);
        BackboneChoice choice = BackboneChoice.Resolve(renamed);
        ImageClassificationModel model =
            new ImageClassificationTrainer(choice.Apply(new() { Epoch = 1, FineTuneEpoch = 0 })).Fit(ImageDataset.FromFolder(_folder.File("data")));
        Assert.That((model.Manifest.Backbone, model.Manifest.WeightsLicense, model.Manifest.WeightsHash, model.Manifest.Width),
            Is.EqualTo(("resnet18_cntk", "MIT", WeightCatalog.Find("resnet18_cntk")!.Sha256, 224)));
        Assert.That(model.Manifest.Preprocessing.Mean, Is.EqualTo(new[] { 123.15f, 115.9f, 103.06f }));
        Assert.That(model.Network.Nodes.Count(n => n.Operator.OpType == "Conv"), Is.EqualTo(22));
        Assert.That(model.Network.Parameters.Values.Sum(p => (long)p.Values.Length), Is.GreaterThan(15_908_800L));
        Assert.That(model.Network.Inputs[0].Shape[0], Is.EqualTo(TensorShape.Free), "the file's batch of one");
        Assert.That(model.Network.InferShapes(new TensorShape(2, 3, 96, 160))[model.Network.Outputs[0]], Is.EqualTo(new TensorShape(2, 2)), "another size");
    }

    [Test]
    public void The_real_network_begins_with_small_images_where_there_are_many()
    {
        ImageClassificationTrainerOptions options = BackboneChoice.Resolve(RealFile).Apply(new());
        ImageClassificationTrainer trainer = new(options with { ValidationSetFraction = 0 });
        ImageClassificationTrainerOptions chosen = trainer.Prepare(Tests.Trainers.TestImages.Dataset(1000, side: 8), new(null)).Options;
        Assert.That((chosen.ProgressiveFrom, chosen.ImageSize, chosen.Resize), Is.EqualTo((128, 224, ResizeKind.Stretch)));
    }

    [Test]
    public async Task A_package_comes_through_the_sources_of_nuget_config()
    {
        WriteFeed(("tools/Models/Net.onnx", [1, 2, 3]));
        string file = await Restore("1.0.0", "tools/Models/Net.onnx");
        Assert.That(file, Does.StartWith(_folder.File("packages")));
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(new byte[] { 1, 2, 3 }));
        InputException absent = Assert.ThrowsAsync<InputException>(() => Restore("1.0.0", "tools/Models/Other.onnx"))!;
        Assert.That(absent.Message, Does.StartWith("Some.Weights 1.0.0: expected tools/Models/Other.onnx in the package").And.Not.Contain("\n"));
    }

    [Test]
    public void A_package_that_the_sources_do_not_have_is_said_in_one_sentence()
    {
        WriteFeed(("tools/Models/Net.onnx", [1, 2, 3]));
        InputException error = Assert.ThrowsAsync<InputException>(() => Restore("2.0.0", "tools/Models/Net.onnx"))!;
        Assert.That(error.Message, Does.StartWith("Some.Weights 2.0.0: expected the package from NuGet, received: NU1102").And.Contain("backbones add net FILE")
            .And.Not.Contain("\n"));
    }

    private Task<string> Restore(string version, string file) =>
        RestoredPackage.FindAsync(Id, version, file, "skinclassifier backbones add net FILE", CancellationToken.None, _folder.File("config"));

    /// <summary>A folder as package source, with one package, and a nuget.config that names it and a package folder of the test.</summary>
    private void WriteFeed(params (string Path, byte[] Content)[] files)
    {
        Directory.CreateDirectory(_folder.File("config"));
        Directory.CreateDirectory(_folder.File("feed"));
        File.WriteAllText(_folder.File("config/nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.File("packages")}" /></config>
              <packageSources><clear /><add key="here" value="{_folder.File("feed")}" /></packageSources>
            </configuration>
            """);
        using ZipArchive zip = ZipFile.Open(_folder.File($"feed/{Id}.1.0.0.nupkg"), ZipArchiveMode.Create);
        foreach ((string path, byte[] content) in files)
            using (Stream stream = zip.CreateEntry(path).Open())
                stream.Write(content);
        using StreamWriter nuspec = new(zip.CreateEntry($"{Id}.nuspec").Open());
        nuspec.Write($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata><id>{Id}</id><version>1.0.0</version><authors>tests</authors><description>Weights that weigh nothing.</description></metadata>
            </package>
            """);
    }

    /// <summary>A store whose application has a small network where a package would put its own.</summary>
    private (WeightStore Store, string Hash) StoreWithNetwork()
    {
        GraphBuilder builder = new("tiny");
        string x = builder.Conv(builder.Input("input", new TensorShape(TensorShape.Free, 3, 8, 8)), "conv", 4, 3);
        string path = _folder.File("app/backbones/resnet18_cntk.onnx");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (FileStream stream = File.Create(path))
            OnnxModel.Write(builder.Build(builder.Flatten(builder.GlobalAveragePool(x, "pool"), "features")), stream, new OnnxExportOptions());
        byte[] content = File.ReadAllBytes(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        WeightEntry entry = WeightCatalog.Find("resnet18_cntk")! with { Sha256 = hash, Bytes = content.Length };
        return (new WeightStore(new WeightStoreOptions
        {
            Folder = _folder.File("own"),
            ApplicationFolder = _folder.File("app"),
            CacheFolder = _folder.File("cache"),
            Catalog = [entry, .. WeightCatalog.All.Where(e => e.Name != entry.Name)],
        }), hash);
    }
}
