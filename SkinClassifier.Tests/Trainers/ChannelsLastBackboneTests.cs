using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Trainers;

/// <summary>An ONNX file that takes channels last, as Keras' networks do, is trained like its twin with channels first.</summary>
public sealed class ChannelsLastBackboneTests
{
    [Test]
    public void A_file_with_channels_last_trains_the_same()
    {
        using TemporaryFolder folder = new();
        Graph network = TestNetworks.Small().Graph;
        GraphBuilder builder = new("keras");
        string planes = builder.Transpose(builder.Relu(builder.Input("input_1", new TensorShape(TensorShape.Free, 16, 16, 3)), "start"), "turn", 0, 3, 1, 2);
        Graph last = builder.Build(builder.Append(network, planes));
        GraphBuilder twin = new("twin");
        Graph first = twin.Build(twin.Append(network, twin.Relu(twin.Input("input_1", new TensorShape(TensorShape.Free, 3, 16, 16)), "start")));
        ImageClassificationModel[] models = [.. new[] { last, first }.Select((graph, i) =>
        {
            string path = folder.File($"{i}/network.onnx");
            Directory.CreateDirectory(folder.File($"{i}"));
            using (FileStream stream = File.Create(path))
                OnnxModel.Write(graph, stream);
            // No dropout: which values it drops follows from a node's place in the graph, and the two graphs differ by a node.
            return new ImageClassificationTrainer(new() { WeightsPath = path, Normalization = Normalization.ZeroToOne, Epoch = 3, FineTuneEpoch = 1,
                Dropout = 0, Optimizer = SkinClassifier.Trainers.Optimizers.OptimizerKind.Sgd, BatchSize = 8, Threads = 2 }).Fit(TestImages.Dataset(8));
        })];
        Assert.That(models[0].Network.Inputs[0].Shape, Is.EqualTo(new TensorShape(TensorShape.Free, 3, 16, 16)));
        Assert.That(models[0].Network.Parameters.Keys, Is.EquivalentTo(models[1].Network.Parameters.Keys));
        foreach ((string name, Tensor value) in models[0].Network.Parameters)
            Assert.That(value.Values.ToArray(), Is.EqualTo(models[1].Network.Parameters[name].Values.ToArray()).Within(1e-5f), name);
    }
}
