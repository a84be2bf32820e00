using SkinClassifier.Backbones;
using SkinClassifier.Explanations;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Explanations;

public sealed class FeatureMapsTests
{
    private static ClassScores Scores(Graph graph, int size) => new(graph, new TensorShape(1, 3, size, size));

    [Test]
    public void The_last_map_of_every_built_in_network_is_the_one_its_maker_names([ValueSource(nameof(Networks))] string name)
    {
        Architecture architecture = Architecture.Parse(name);
        Backbone backbone = architecture.Build(new BackboneOptions { Classes = 4, SkipInitialization = true });
        ClassScores scores = Scores(backbone.Graph, architecture.InputSize);
        string last = FeatureMaps.Last(scores, scores.Mean).Single();
        // The last convolution of SqueezeNet gives one map for each class, which the head averages: it is behind the map that new heads are trained on.
        Assert.That(last, Is.EqualTo(name == "squeezenet1_1" ? "classifier.2" : backbone.LastFeatureMap ?? last));
        Assert.That(scores.Shapes[last][2] * scores.Shapes[last][3], Is.GreaterThan(1));
    }

    [Test]
    public void Adaptive_pooling_is_not_the_map_of_VGG_at_other_sizes()
    {
        Backbone backbone = Architecture.Parse("vgg16").Build(new BackboneOptions { Classes = 4, InputSize = 96, SkipInitialization = true });
        ClassScores scores = Scores(backbone.Graph, 96);
        Assert.That(FeatureMaps.Last(scores, scores.Mean), Is.EqualTo(new[] { "features.30" }));
    }

    private static IEnumerable<string> Networks => ArchitectureCatalog.All.Select(a => a.Name);

    [Test]
    public void A_wrong_name_gives_the_nearest_ones()
    {
        ClassScores scores = Scores(TinyNetworks.Colors().Network, 16);
        ArgumentException error = Assert.Throws<ArgumentException>(() => FeatureMaps.Named(scores, "spotz"))!;
        Assert.That(error.Message, Does.Contain("received 'spotz'. The nearest names are spots, "));
        Assert.That(error.ParamName, Is.EqualTo("Layer"));
        Assert.That(FeatureMaps.Named(scores, "spots"), Is.EqualTo("spots"));
    }

    [Test]
    public void A_value_that_is_no_map_is_refused_with_its_shape()
    {
        ClassScores scores = Scores(TinyNetworks.Colors().Network, 16);
        Assert.That(() => FeatureMaps.Named(scores, "flat"), Throws.ArgumentException.With.Message.Contains("received 'flat' ["));
        Assert.That(() => FeatureMaps.Named(scores, "pool"), Throws.ArgumentException.With.Message.Contains("The last feature maps are "));
    }

    [Test]
    public void A_node_is_known_by_its_name_too()
    {
        GraphBuilder b = new("net");
        b.AddNode("Relu", "the node", [b.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8))], ["value 17"]);
        ClassScores scores = Scores(b.Build(b.Gemm(b.Flatten("value 17", "flat"), "dense", 2)), 8);
        Assert.That(FeatureMaps.Named(scores, "the node"), Is.EqualTo("value 17"));
    }

    [Test]
    public void Networks_without_a_map_before_the_head_are_offered_occlusion()
    {
        foreach (Graph graph in new[] { TinyNetworks.Pixels().Network, Tokens(), MeanOfChannels() })
        {
            ClassScores scores = new(graph, graph.Inputs[0].Shape.With(0, 1));
            Assert.That(() => FeatureMaps.Last(scores, scores.Mean),
                Throws.ArgumentException.With.Message.Contains("occlusion").And.Message.Contains(graph.Name), graph.Name);
        }
    }

    [Test]
    public void Channels_last_pooling_leads_to_the_map_before_the_transposition()
    {
        GraphBuilder b = new("keras");
        string x = b.Relu(b.Conv(b.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8)), "conv", 5, 3), "relu");
        x = Mean(b, b.Transpose(x, "last", 0, 2, 3, 1), 1, 2);
        ClassScores scores = Scores(b.Build(b.Gemm(x, "dense", 2)), 8);
        Assert.That(FeatureMaps.Last(scores, scores.Mean), Is.EqualTo(new[] { "relu" }));
    }

    [Test]
    public void A_head_that_joins_two_maps_has_both()
    {
        GraphBuilder b = new("pyramid");
        string x = b.Relu(b.Conv(b.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8)), "conv", 5, 3), "fine");
        string y = b.Relu(b.Conv(x, "conv2", 6, 3, 2), "coarse");
        x = b.Concat([b.GlobalAveragePool(x, "p1"), b.GlobalAveragePool(y, "p2")], "joined");
        ClassScores scores = Scores(b.Build(b.Gemm(b.Flatten(x, "flat"), "dense", 2)), 8);
        Assert.That(FeatureMaps.Last(scores, scores.Mean), Is.EquivalentTo(new[] { "fine", "coarse" }));
    }

    private static string Mean(GraphBuilder b, string x, params long[] axes) => b.Add("ReduceMean", "mean", [x],
        new OperatorAttributes(new Dictionary<string, object> { ["keepdims"] = 0L }, new Dictionary<int, object> { [1] = axes }));

    /// <summary>Patches → tokens → mean over tokens, as a vision transformer does.</summary>
    private static Graph Tokens()
    {
        GraphBuilder b = new("tokens");
        string x = b.Conv(b.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8)), "patches", 5, 2, 2);
        x = b.Add("Reshape", "tokens", [x], new OperatorAttributes(null, new Dictionary<int, object> { [1] = new long[] { 0, 5, 16 } }));
        return b.Build(b.Gemm(Mean(b, b.Transpose(x, "rows", 0, 2, 1), 1), "dense", 2));
    }

    /// <summary>The mean over the channels is no pooling of a map.</summary>
    private static Graph MeanOfChannels()
    {
        GraphBuilder b = new("channels");
        string x = b.Conv(b.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8)), "conv", 5, 2, 2);
        return b.Build(b.Gemm(b.Flatten(Mean(b, x, 1), "flat"), "dense", 2));
    }
}
