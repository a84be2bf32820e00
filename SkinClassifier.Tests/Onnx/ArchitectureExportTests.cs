using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Backbones;
using SkinClassifier.Tests.Graphs;

namespace SkinClassifier.Tests.Onnx;

/// <summary>
/// Every built-in network at its own size, with weights from the formula of assets/golden/backbones/record_architectures.py: written and
/// read again it is the same network and gives the same scores, its feature tensor is found, and ONNX Runtime computes what we do.
/// With SKINCLASSIFIER_WRITE_NETWORKS=FOLDER the files are written for assets/golden/backbones/record_exports.py, which records and compares.
/// </summary>
public sealed class ArchitectureExportTests
{
    private const long NormalLimit = 30_000_000;

    private static readonly int[] _opsets = [9, 13, 20];

    private static readonly JsonElement _gains = JsonElement.Parse(File.ReadAllText(SharedFiles.Asset("golden", "backbones", "architectures.json")));

    private static IEnumerable<Architecture> SmallNetworks => ArchitectureCatalog.All.Where(a => a.ParameterCount <= NormalLimit);

    private static IEnumerable<Architecture> LargeNetworks => ArchitectureCatalog.All.Where(a => a.ParameterCount > NormalLimit);

    [TestCaseSource(nameof(SmallNetworks))]
    public void Comes_back_equal_and_is_what_ONNX_Runtime_computes(Architecture architecture) => Check(architecture);

    [TestCaseSource(nameof(LargeNetworks)), Category("Slow")]
    public void A_large_one_comes_back_equal_and_is_what_ONNX_Runtime_computes(Architecture architecture) => Check(architecture);

    private static void Check(Architecture architecture)
    {
        Backbone backbone = architecture.Build(new BackboneOptions { SkipInitialization = true });
        ArchitectureGoldenTests.FillWeights(
            backbone.Graph, _gains.TryGetProperty(architecture.Name, out JsonElement known) ? known.GetProperty("gain").GetDouble() : 4.5);
        Tensor image = OperatorGoldenTests.Numbers(new TensorShape(1, 3, backbone.InputSize, backbone.InputSize), 1, -1, 1);
        Tensor scores = OnnxAssert.Run(backbone.Graph, image);
        if (Environment.GetEnvironmentVariable("SKINCLASSIFIER_WRITE_NETWORKS") is { Length: > 0 } folder)
        {
            Write(folder, architecture, backbone, image, scores);
            Assert.Ignore("Wrote the network; now run record_exports.py.");
        }
        Graph newest = OnnxModel.Load(OnnxAssert.Bytes(backbone.Graph, new OnnxExportOptions { Opset = 20, IrVersion = 9 })).Graph;
        OnnxAssert.Equal(newest, backbone.Graph.Cut(backbone.Graph.Outputs[0])); // what no output needs is not read back
        Graph older = OnnxModel.Load(OnnxAssert.Bytes(backbone.Graph)).Graph;
        OnnxAssert.Close(OnnxAssert.Run(older, image), scores, 1e-4);
        if (architecture != Architecture.SqueezeNet11) // its pooled class scores are an output that is already pooled
            Assert.That(older.InferShapes(image.Shape)[FeatureTensor.Find(older)].Lengths[1],
                Is.EqualTo(backbone.Graph.InferShapes(image.Shape)[backbone.FeatureTensor].Lengths[1]));
        JsonElement recorded = JsonElement.Parse(File.ReadAllText(SharedFiles.Asset("golden", "backbones", "exports.json"))).GetProperty(architecture.Name);
        double largest = recorded.GetProperty("largest").GetDouble();
        Assert.That(scores.Values.ToArray().Max(Math.Abs), Is.EqualTo(largest).Within(1e-3 * largest));
        int i = 0;
        foreach (JsonElement value in recorded.GetProperty("scores").EnumerateArray())
            Assert.That(scores.Values[i], Is.EqualTo(value.GetDouble()).Within(1e-3 * largest), $"score {i++}");
    }

    private static void Write(string folder, Architecture architecture, Backbone backbone, Tensor image, Tensor scores)
    {
        Directory.CreateDirectory(folder);
        string Path(string ending) => System.IO.Path.Combine(folder, $"{architecture.Name}.{ending}");
        foreach (int opset in _opsets)
            using (FileStream stream = File.Create(Path($"{opset}.onnx")))
                OnnxModel.Write(backbone.Graph, stream, new OnnxExportOptions { Opset = opset, IrVersion = opset > 15 ? 9 : 8 });
        NpyFile.Write(Path("input.npy"), image);
        NpyFile.Write(Path("output.npy"), scores);
        NpyFile.Write(Path("again.npy"), OnnxAssert.Run(OnnxModel.Load(Path("13.onnx")).Graph, image));
    }
}
