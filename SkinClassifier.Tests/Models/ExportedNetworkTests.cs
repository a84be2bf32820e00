using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Onnx;

namespace SkinClassifier.Tests.Models;

/// <summary>
/// The network inside a model, written as ONNX and run by ONNX Runtime on the same pixels, gives the scores that we give.
/// Recorded by assets/golden/models/record.sh; the files it needs are written by this test with SKINCLASSIFIER_WRITE_GOLDEN=1.
/// </summary>
public sealed class ExportedNetworkTests
{
    private const int Size = 40, Images = 3;
    private static readonly string[] Labels = ["akiec", "bcc", "mel", "nv", "vasc"];

    [Test]
    public void Exported_network_gives_the_scores_that_ONNX_Runtime_recorded()
    {
        ImageClassificationModel model = Create();
        string folder = SharedFiles.Asset("golden", "models");
        TensorShape shape = new(Images, 3, Size, Size);
        float[] input = Input(shape.ElementCount);
        if (Environment.GetEnvironmentVariable("SKINCLASSIFIER_WRITE_GOLDEN") == "1")
        {
            model.ExportOnnx(Path.Combine(folder, "network.onnx"));
            NpyFile.Write(Path.Combine(folder, "pixels.npy"), new Tensor(shape, input));
            Assert.Ignore("Wrote network.onnx and pixels.npy; now run record.sh.");
        }
        float[] recorded = NpyFile.Read(Path.Combine(folder, "scores.npy")).Values.ToArray();
        float[] scores = new float[Images * Labels.Length], imported = new float[scores.Length];
        using (InferencePlan plan = InferencePlan.Create(model.Network, shape))
            plan.Run(input, scores);
        using (InferencePlan plan = InferencePlan.Create(OnnxModel.Load(Path.Combine(folder, "network.onnx")).Graph, shape))
            plan.Run(input, imported);
        Assert.That(recorded.Max(), Is.LessThan(0.99f), "scores that are all 0 and 1 would prove little");
        Assert.That(scores, Is.EqualTo(recorded).Within(1e-4f));
        Assert.That(imported, Is.EqualTo(recorded).Within(1e-4f));
    }

    private static float[] Input(int count)
    {
        SeededRandom random = new(11);
        float[] input = new float[count];
        foreach (ref float value in input.AsSpan())
            value = random.NextInt32(256);
        return input;
    }

    /// <summary>A small network with every kind of layer that a trained model has.</summary>
    private static ImageClassificationModel Create()
    {
        GraphBuilder b = new("golden", 7);
        string x = b.Normalize(b.Input(ImageClassificationModel.InputName, new TensorShape(TensorShape.Free, 3, Size, Size)), Normalization.Imagenet);
        x = b.Clip(b.BatchNormalization(b.Conv(x, "stem", 12, 3, 2, 1), "stem.norm"), "stem.clip", 0, 6);
        string residual = x;
        x = b.Relu(b.Conv(x, "expand", 24, 1), "expand.relu");
        x = b.Relu(b.Conv(x, "depthwise", 24, 3, 1, 1, group: 24), "depthwise.relu");
        x = b.Add(b.BatchNormalization(b.Conv(x, "project", 12, 1), "project.norm"), residual, "add");
        x = b.MaxPool(b.Conv(x, "wide", 20, 3, 1, 1), "pool", 2);
        x = b.Flatten(b.GlobalAveragePool(x, "average"), "flatten");
        x = b.Gemm(x, "head", Labels.Length);
        b.AddNode("Softmax", "softmax", [x], [ImageClassificationModel.OutputName]);
        return new ImageClassificationModel(
            b.Build(ImageClassificationModel.OutputName), new ModelManifest { Labels = Labels, Width = Size, Height = Size, Backbone = "golden" });
    }
}
