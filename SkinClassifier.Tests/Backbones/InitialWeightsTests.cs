using System.Text.Json;
using SkinClassifier.Backbones;

namespace SkinClassifier.Tests.Backbones;

/// <summary>First weights have the mean and deviation of torchvision's, recorded by assets/golden/backbones/record_initial_weights.py.</summary>
public sealed class InitialWeightsTests
{
    private static readonly JsonElement _recorded = JsonElement.Parse(File.ReadAllText(SharedFiles.Asset("golden", "backbones", "initial_weights.json")));

    private static IEnumerable<string> Small => _recorded.EnumerateObject().Select(n => n.Name).Where(n => Architecture.Parse(n).ParameterCount < 15_000_000);

    private static IEnumerable<string> Large => _recorded.EnumerateObject().Select(n => n.Name).Except(Small);

    [TestCaseSource(nameof(Small))]
    public void Are_distributed_as_in_torchvision(string name) => Check(name);

    [TestCaseSource(nameof(Large)), Category("Slow")]
    public void Of_large_networks_are_distributed_as_in_torchvision(string name) => Check(name);

    private static void Check(string name)
    {
        Backbone backbone = Architecture.Parse(name).Build(new BackboneOptions { Classes = 10 });
        foreach (JsonProperty parameter in _recorded.GetProperty(name).EnumerateObject())
        {
            float[] values = backbone.Graph.Parameters[parameter.Name].Values.ToArray();
            double mean = values.Average(v => (double)v), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            double expectedMean = parameter.Value[0].GetDouble(), expected = parameter.Value[1].GetDouble();
            double noise = 5 / Math.Sqrt(values.Length); // both sides are samples
            Assert.That(deviation, Is.EqualTo(expected).Within(noise * expected + 1e-9), $"{parameter.Name}: deviation");
            Assert.That(mean, Is.EqualTo(expectedMean).Within(1.5 * noise * expected + 1e-9), $"{parameter.Name}: mean");
        }
    }
}
