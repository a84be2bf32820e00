using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>What --backbone and --weights take from the user's folder, and what they say about it.</summary>
[NonParallelizable]
public sealed class BackboneChoiceTests : FolderTests
{
    [Test]
    public void A_features_only_file_named_after_a_network_becomes_the_network()
    {
        string file = WriteFeatures("mobilenet_v2_imagenet_features.onnx");
        (BackboneChoice choice, string said) = Resolve("auto", "auto");
        Assert.That(choice, Is.EqualTo(
            new BackboneChoice(Architecture.MobileNetV2, file, Normalization: Normalization.Imagenet) { IsNormalizationAssumed = true }));
        Assert.That(said, Does.Contain(file));
        Assert.That(Resolve("mobilenet_v2", "auto").Choice.OnnxFile, Is.EqualTo(file));
    }

    [Test]
    public void A_file_of_another_network_is_taken_when_the_first_choice_is_absent_and_brings_its_own_normalization()
    {
        string file = WriteFeatures("mobilenet_v1-mine.onnx");
        BackboneChoice choice = Resolve("auto", "auto").Choice;
        Assert.That((choice.OnnxFile, choice.Normalization), Is.EqualTo((file, Architecture.MobileNetV1.Normalization)));
        WriteFeatures("mobilenet_v2-mine.onnx");
        Assert.That(Resolve("auto", "auto").Choice.Architecture, Is.SameAs(Architecture.MobileNetV2));
    }

    [Test]
    public void A_normalization_that_only_the_name_suggests_is_assumed_and_one_that_the_file_says_is_not()
    {
        string file = WriteFeatures("mobilenet_v1-mine.onnx");
        Assert.That(Resolve("mobilenet_v1", "auto").Choice.IsNormalizationAssumed, Is.True, "found by its name");
        BackboneChoice given = Resolve(file, "auto").Choice;
        Assert.That((given.IsNormalizationAssumed, given.Normalization), Is.EqualTo((true, (Normalization?)null)), "given as a file");
        WriteFeatures("mobilenet_v1-mine.onnx", ("skinclassifier.version", "1"), ("skinclassifier.normalization", "caffe-bgr"));
        foreach (string name in (ReadOnlySpan<string>)["mobilenet_v1", file])
        {
            BackboneChoice said = Resolve(name, "auto").Choice;
            Assert.That((said.IsNormalizationAssumed, said.Normalization?.Name), Is.EqualTo((false, "caffe-bgr")), name);
        }
    }

    [Test]
    public void An_ONNX_file_whose_weights_go_into_a_built_in_network_brings_the_normalization_that_it_says()
    {
        string file = _folder.File("weights.onnx");
        void Write(params (string Key, string Value)[] metadata)
        {
            using FileStream stream = File.Create(file);
            OnnxModel.Write(Architecture.SmallCnn.Build().Graph, stream,
                new OnnxExportOptions { Metadata = metadata.ToDictionary(m => m.Key, m => m.Value) });
        }
        Write();
        BackboneChoice silent = Resolve("small_cnn", file).Choice;
        Assert.That((silent.Pretrained is null, silent.OnnxFile, silent.Normalization), Is.EqualTo((false, (string?)null, (Normalization?)null)));
        Write(("skinclassifier.version", "1"), ("skinclassifier.normalization", "0to1-bgr"));
        BackboneChoice said = Resolve("small_cnn", file).Choice;
        Assert.That((said.Pretrained is null, said.OnnxFile, said.Normalization?.Word), Is.EqualTo((false, (string?)null, "0to1-bgr")));
        Assert.That(said.Apply(new()).Normalization, Is.EqualTo(said.Normalization));
        Assert.That(said.Apply(new() { Normalization = Normalization.Caffe }).Normalization, Is.EqualTo(Normalization.Caffe), "what is given counts more");
    }

    [Test]
    public void Weights_of_another_width_and_padding_are_built_as_the_catalog_says()
    {
        Backbone half = Architecture.MobileNetV2.Build(new BackboneOptions { WidthMultiplier = 0.5 });
        WriteWeights("mobilenet_v2_050.safetensors", half);
        (BackboneChoice choice, string said) = Resolve("mobilenet_v2_050", "auto");
        Assert.That(choice.Pretrained!.Graph.ParameterCount(), Is.EqualTo(half.Graph.ParameterCount()));
        Assert.That(said, Does.Contain("mobilenet_v2_050.safetensors"));
        Assert.That(Resolve("mobilenet_v2", "auto").Choice.IsPretrained, Is.False, "half the width is another network");
        Assert.That(Resolve("mobilenet_v2", _folder.File("mobilenet_v2_050.safetensors")).Choice.Pretrained!.Graph.ParameterCount(),
            Is.EqualTo(half.Graph.ParameterCount()));
    }

    [Test]
    public void From_scratch_is_said_with_the_command_or_offline_with_the_file_to_put_where()
    {
        (BackboneChoice choice, string said) = Resolve("auto", "auto");
        Assert.That((choice.Architecture, choice.IsPretrained), Is.EqualTo((Architecture.SmallCnn, false)));
        Assert.That(said, Does.StartWith("network: small_cnn from scratch").And.Contain("backbones pull resnet18"));
        said = Resolve("resnet50", "auto", offline: true).Said;
        Assert.That(said,
            Does.Contain("resnet50 from scratch").And.Contain("https://").And.Contain(_folder.File("resnet50.safetensors")).And.Not.Contain("backbones pull"));
        said = Resolve("auto", "auto", offline: true).Said;
        Assert.That(said, Does.Contain("package SkinClassifier.Weights.ResNet18").And.Contain("resnet18_cntk.onnx").And.Not.Contain("backbones pull"));
    }

    [Test]
    public void A_catalog_name_whose_file_is_absent_says_which_file_to_put_where() =>
        Assert.That(() => Resolve("efficientnet-lite4-11", "auto"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(_folder.File("efficientnet-lite4-11.onnx")));

    [Test]
    public void Weights_that_are_damaged_end_the_run_with_the_option_that_trains_from_scratch()
    {
        File.WriteAllText(_folder.File("resnet18_cntk.onnx"), "not the file");
        Assert.That(() => Resolve("auto", "auto"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("expected the SHA-256").And.Message.Contains("--weights random"));
        Assert.That(Resolve("auto", "random").Choice.IsPretrained, Is.False);
    }

    [Test]
    public void The_real_folder_gives_plain_training_its_network()
    {
        SharedFiles.Need("backbones", "mobilenet_v2_imagenet_features.onnx");
        WeightStore store = new(new WeightStoreOptions { Folder = SharedFiles.Need("backbones"), CacheFolder = _folder.File("cache") });
        Assert.That(Path.GetFileName(Resolve("auto", "auto", store: store).Choice.OnnxFile), Is.EqualTo("mobilenet_v2_imagenet_features.onnx"));
        (BackboneChoice choice, string said) = Resolve("squeezenet1_1", "auto", store: store);
        Assert.That(choice.Pretrained, Is.Not.Null);
        Assert.That(said, Does.Contain("squeezenet1_1_imagenet.onnx"));
    }

    private (BackboneChoice Choice, string Said) Resolve(string backbone, string weights, bool offline = false, WeightStore? store = null)
    {
        TextWriter error = Console.Error;
        using StringWriter said = new();
        Console.SetError(said);
        try
        {
            return (Networks.Resolve(new Terminal(quiet: false, verbose: false), backbone, weights, offline,
                store ?? new WeightStore(new WeightStoreOptions { Folder = _folder.File(""), CacheFolder = _folder.File("cache") })), said.ToString());
        }
        finally
        {
            Console.SetError(error);
        }
    }

    private string WriteFeatures(string name, params (string Key, string Value)[] metadata)
    {
        GraphBuilder builder = new("tiny");
        string x = builder.Conv(builder.Input("input", new TensorShape(TensorShape.Free, 3, 8, 8)), "conv", 4, 3);
        using FileStream stream = File.Create(_folder.File(name));
        OnnxModel.Write(builder.Build(builder.Flatten(builder.GlobalAveragePool(x, "pool"), "features")), stream,
            new OnnxExportOptions { Metadata = metadata.ToDictionary(m => m.Key, m => m.Value) });
        return _folder.File(name);
    }

    private void WriteWeights(string name, Backbone backbone) =>
        Backbones.Weights.BackboneWeightsTests.Write(
            _folder.File(name), [.. backbone.Graph.Parameters.Select(p => (p.Key, p.Value.Shape, p.Value.Values.ToArray()))], "F16");
}
