using SkinClassifier.Backbones;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Every built-in network, written and read again, is the same network, and its feature tensor is found.</summary>
public sealed class ArchitectureRoundTripTests
{
    private const long NormalLimit = 6_000_000;

    private static IEnumerable<Architecture> SmallNetworks => ArchitectureCatalog.All.Where(a => a.ParameterCount <= NormalLimit);

    private static IEnumerable<Architecture> LargeNetworks => ArchitectureCatalog.All.Where(a => a.ParameterCount > NormalLimit);

    [TestCaseSource(nameof(SmallNetworks))]
    public void ComesBackEqual(Architecture architecture) => Check(architecture);

    [TestCaseSource(nameof(LargeNetworks))]
    [Category("Slow")]
    public void LargeOneComesBackEqual(Architecture architecture) => Check(architecture);

    private static void Check(Architecture architecture)
    {
        Backbone backbone = architecture.Build();
        Graph newest = OnnxModel.Load(OnnxAssert.Bytes(backbone.Graph, new OnnxExportOptions { Opset = 20, IrVersion = 9 })).Graph;
        OnnxAssert.Equal(newest, backbone.Graph.Cut(backbone.Graph.Outputs[0])); // what no output needs is not read back
        byte[] bytes = OnnxAssert.Bytes(backbone.Graph);
        Graph older = OnnxModel.Load(bytes).Graph;
        Tensor input = new(new TensorShape(1, 3, backbone.InputSize, backbone.InputSize));
        for (int i = 0; i < input.Values.Length; i++)
            input.Values[i] = i * 37 % 101 / 50f - 1;
        OnnxAssert.Close(OnnxAssert.Run(older, input), OnnxAssert.Run(backbone.Graph, input), 1e-4);
        if (architecture.Name == "squeezenet1_1")
            return; // its pooled class scores are an output that is already pooled
        string found = FeatureTensor.Find(older);
        IReadOnlyDictionary<string, TensorShape> shapes = older.InferShapes(input.Shape);
        TensorShape expected = backbone.Graph.InferShapes(input.Shape)[backbone.FeatureTensor];
        Assert.That(shapes[found].Lengths[1], Is.EqualTo(expected[1]), found);
    }
}
