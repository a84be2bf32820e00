using System.IO.Compression;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Onnx;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Onnx;

namespace SkinClassifier.Tests.Models;

/// <summary>Finished ONNX classifiers become models with probabilities, whatever order of axes, scores and names they have.</summary>
public sealed class ModelImportTests : FolderTests
{
    private static readonly string[] Colors = ["red", "green", "blue"];

    [TestCase("Softmax", ScoreKind.Probabilities)]
    [TestCase("LogSoftmax", ScoreKind.LogProbabilities)]
    [TestCase("", ScoreKind.Logits)]
    [TestCase("exponentials over their sum", ScoreKind.Probabilities)]
    public void What_the_scores_say_is_found_out_and_the_model_gives_probabilities(string ending, ScoreKind kind)
    {
        ImageClassificationModel model = ModelImport.FromOnnx(Write(ending), Colors, new ModelImportOptions { Normalization = Normalization.ZeroToOne });
        Assert.That(model.Manifest.Options["scores"], Is.EqualTo(kind.ToString()));
        ImagePrediction prediction = Predict(model, 200, 40, 20);
        double[] expected = [.. new[] { 200.0, 40, 20 }.Select(v => Math.Exp(4 * v / 255))];
        Assert.That(prediction.PredictedLabel, Is.EqualTo("red"));
        Assert.That(prediction.Score.ToArray()[0], Is.EqualTo(expected[0] / expected.Sum()).Within(1e-4));
        Assert.That(prediction.Score.ToArray().Sum(), Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void Channels_last_predicts_the_same()
    {
        ModelImportOptions options = new() { Normalization = Normalization.ZeroToOne };
        ImageClassificationModel first = ModelImport.FromOnnx(Write("Softmax"), Colors, options),
            last = ModelImport.FromOnnx(Write("Softmax", channelsLast: true), Colors, options);
        Assert.That((last.Manifest.Width, last.Manifest.Height), Is.EqualTo((10, 8)));
        Assert.That(Predict(last, 30, 90, 200).Score.ToArray(), Is.EqualTo(Predict(first, 30, 90, 200).Score.ToArray()).Within(1e-6f));
    }

    [TestCase("Sigmoid", ScoreKind.Auto)]
    [TestCase("", ScoreKind.Auto)]
    [TestCase("", ScoreKind.Logits)]
    public void One_output_is_the_probability_of_the_second_of_two_classes(string ending, ScoreKind kind)
    {
        ImageClassificationModel model = ModelImport.FromOnnx(
            Write(ending, outputs: 1), ["other", "red"], new ModelImportOptions { Normalization = Normalization.ZeroToOne, Scores = kind });
        Assert.That(Predict(model, 200, 40, 20).Score.ToArray()[1], Is.EqualTo(1 / (1 + Math.Exp(-4 * 200 / 255.0))).Within(1e-4));
    }

    [Test]
    public void Independent_probabilities_must_be_explained()
    {
        string file = Write("Sigmoid");
        Assert.That(() => ModelImport.FromOnnx(file, Colors), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("independent"));
        Assert.That(() => ModelImport.FromOnnx(file, Colors, new ModelImportOptions { Scores = ScoreKind.Probabilities }),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("sum to 1"));
        ImageClassificationModel model =
            ModelImport.FromOnnx(file, Colors, new ModelImportOptions { Scores = ScoreKind.Independent, Normalization = Normalization.ZeroToOne });
        double[] each = [.. new[] { 200.0, 40, 20 }.Select(v => 1 / (1 + Math.Exp(-4 * v / 255)))];
        Assert.That(Predict(model, 200, 40, 20).Score.ToArray()[2], Is.EqualTo(each[2] / each.Sum()).Within(1e-4));
    }

    [Test]
    public void Scores_with_one_pixel_and_names_like_ours_are_taken()
    {
        ImageClassificationModel model = ModelImport.FromOnnx(Write("", flat: false, input: "image", output: "Score"), Colors);
        Assert.That((model.Network.Inputs[0].Name, model.Network.Outputs[0]), Is.EqualTo(("image", "Score")));
        Assert.That(Predict(model, 10, 220, 30).PredictedLabel, Is.EqualTo("green"));
    }

    [Test]
    public void Order_BGR_and_another_size_are_options()
    {
        Normalization.TryParse("0to1-bgr", out Normalization? bgr);
        ImageClassificationModel model =
            ModelImport.FromOnnx(Write("Softmax", free: true), Colors, new ModelImportOptions { Normalization = bgr!, ImageSize = 20 });
        Assert.That((model.Manifest.Width, model.Manifest.Height), Is.EqualTo((20, 20)));
        Assert.That(Predict(model, 220, 10, 20).PredictedLabel, Is.EqualTo("blue"), "the network sees blue where red is");
        Assert.That(ModelImport.FromOnnx(Write("Softmax", free: true), Colors).Manifest.Width, Is.EqualTo(224));
    }

    [Test]
    public void Labels_are_checked_against_the_outputs()
    {
        string file = Write("Softmax");
        Assert.That(() => ModelImport.FromOnnx(file, ["a", "b"]),
            Throws.InstanceOf<ShapeMismatchException>().With.Message.Contains("expected 3 labels").And.Message.Contains("background"));
        Assert.That(() => ModelImport.FromOnnx(file, ["a", "b", "c", "d"]), Throws.InstanceOf<ShapeMismatchException>().With.Message.Contains("received 4"));
        Assert.That(() => ModelImport.FromOnnx(file, ["a", "", "a"]),
            Throws.ArgumentException.With.Message.Contains("label 2 is empty").And.Message.Contains("label 3 repeats label 1"));
        Assert.That(() => ModelImport.FromOnnx(file, Colors, new ModelImportOptions { Output = "nowhere" }),
            Throws.ArgumentException.With.Message.Contains("'nowhere'"));
    }

    [Test]
    public void The_model_is_saved_with_ML_NETs_chain_loaded_evaluated_and_exported()
    {
        ImageClassificationModel model =
            ModelImport.FromOnnx(Write("", channelsLast: true), Colors, new ModelImportOptions { Normalization = Normalization.ZeroToOne });
        model.Save(_folder.File("model.zip"));
        ImageClassificationModel loaded = ImageClassificationModel.Load(_folder.File("model.zip"));
        Assert.That(loaded.Manifest.WeightsHash, Has.Length.EqualTo(64));
        Assert.That(MlNetModelReader.Read(_folder.File("model.zip")).ToString(), Does.Contain("red"));
        Assert.That(loaded.Evaluate(SmallModels.Dataset(3)).Metrics.MicroAccuracy, Is.EqualTo(1));
        Assert.That(ModelExport.WriteVerified(loaded, _folder.File("again.onnx"), new OnnxExportOptions { Opset = 9 }), Is.LessThan(1e-5f));
    }

    [Test]
    public void A_Keras_file_with_channels_last_gives_the_softmax_of_what_ONNX_Runtime_computes()
    {
        const string Name = "keras normalization and padding";
        using ZipArchive archive = ZipFile.OpenRead(SharedFiles.Asset("golden", "onnx", "import_cases.zip"));
        archive.GetEntry(Name + ".onnx")!.ExtractToFile(_folder.File("keras.onnx"));
        Tensor last = NpyFile.Read(Bytes(archive.GetEntry(Name + ".input.npy")!)), scores = NpyFile.Read(Bytes(archive.GetEntry(Name + ".output.npy")!));
        ImageClassificationModel model =
            ModelImport.FromOnnx(_folder.File("keras.onnx"), ["a", "b", "c", "d", "e"], new ModelImportOptions { Normalization = Normalization.None });
        Assert.That((model.Manifest.Width, model.Manifest.Options["scores"]), Is.EqualTo((8, "Logits")));
        Tensor planes = new(new TensorShape(2, 3, 8, 8));
        for (int i = 0; i < planes.Values.Length; i++)
            planes.Values[(i / 192 * 3 + i % 3) * 64 + i % 192 / 3] = last.Values[i];
        for (int n = 0; n < 2; n++)
            System.Numerics.Tensors.TensorPrimitives.SoftMax(scores.Values.Slice(5 * n, 5), scores.Values.Slice(5 * n, 5));
        OnnxAssert.Close(OnnxAssert.Run(model.Network, planes), scores, 1e-4);
    }

    [Test]
    public void A_real_classifier_gives_its_reference_probabilities()
    {
        string file = SharedFiles.Need("backbones", "squeezenet1_1_imagenet.onnx");
        ImageClassificationModel model = ModelImport.FromOnnx(file, [.. Enumerable.Range(0, 1000).Select(i => $"class {i}")]);
        Assert.That(model.Manifest.Options["scores"], Is.EqualTo("Probabilities"));
        Tensor images = NpyFile.Read(SharedFiles.Need("backbones", "reference", "two_pictures.input.npy"));
        Normalization n = Normalization.Imagenet;
        for (int i = 0; i < images.Values.Length; i++)
        {
            int c = i / (224 * 224) % 3;
            images.Values[i] = images.Values[i] * n.Std[c] + n.Mean[c];
        }
        OnnxAssert.Close(
            OnnxAssert.Run(model.Network, images), NpyFile.Read(SharedFiles.Need("backbones", "reference", "squeezenet1_1.probabilities.npy")), 1e-4);
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static ImagePrediction Predict(ImageClassificationModel model, byte r, byte g, byte b)
    {
        using PredictionEngine engine = new(model);
        return engine.Predict(SmallModels.Plain(r, g, b));
    }

    /// <summary>A file whose raw score of class i is 4 times the mean of color plane i (0 to 1).</summary>
    private string Write(
        string ending, bool channelsLast = false, int outputs = 3, bool flat = true, bool free = false, string input = "input", string output = "scores")
    {
        int height = free ? TensorShape.Free : 8, width = free ? TensorShape.Free : 10;
        GraphBuilder builder = new("colors");
        string x =
            builder.Input(input, channelsLast ? new TensorShape(TensorShape.Free, height, width, 3) : new TensorShape(TensorShape.Free, 3, height, width));
        if (channelsLast)
            x = builder.Mul(
                builder.Transpose(builder.Relu(x, "start"), "turn", 0, 3, 1, 2), builder.Parameter("one", new Tensor(new TensorShape(1), [1f])), "same");
        x = builder.GlobalAveragePool(x, "pool");
        float[] weights = new float[outputs * 3];
        for (int i = 0; i < outputs; i++)
            weights[i * 3 + i] = 4;
        string name = ending.Length == 0 ? output : "raw";
        x = builder.Add("Conv", flat ? "conv" : name, [x, builder.Parameter("conv.weight", new Tensor(new TensorShape(outputs, 3, 1, 1), weights))],
            new OperatorAttributes(new Dictionary<string, object> { ["kernel_shape"] = new long[] { 1, 1 } }));
        if (flat)
            x = builder.Flatten(x, name);
        if (ending.StartsWith("exp", StringComparison.Ordinal))
        {
            x = builder.Add("Exp", "exp", [x]);
            x = builder.Add(
                "Div", output, [x, builder.Add("ReduceSum", "sum", [x], new OperatorAttributes(null, new Dictionary<int, object> { [1] = new long[] { 1 } }))]);
        }
        else if (ending.Length > 0)
            x = builder.Add(ending, output, [x]);
        string path = _folder.File($"{ending}{channelsLast}{outputs}.onnx");
        using FileStream stream = File.Create(path);
        OnnxModel.Write(builder.Build(x), stream);
        return path;
    }
}
