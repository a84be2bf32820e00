using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Backbones;

/// <summary>What ONNX files say about the images their networks take: our own metadata, those of Ultralytics, and files known by their hash.</summary>
public sealed class NetworkFactsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare() => _folder = new TemporaryFolder();

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [TestCase("crop", "triangle", 1)]
    [TestCase("pad", "cubic", 4)]
    [TestCase("stretch", "nearest", 8)]
    public void An_exported_model_that_is_imported_gives_the_same_scores_and_says_the_same(string resize, string filter, int views)
    {
        ImageClassificationModel small = SmallModels.Create(["blåbär", "röd \"1\"", "grün, 2"], size: 16);
        ImageClassificationModel model = small.With(small.Manifest with
        {
            TestTimeAugmentation = views,
            Preprocessing = new ModelPreprocessing { Resize = resize, Filter = filter, ReducedDecoding = true, Mean = [1, 2, 3], Std = [4, 5, 6] }
        });
        ModelExport.WriteVerified(model, _folder.File("net.onnx"));
        ImageClassificationModel again = ModelImport.FromOnnx(_folder.File("net.onnx"));
        Assert.That(again.Labels, Is.EqualTo(model.Labels));
        Assert.That((again.Manifest.Width, again.Manifest.Height, again.Manifest.TestTimeAugmentation), Is.EqualTo((16, 16, views)));
        Assert.That((again.Manifest.Preprocessing.Resize, again.Manifest.Preprocessing.Filter, again.Manifest.Preprocessing.ReducedDecoding),
            Is.EqualTo((resize, filter, true)));
        using PredictionEngine first = new(model), second = new(again);
        Assert.That(second.Predict(SmallModels.Plain(120, 90, 30, 31, 17)).Score.ToArray(),
            Is.EqualTo(first.Predict(SmallModels.Plain(120, 90, 30, 31, 17)).Score.ToArray()).Within(1e-6f));
    }

    [Test]
    public void Export_writes_labels_preprocessing_normalization_version_and_license()
    {
        ImageClassificationModel model = SmallModels.Create(["a", "b"]);
        model.ExportOnnx(_folder.File("net.onnx"), new OnnxExportOptions { Metadata = new Dictionary<string, string> { ["mine"] = "kept" } });
        IReadOnlyDictionary<string, string> metadata = OnnxModel.Load(_folder.File("net.onnx")).Metadata;
        Assert.That(metadata["skinclassifier.labels"], Is.EqualTo("[\"a\",\"b\"]"));
        Assert.That(metadata["skinclassifier.input"], Does.Contain("\"width\":8").And.Contain("\"resize\":\"crop\"").And.Contain("\"range\":\"0-255\""));
        Assert.That(
            (metadata["skinclassifier.normalization"], metadata["skinclassifier.scores"], metadata["mine"]), Is.EqualTo(("none", "probabilities", "kept")));
        Assert.That(metadata["skinclassifier.version"], Is.EqualTo(model.Manifest.ProductVersion));
        Assert.That(metadata["skinclassifier.license"], Does.Contain("MIT").And.Contain("not a medical device"));
    }

    [Test]
    public void The_license_notice_names_the_license_of_known_weights()
    {
        ImageClassificationModel small = SmallModels.Create(["a", "b"]);
        foreach ((string hash, string expected) in (ReadOnlySpan<(string, string)>)[("e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8"
            + "f", "ResNet18.onnx of Microsoft.ML.DnnImageFeaturizer.ResNet18 (MIT)"), (new string('0', 64), "whose license is with their source")])
        {
            small.With(small.Manifest with { WeightsHash = hash }).ExportOnnx(_folder.File("net.onnx"));
            Assert.That(OnnxModel.Load(_folder.File("net.onnx")).Metadata["skinclassifier.license"], Does.Contain(expected));
        }
    }

    [Test]
    public void Ultralytics_names_and_size_are_read()
    {
        string file = Write(("task", "classify"), ("names", "{0: 'akiec', 1: \"bowen's\", 2: 'caf\\xe9 \\'x\\''}"), ("imgsz", "[10, 12]"), ("stride", "1"));
        ImageClassificationModel model = ModelImport.FromOnnx(file);
        Assert.That(model.Labels, Is.EqualTo(new[] { "akiec", "bowen's", "café 'x'" }));
        Assert.That((model.Manifest.Width, model.Manifest.Height), Is.EqualTo((12, 10)));
        Assert.That((model.Manifest.Options["normalization"], model.Manifest.Options["normalizationFrom"], model.Manifest.Preprocessing.Resize),
            Is.EqualTo(("0to1", "metadata of Ultralytics", "crop")));
        Assert.That(ModelImport.FromOnnx(file, ["x", "y", "z"], new ModelImportOptions { Normalization = Normalization.Imagenet })
            .Manifest.Options["normalization"], Is.EqualTo("imagenet"), "what is given counts more");
    }

    [TestCase("task", "detect", "task is 'detect'")]
    [TestCase("names", "{0: 'a'", "'names'")]
    [TestCase("names", "{1: 'a', 2: 'b', 3: 'c'}", "'names'")]
    [TestCase("imgsz", "[0, 12]", "'imgsz'")]
    [TestCase("imgsz", "wide", "'imgsz'")]
    public void Metadata_of_Ultralytics_that_do_not_fit_are_named(string key, string value, string expected)
    {
        Dictionary<string, string> metadata = new() { ["task"] = "classify", ["names"] = "{0: 'a', 1: 'b', 2: 'c'}", ["imgsz"] = "12", [key] = value };
        string file = Write([.. metadata.Select(m => (m.Key, m.Value))]);
        Assert.That(
            () => ModelImport.FromOnnx(file), Throws.InstanceOf<SkinClassifierException>().With.Message.StartsWith(file).And.Message.Contains(expected));
    }

    [TestCase("skinclassifier.labels", "[1]")]
    [TestCase("skinclassifier.labels", "[")]
    [TestCase("skinclassifier.input", "{\"width\":0}")]
    [TestCase("skinclassifier.input", "[]")]
    [TestCase("skinclassifier.normalization", "loud")]
    [TestCase("skinclassifier.views", "3")]
    public void Metadata_of_ours_that_are_damaged_are_named(string key, string value)
    {
        string file = Write(("skinclassifier.version", "1"), (key, value));
        Assert.That(() => NetworkFacts.Of(OnnxModel.Load(file), file),
            Throws.InstanceOf<InvalidContentException>().With.Message.StartsWith(file).And.Message.Contains($"'{key}'"));
    }

    [TestCase("{0: 'x', 1: 'y', 2: 'z'}")]
    [TestCase("['x', 'y', 'z']")]
    public void Names_without_a_task_are_read_and_no_normalization_is_guessed(string names)
    {
        ImageClassificationModel model = ModelImport.FromOnnx(Write(("names", names), ("imgsz", "[10, 12]"), ("stride", "32")));
        Assert.That(model.Labels, Is.EqualTo(new[] { "x", "y", "z" }));
        Assert.That((model.Manifest.Width, model.Manifest.Height, model.Manifest.Options["normalizationFrom"]), Is.EqualTo((12, 10, "assumed")));
    }

    [Test]
    public void Names_of_another_kind_without_a_task_are_no_class_names()
    {
        string file = Write(("names", "yes"), ("imgsz", "any"));
        Assert.That(NetworkFacts.Of(OnnxModel.Load(file), file), Is.EqualTo(new NetworkFacts("")));
    }

    [Test]
    public void Labels_that_nothing_names_must_be_given() =>
        Assert.That(() => ModelImport.FromOnnx(Write()), Throws.ArgumentException.With.Message.Contains("--labels"));

    [Test]
    public void Nothing_said_is_nothing_known()
    {
        string file = Write();
        Assert.That(NetworkFacts.Of(OnnxModel.Load(file), file), Is.EqualTo(new NetworkFacts("")));
        Assert.That(ModelImport.FromOnnx(file, ["a", "b", "c"]).Manifest.Options["normalizationFrom"], Is.EqualTo("assumed"));
    }

    [Test]
    public void An_input_declared_as_bytes_takes_0_to_255()
    {
        string file = Write();
        SkinClassifier.Onnx.Schema.ModelProto model = SkinClassifier.Onnx.Schema.ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        model.Graph.Input[0].Type.TensorType.ElemType = 2;
        model.Graph.Node.Insert(0, new SkinClassifier.Onnx.Schema.NodeProto
        {
            OpType = "Cast",
            Input = { model.Graph.Input[0].Name },
            Output = { "floats" },
            Attribute = { new SkinClassifier.Onnx.Schema.AttributeProto { Name = "to",
                Type = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType.Int, I = 1 } }
        });
        model.Graph.Node[1].Input[0] = "floats";
        File.WriteAllBytes(file, Google.Protobuf.MessageExtensions.ToByteArray(model));
        ImageClassificationModel read = ModelImport.FromOnnx(file, ["a", "b", "c"]);
        Assert.That((read.Manifest.Options["normalization"], read.Manifest.Options["normalizationFrom"]), Is.EqualTo(("none", "an input declared as uint8")));
    }

    [Test]
    public void A_known_file_is_found_by_its_hash()
    {
        string copy = _folder.File("renamed.onnx");
        File.Copy(SharedFiles.Need("backbones", "squeezenet1_1_imagenet.onnx"), copy);
        NetworkFacts facts = NetworkFacts.Of(OnnxModel.Load(copy), copy);
        Assert.That((facts.Normalization, facts.Size), Is.EqualTo((Normalization.Imagenet, ((int, int)?)(224, 224))));
    }

    /// <summary>A classifier of three classes for images 12 wide and 10 high (free where the metadata say the size), with metadata.</summary>
    private string Write(params (string Key, string Value)[] metadata)
    {
        GraphBuilder builder = new("net");
        int side = metadata.Length == 0 ? 12 : TensorShape.Free;
        string x = builder.Flatten(builder.GlobalAveragePool(builder.Input("in", new TensorShape(TensorShape.Free, 3, side, side)), "pool"), "flat");
        x = builder.Add("Gemm", "scores", [x, builder.Parameter("w", new Tensor(new TensorShape(3, 3), [4, 0, 0, 0, 4, 0, 0, 0, 4]))]);
        string path = _folder.File("net.onnx");
        using FileStream stream = File.Create(path);
        OnnxModel.Write(builder.Build(x), stream, new OnnxExportOptions { Metadata = metadata.ToDictionary(m => m.Key, m => m.Value) });
        return path;
    }
}
