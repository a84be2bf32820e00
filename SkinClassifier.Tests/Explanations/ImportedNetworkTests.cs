using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Tests.Explanations;

/// <summary>Maps of a finished ONNX classifier, as another program wrote it.</summary>
public sealed class ImportedNetworkTests
{
    [Test]
    public void Every_method_explains_an_imported_classifier()
    {
        string file = SharedFiles.Need("backbones", "squeezenet1_1_imagenet.onnx");
        ImageClassificationModel model = ModelImport.FromOnnx(file, [.. Enumerable.Range(0, 1000).Select(i => $"class {i}")]);
        using PredictionEngine engine = new(model);
        RgbImage image = TinyNetworks.Spot(300, 240, 150, 60, 60, 60, 200, 120, 40);
        foreach (ExplanationMethod method in Enum.GetValues<ExplanationMethod>())
        {
            ImageExplanation explanation = engine.Explain(image, new() { Method = method, PatchSize = 64, PatchStride = 64, IntegrationSteps = 4 });
            Assert.That(explanation.Raw.ToArray(), Has.Length.EqualTo(300 * 240).And.All.Matches<float>(float.IsFinite), $"{method}");
            Assert.That(explanation.Map.ToArray().Max(), Is.InRange(0.5, 1), $"{method}");
        }
        Assert.That(engine.Explain(image, new() { Layer = "conv23_relu_cat" }).Layer, Is.EqualTo("conv23_relu_cat"));
        Assert.That(() => engine.Explain(image, new() { Layer = "conv23_relu_cot" }), Throws.ArgumentException.With.Message.Contains("conv23_relu_cat"));
    }
}
