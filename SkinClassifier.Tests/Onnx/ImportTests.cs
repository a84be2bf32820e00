using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Whole files give what ONNX Runtime gives for them.</summary>
public sealed class ImportTests
{
    [Test]
    public void Small_network_of_the_ONNX_package_gives_what_ONNX_Runtime_gives()
    {
        OnnxModel model = OnnxModel.Load(SharedFiles.Asset("golden", "onnx", "small_network.onnx"));
        Assert.That(model.Opset, Is.EqualTo(13));
        Assert.That(model.ProducerName, Is.EqualTo("onnx package"));
        Assert.That(model.Graph.Inputs.Single().Shape, Is.EqualTo(new TensorShape(-1, 3, 12, 12)));
        Assert.That(model.Graph.Nodes.Select(n => n.Operator.OpType),
            Is.EqualTo(new[] { "Conv", "BatchNormalization", "Clip", "Conv", "Add", "GlobalAveragePool", "Reshape", "Gemm", "Softmax" }));
        Assert.That(FeatureTensor.Find(model.Graph), Is.EqualTo("features"));
        Tensor output = OnnxAssert.Run(model.Graph, NpyFile.Read(SharedFiles.Asset("golden", "onnx", "small_network.input.npy")));
        OnnxAssert.Close(output, NpyFile.Read(SharedFiles.Asset("golden", "onnx", "small_network.output.npy")), 1e-5);
    }

    [Test]
    public void BatchNormalization_of_a_file_trains_from_the_batch_again()
    {
        Graph network = OnnxModel.Load(SharedFiles.Asset("golden", "onnx", "small_network.onnx")).Graph;
        Graph features = network.Cut(FeatureTensor.Find(network));
        Tensor input = NpyFile.Read(SharedFiles.Asset("golden", "onnx", "small_network.input.npy"));
        Node normalization = features.Nodes.Single(n => n.Operator.OpType == "BatchNormalization");
        foreach (BatchNormalizationMode mode in (BatchNormalizationMode[])[BatchNormalizationMode.Frozen, BatchNormalizationMode.Training])
        {
            Tensor mean = features.Parameters[normalization.Inputs[3]];
            float[] before = mean.Values.ToArray();
            using TrainingPlan plan = TrainingPlan.Create(features, input.Shape, new PlanOptions { BatchNormalization = mode });
            float[] ones = new float[plan.Forward(input.Values).Length];
            Array.Fill(ones, 1f);
            plan.Backward(ones);
            Assert.That(mean.Values.SequenceEqual(before), Is.EqualTo(mode == BatchNormalizationMode.Frozen), "running mean");
            Assert.That(plan.Parameters.Single(p => p.Name == normalization.Inputs[1]).Gradient.ToArray(), Has.Some.Not.Zero, "scale trains");
        }
    }

    [TestCase("mobilenet_v2_imagenet_features.onnx", "mobilenet_v2.features.npy", "features")]
    [TestCase("squeezenet1_1_imagenet.onnx", "squeezenet1_1.probabilities.npy", "conv23_relu_cat")]
    public void Pretrained_networks_give_what_ONNX_Runtime_gives(string file, string reference, string feature)
    {
        OnnxModel model = OnnxModel.Load(SharedFiles.Need("backbones", file));
        Tensor input = NpyFile.Read(SharedFiles.Need("backbones", "reference", "two_pictures.input.npy"));
        OnnxAssert.Close(OnnxAssert.Run(model.Graph, input), NpyFile.Read(SharedFiles.Need("backbones", "reference", reference)), 1e-4);
        Assert.That(FeatureTensor.Find(model.Graph), Is.EqualTo(feature));
        OnnxAssert.Equal(OnnxModel.Load(OnnxAssert.Bytes(model.Graph)).Graph, model.Graph);
    }

    [Test]
    public void Float16_weights_of_a_pretrained_network_change_its_features_by_less_than_one_percent()
    {
        OnnxModel model = OnnxModel.Load(SharedFiles.Need("backbones", "mobilenet_v2_imagenet_features.onnx"));
        byte[] bytes = OnnxAssert.Bytes(model.Graph, new OnnxExportOptions { Float16Weights = true });
        Assert.That(bytes, Has.Length.LessThan(0.55 * OnnxAssert.Bytes(model.Graph).Length));
        Tensor input = NpyFile.Read(SharedFiles.Need("backbones", "reference", "two_pictures.input.npy"));
        Tensor expected = NpyFile.Read(SharedFiles.Need("backbones", "reference", "mobilenet_v2.features.npy")),
            actual = OnnxAssert.Run(OnnxModel.Load(bytes).Graph, input);
        double difference = 0, size = 0;
        for (int i = 0; i < expected.Values.Length; i++)
        {
            difference += Math.Pow(actual.Values[i] - expected.Values[i], 2);
            size += Math.Pow(expected.Values[i], 2);
        }
        TestContext.Out.WriteLine($"relative difference of the features: {Math.Sqrt(difference / size):0.#####}");
        Assert.That(Math.Sqrt(difference / size), Is.LessThan(0.01));
    }
}
