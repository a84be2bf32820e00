using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Explanations;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Backbones;
using SkinClassifier.Tests.Graphs;

namespace SkinClassifier.Tests.Explanations;

/// <summary>Maps equal those of pytorch-grad-cam for the same weights and image, recorded by assets/golden/explanations/record_cams.py.</summary>
public sealed class CamGoldenTests
{
    private static readonly JsonElement _recorded = JsonElement.Parse(File.ReadAllText(SharedFiles.Asset("golden", "explanations", "cams.json")));

    private static IEnumerable<string> Networks => _recorded.EnumerateObject().Select(n => n.Name);

    [TestCaseSource(nameof(Networks))]
    public void Equals_pytorch_grad_cam(string name)
    {
        JsonElement expected = _recorded.GetProperty(name);
        int size = expected.GetProperty("size").GetInt32(), stride = expected.GetProperty("stride").GetInt32();
        int label = expected.GetProperty("label").GetInt32();
        Backbone backbone = Architecture.Parse(name).Build(new BackboneOptions { Classes = 10, InputSize = size, SkipInitialization = true });
        ArchitectureGoldenTests.FillWeights(backbone.Graph, expected.GetProperty("gain").GetDouble());
        TensorShape shape = new(1, 3, size, size);
        float[] image = OperatorGoldenTests.Numbers(shape, 1, -1, 1).Values.ToArray();
        foreach (IGrouping<string, JsonElement> layer in expected.GetProperty("maps").EnumerateArray().GroupBy(m => m.GetProperty("layer").GetString()!))
        {
            using CamPlan plan = new(backbone.Graph, shape, layer.Key.Length == 0 ? null : layer.Key, new PlanOptions());
            foreach (JsonElement map in layer)
            {
                ExplanationMethod method = Enum.Parse<ExplanationMethod>(map.GetProperty("method").GetString()!);
                float[] actual = plan.Compute(image, label, method, default).Scaled;
                double[] values = [.. map.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
                int few = size / stride;
                Assert.That(values, Has.Length.EqualTo(few * few));
                Assert.That(values.Max(), Is.GreaterThan(0.3), "the recorded map shows something");
                for (int i = 0; i < values.Length; i++)
                    Assert.That(actual[(i / few * stride + stride / 2) * size + i % few * stride + stride / 2], Is.EqualTo(values[i]).Within(1e-4),
                        $"{name}, layer '{layer.Key}', {method}, value {i}");
                Assert.That(actual.Average(v => (double)v), Is.EqualTo(map.GetProperty("mean").GetDouble()).Within(1e-4), $"{name}, {method}, mean");
            }
        }
    }
}
