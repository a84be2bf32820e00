using SkinClassifier.Backbones;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Backbones;

public sealed class ArchitectureTests
{
    private static IReadOnlyList<Architecture> All => ArchitectureCatalog.All;

    [TestCaseSource(nameof(All))]
    public void ParameterCountIsThePublishedOne(Architecture architecture) =>
        Assert.That(architecture.Build().Graph.ParameterCount(), Is.EqualTo(architecture.ParameterCount));

    [TestCaseSource(nameof(All))]
    public void ShapesAreRightAtTheOwnSize(Architecture architecture)
    {
        Backbone backbone = architecture.Build(new BackboneOptions { Classes = 7 });
        IReadOnlyDictionary<string, TensorShape> shapes = backbone.Graph.InferShapes(new TensorShape(2, 3, architecture.InputSize, architecture.InputSize));
        Assert.Multiple(() =>
        {
            Assert.That(backbone.Graph.Inputs[0].Name, Is.EqualTo("input"));
            Assert.That(shapes[backbone.Graph.Outputs[0]], Is.EqualTo(new TensorShape(2, 7)));
            Assert.That(shapes[backbone.FeatureTensor].Rank, Is.EqualTo(2));
            Assert.That(backbone.LastFeatureMap, Is.Not.Null);
            Assert.That(shapes[backbone.LastFeatureMap!].Rank, Is.EqualTo(4));
        });
    }

    [TestCase("mobilenet_v2", "mobilenet_v2")]
    [TestCase("MobilenetV2", "mobilenet_v2")]
    [TestCase("MobileNetV2", "mobilenet_v2")]
    [TestCase("small-cnn", "small_cnn")]
    public void SpellingsAreAccepted(string spelling, string expected) => Assert.That(Architecture.Parse(spelling).Name, Is.EqualTo(expected));

    [Test]
    public void AnUnknownNameListsAll() =>
        Assert.That(() => Architecture.Parse("lenet"), Throws.ArgumentException.With.Message.Contains("mobilenet_v2").And.Message.Contains("lenet"));
}
