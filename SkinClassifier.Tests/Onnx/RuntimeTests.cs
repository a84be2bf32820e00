using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Graphs;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Onnx;

/// <summary>What we write is accepted by ONNX Runtime in every opset offered, and gives there what it gives here.</summary>
public sealed class RuntimeTests
{
    private static IEnumerable<OperatorCase> Cases => OperatorCases.All.Where(c => c.Inputs[0] is not null);

    [TestCaseSource(nameof(Cases))]
    public void ONNX_Runtime_computes_every_operator_in_every_opset_as_we_do(OperatorCase row)
    {
        (Graph graph, Tensor input) = RoundTripTests.GraphOf(row);
        Tensor expected = OnnxAssert.Run(graph, input);
        int written = 0;
        for (int opset = OnnxExportOptions.LowestOpset; opset <= OnnxExportOptions.HighestOpset; opset++)
        {
            byte[] bytes;
            try
            {
                bytes = OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = opset });
            }
            catch (UnsupportedContentException refused)
            {
                Assert.That(refused.Message, Does.Contain($"opset {opset}"));
                continue;
            }
            written++;
            Check(bytes, input, expected, 1e-4, $"opset {opset}");
        }
        Assert.That(written, Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public void ONNX_Runtime_takes_an_exported_model_in_every_opset()
    {
        ImageClassificationModel model = SmallModels.MobileNet(["a", "b", "c"], 64);
        using TemporaryFolder folder = new();
        Tensor images = Noise(new TensorShape(2, 3, 64, 64));
        Tensor expected = OnnxAssert.Run(model.Network, images);
        for (int opset = OnnxExportOptions.LowestOpset; opset <= OnnxExportOptions.HighestOpset; opset++)
        {
            ModelExport.WriteVerified(model, folder.File("net.onnx"), new OnnxExportOptions { Opset = opset });
            Check(File.ReadAllBytes(folder.File("net.onnx")), images, expected, 1e-4, $"opset {opset}");
        }
        ModelExport.WriteVerified(model, folder.File("half.onnx"), new OnnxExportOptions { Float16Weights = true }, 0.05f);
        Check(File.ReadAllBytes(folder.File("half.onnx")), images, expected, 0.05, "float16 weights");
    }

    [Test]
    public void The_document_names_every_operator()
    {
        string text = File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "onnx.md"));
        foreach (string opType in OperatorCatalog.OpTypes)
            Assert.That(text, Does.Match($@"\b{opType}\b"));
    }

    [TestCase(4)]
    [TestCase(9)]
    [TestCase(11)]
    [TestCase(13)]
    public void ONNX_Runtime_takes_every_IR_version(int version)
    {
        ImageClassificationModel model = SmallModels.Create(["a", "b", "c"]);
        Tensor images = Noise(new TensorShape(1, 3, 8, 8));
        Check(OnnxAssert.Bytes(model.Network, new OnnxExportOptions { IrVersion = version }), images, OnnxAssert.Run(model.Network, images), 1e-4,
            $"IR {version}");
    }

    private static void Check(byte[] bytes, Tensor input, Tensor expected, double tolerance, string what)
    {
        Tensor actual;
        try
        {
            actual = OnnxRuntime.Run(bytes, input);
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException refused)
        {
            Assert.Fail($"{what}: ONNX Runtime refuses it: {refused.Message}");
            return;
        }
        OnnxAssert.Close(actual, expected, tolerance, what);
    }

    private static Tensor Noise(TensorShape shape)
    {
        Tensor tensor = new(shape);
        SeededRandom random = new(3);
        foreach (ref float value in tensor.Values)
            value = random.NextInt32(256);
        return tensor;
    }
}
