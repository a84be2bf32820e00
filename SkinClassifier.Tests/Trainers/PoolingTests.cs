using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Tests.Trainers;

public sealed class PoolingTests
{
    [Test]
    public void Features_are_mean_and_largest_value_of_the_last_map([Values] FeaturePooling pooling)
    {
        Backbone backbone = TestNetworks.Small();
        float[] image = [.. Enumerable.Range(0, 3 * 16 * 16).Select(i => (float)(i * 37 % 256))];
        float[] map = Run(NetworkAssembly.FeatureGraph(backbone.Graph, backbone.LastFeatureMap!, backbone.Normalization, 16, 16).Cut("relu3"), image);
        float[] features = Run(NetworkAssembly.FeatureGraph(backbone.Graph, backbone.FeatureTensor, backbone.Normalization, 16, 16, pooling), image);
        float[][] channels = [.. map.Chunk(16)];
        float[] mean = [.. channels.Select(c => c.Average())], largest = [.. channels.Select(c => c.Max())];
        Assert.That(
            features, Is.EqualTo(pooling switch { FeaturePooling.Average => mean, FeaturePooling.Max => largest, _ => [.. mean, .. largest] }).Within(1e-4f));
    }

    [TestCase(FeaturePooling.Max, 0)]
    [TestCase(FeaturePooling.Both, 0)]
    [TestCase(FeaturePooling.Both, 2)]
    public void A_model_trains_with_it_and_exports_it(FeaturePooling pooling, int fineTune)
    {
        ImageClassificationModel model = new ImageClassificationTrainer(new()
        {
            Pretrained = TestNetworks.Small(),
            Pooling = pooling,
            Epoch = 10,
            FineTuneEpoch = fineTune,
            BatchSize = 8,
            Threads = 2
        }).Fit(TestImages.Dataset(12));
        Assert.That(model.Network.Nodes.Count(n => n.Operator.OpType == "GlobalMaxPool"), Is.EqualTo(1));
        Assert.That(model.Manifest.Options["pool"], Is.EqualTo(pooling.ToString().ToLowerInvariant()));
        using TemporaryFolder folder = new();
        Assert.That(ModelExport.WriteVerified(model, folder.File("model.onnx")), Is.LessThan(1e-5f));
    }

    [Test]
    public void Built_in_networks_name_their_map_also_behind_other_layers(
        [Values("mobilenet_v2", "small_cnn", "convnext_tiny", "efficientnet_b0", "resnet18")] string name)
    {
        if (!Architecture.TryParse(name, out Architecture? architecture))
            Assert.Ignore($"{name} is not built in");
        Backbone backbone = architecture!.Build(new BackboneOptions { Classes = 0, InputSize = 64, SkipInitialization = true });
        Graph average = NetworkAssembly.FeatureGraph(backbone.Graph, backbone.FeatureTensor, backbone.Normalization, 64, 64);
        Graph both =
            NetworkAssembly.FeatureGraph(backbone.Graph, backbone.FeatureTensor, backbone.Normalization, 64, 64, FeaturePooling.Both, backbone.LastFeatureMap);
        Assert.That(NetworkAssembly.FeatureCount(both, 64, 64), Is.EqualTo(2 * NetworkAssembly.FeatureCount(average, 64, 64)));
    }

    [Test]
    public void A_network_without_a_map_is_refused_with_what_to_do()
    {
        GraphBuilder builder = new("flat");
        string x = builder.Input("input", new TensorShape(TensorShape.Free, 3, 16, 16));
        string features = builder.Gemm(builder.Flatten(x, "flatten"), "dense", 8);
        Backbone backbone = new("flat", builder.Build(features), features, null, Normalization.Imagenet, 16);
        Assert.That(() => new ImageClassificationTrainer(new() { Pretrained = backbone, Pooling = FeaturePooling.Max }).Fit(TestImages.Dataset(8)),
            Throws.ArgumentException.With.Message.Contains("Use average"));
    }

    private static float[] Run(Graph graph, float[] image)
    {
        using InferencePlan plan = InferencePlan.Create(graph, new TensorShape(1, 3, 16, 16));
        float[] output = new float[plan.OutputShape.ElementCount];
        plan.Run(image, output);
        return output;
    }
}
