using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Trainers;

public sealed class RealImagesTests
{
    [Test, Category("Slow")]
    public void A_head_on_ImageNet_features_tells_melanomas_from_moles()
    {
        string weights = SharedFiles.Need("backbones", "mobilenet_v2_imagenet_features.onnx"), images = SharedFiles.Need("data", "melanoma_bm");
        TrainTestData data = ImageDataset.FromFolder(images).TrainTestSplit(0.3);
        ImageClassificationModel model = new ImageClassificationTrainer(new() { WeightsPath = weights }).Fit(data.TrainSet);
        ModelEvaluation evaluation = model.Evaluate(data.TestSet);
        Assert.That(evaluation.Metrics.MicroAccuracy, Is.GreaterThan(0.8), evaluation.ToString());
        Assert.That(model.Manifest.Backbone, Is.EqualTo("mobilenet_v2_imagenet_features"));
        Assert.That(model.Manifest.WeightsHash, Has.Length.EqualTo(64));
    }
}
