using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Graphs;

namespace SkinClassifier.Tests.Backbones;

/// <summary>
/// With weights from the integer formula of assets/golden/backbones/record_architectures.py the built-in networks compute what
/// PyTorch's do in float64: class scores, features and gradients; and they have the same parameter names.
/// </summary>
public sealed class ArchitectureGoldenTests
{
    private static readonly JsonElement _recorded = JsonElement.Parse(File.ReadAllText(SharedFiles.Asset("golden", "backbones", "architectures.json")));

    private static IEnumerable<string> Small => _recorded.EnumerateObject().Select(n => n.Name).Where(n => Architecture.Parse(n).ParameterCount <= 30_000_000);

    private static IEnumerable<string> Large => _recorded.EnumerateObject().Select(n => n.Name).Except(Small);

    [TestCaseSource(nameof(Small))]
    public void Equals_PyTorch(string name) => Check(name);

    [TestCaseSource(nameof(Large)), Category("Slow")]
    public void A_large_network_equals_PyTorch(string name) => Check(name);

    /// <summary>Fills every parameter from the formula.</summary>
    internal static void FillWeights(Graph graph, double gain = 4.5)
    {
        foreach ((string name, Tensor value) in graph.Parameters)
        {
            if (GraphComposition.IsConstant(name))
                continue;
            uint seed = Fnv(name) & 0x7fffffff;
            ReadOnlySpan<int> lengths = value.Shape.Lengths;
            int fan = 1;
            for (int axis = 1; axis < lengths.Length; axis++)
                fan *= lengths[axis];
            (double low, double high) = name.EndsWith("running_var", StringComparison.Ordinal)
                || (lengths.Length == 1 && name.EndsWith(".weight", StringComparison.Ordinal)) ? (0.5, 1.5)
                : lengths.Length == 1 ? (-0.1, 0.1)
                : (-Math.Sqrt(gain / fan), Math.Sqrt(gain / fan));
            OperatorGoldenTests.Numbers(value.Shape, (int)seed, low, high).Values.CopyTo(value.Values);
        }
    }

    private static void Check(string name)
    {
        JsonElement expected = _recorded.GetProperty(name);
        int size = expected.GetProperty("size").GetInt32();
        Backbone backbone = Architecture.Parse(name).Build(new BackboneOptions { Classes = 10, InputSize = size, SkipInitialization = true });
        string[] names = [.. backbone.Graph.Parameters.Where(p => !GraphComposition.IsConstant(p.Key))
            .Select(p => $"{p.Key}:{p.Value.Shape.ElementCount}").Order(StringComparer.Ordinal)];
        Assert.That(names, Has.Length.EqualTo(expected.GetProperty("parameters").GetInt32()));
        Assert.That(Fnv(string.Join('\n', names)), Is.EqualTo(expected.GetProperty("names").GetUInt32()), "parameter names and sizes");
        FillWeights(backbone.Graph, expected.GetProperty("gain").GetDouble());
        GraphRun run = new(backbone.Graph, OperatorGoldenTests.Numbers(new TensorShape(1, 3, size, size), 1, -1, 1));
        AreClose(run.Values[backbone.Graph.Outputs[0]].Values, expected.GetProperty("scores"), null, "scores");
        AreClose(run.Values[backbone.FeatureTensor].Values, expected.GetProperty("features"), expected.GetProperty("featureNorm"), "features");
        IReadOnlyDictionary<string, float[]> gradients = run.Backward(OperatorGoldenTests.Numbers(new TensorShape(1, 10), 101, -1, 1).Values.ToArray());
        AreClose(gradients["input"], expected.GetProperty("inputGradient"), expected.GetProperty("inputGradientNorm"), "input gradient");
        string first = backbone.Graph.TrainableParameters()[0];
        AreClose(gradients[first], expected.GetProperty("firstWeightGradient"), expected.GetProperty("firstWeightGradientNorm"), first);
    }

    private static void AreClose(ReadOnlySpan<float> actual, JsonElement recorded, JsonElement? norm, string what)
    {
        double squares = 0;
        foreach (float value in actual)
            squares += (double)value * value;
        double scale = Math.Sqrt(squares / actual.Length);
        if (norm is { } expectedNorm)
            Assert.That(Math.Sqrt(squares), Is.EqualTo(expectedNorm.GetDouble()).Within(0.02).Percent, what + " norm");
        int i = 0;
        foreach (JsonElement value in recorded.EnumerateArray())
        {
            Assert.That(actual[i], Is.EqualTo(value.GetDouble()).Within(2e-4 * (scale + Math.Abs(value.GetDouble()))), $"{what}, element {i}");
            i++;
        }
    }

    private static uint Fnv(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        return hash;
    }
}
