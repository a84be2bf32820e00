using SkinClassifier.Backbones;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Backbones;

public sealed class ArchitectureTests
{
    private static IReadOnlyList<Architecture> All => ArchitectureCatalog.All;

    [TestCaseSource(nameof(All))]
    public void Parameter_count_is_the_published_one(Architecture architecture) =>
        Assert.That(architecture.Build(new BackboneOptions { SkipInitialization = true }).Graph.ParameterCount(), Is.EqualTo(architecture.ParameterCount));

    [TestCaseSource(nameof(All))]
    public void Shapes_are_right_at_the_own_size(Architecture architecture)
    {
        Backbone backbone = architecture.Build(new BackboneOptions { Classes = 7, SkipInitialization = true });
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

    [TestCaseSource(nameof(All))]
    public void Shapes_are_right_at_other_sizes(Architecture architecture)
    {
        foreach (int size in (int[])[96, 160])
        {
            Backbone backbone = architecture.Build(new BackboneOptions { Classes = 3, InputSize = size, SkipInitialization = true });
            IReadOnlyDictionary<string, TensorShape> shapes = backbone.Graph.InferShapes(new TensorShape(2, 3, size, size));
            Assert.That(shapes[backbone.Graph.Outputs[0]], Is.EqualTo(new TensorShape(2, 3)));
            Assert.That(backbone.InputSize, Is.EqualTo(size));
        }
    }

    [TestCaseSource(nameof(All))]
    public void Without_classes_the_output_is_the_feature_tensor(Architecture architecture)
    {
        Backbone backbone = architecture.Build(new BackboneOptions { Classes = 0, SkipInitialization = true });
        Assert.That(backbone.Graph.Outputs, Is.EqualTo(new[] { backbone.FeatureTensor }));
    }

    [TestCaseSource(nameof(All))]
    public void The_rule_for_foreign_files_finds_the_same_feature_tensor(Architecture architecture)
    {
        Backbone backbone = architecture.Build(new BackboneOptions { SkipInitialization = true });
        string found = FeatureTensor.Find(backbone.Graph);
        Node maker = backbone.Graph.Nodes.Single(n => n.Outputs.Contains(found));
        if (architecture == Architecture.SqueezeNet11) // its scores are pooled after the last convolution
            Assert.That(found, Is.EqualTo(backbone.Graph.Outputs[0]));
        else
            Assert.That(maker.Operator.OpType == "Dropout" ? maker.Inputs[0] : found, Is.EqualTo(backbone.FeatureTensor));
    }

    [Test]
    public void Names_and_spellings_are_unique()
    {
        Assert.That(All.Select(a => a.Name), Is.Unique.And.All.Match("^[a-z0-9]+(_[a-z0-9]+)*$"));
        Assert.That(All.Select(a => Architecture.Parse(a.DisplayName)), Is.EqualTo(All));
        Assert.That(All.SelectMany(a => a.Aliases.Select(alias => (Architecture.Parse(alias), a))),
            Has.All.Matches<(Architecture Found, Architecture Expected)>(p => p.Found == p.Expected));
    }

    [TestCase(0.35, 1_677_128)]
    [TestCase(0.5, 1_968_680)]
    [TestCase(1.4, 6_108_776)]
    public void Widths_of_MobileNetV2_have_their_parameter_counts(double width, long expected) =>
        Assert.That(Architecture.MobileNetV2.Build(new BackboneOptions { WidthMultiplier = width, SkipInitialization = true }).Graph.ParameterCount(),
            Is.EqualTo(expected));

    [Test]
    public void Options_out_of_range_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(
            () => Architecture.ResNet18.Build(new BackboneOptions { WidthMultiplier = 0.5 }), Throws.ArgumentException.With.Message.Contains("mobilenet_v2"));
        Assert.That(() => Architecture.MobileNetV2.Build(new BackboneOptions { WidthMultiplier = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Architecture.MobileNetV2.Build(new BackboneOptions { Classes = -1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Architecture.MobileNetV2.Build(new BackboneOptions { InputSize = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [TestCase("ResnetV2101", "resnet_v2_101")]
    [TestCase("InceptionV3", "inception_v3")]
    [TestCase("ResnetV250", "resnet_v2_50")]
    [TestCase("mobilenet_v2", "mobilenet_v2")]
    [TestCase("MobilenetV2", "mobilenet_v2")]
    [TestCase("MobileNetV2", "mobilenet_v2")]
    [TestCase("small-cnn", "small_cnn")]
    public void Spellings_are_accepted(string spelling, string expected) => Assert.That(Architecture.Parse(spelling).Name, Is.EqualTo(expected));

    [Test]
    public void An_unknown_name_lists_all() =>
        Assert.That(() => Architecture.Parse("lenet"), Throws.ArgumentException.With.Message.Contains("mobilenet_v2").And.Message.Contains("lenet"));
}
