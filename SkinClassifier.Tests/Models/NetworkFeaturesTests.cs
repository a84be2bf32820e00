using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Execution;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Models;

public sealed class NetworkFeaturesTests
{
    private const int Side = 32;
    private static readonly PlanOptions Options = new() { Workers = WorkerPool.Shared };

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(8)]
    public void Scores_beside_features_are_the_same_bit_for_bit(int views)
    {
        ImageClassificationModel model = SmallModels.MobileNet(["a", "b", "c"], Side);
        NetworkFeatures network = Find(model);
        Assert.That((network.Classes, network.Logits, network.Features), Is.EqualTo((3, 3, 1280)));
        AssertSameScores(model, network, views, 5);
    }

    [TestCase(1)]
    [TestCase(8)]
    public void An_ensemble_has_the_features_of_all_its_networks(int views)
    {
        ImageClassificationModel model = ModelEnsemble.Combine([SmallModels.MobileNet(["a", "b"], Side), SmallModels.Create(["a", "b"], Side)]);
        NetworkFeatures network = Find(model);
        Assert.That((network.Classes, network.Logits, network.Features), Is.EqualTo((2, 4, 1283)));
        AssertSameScores(model, network, views, 3);
    }

    [Test]
    public void Features_are_what_the_last_dense_layer_reads_and_logits_what_the_softmax_reads()
    {
        ImageClassificationModel model = SmallModels.Create(["a", "b", "c"], 8);
        NetworkFeatures network = Find(model);
        float[] image = PlainRun.Random(3 * 64, 3, 0, 255), row = new float[network.Length], features = new float[3], logits = new float[3];
        using (ImageScorer scorer = new(network.Graph, 8, 8, network.Length, Options))
            scorer.Score(image, row);
        using (ImageScorer scorer = new(model.Network.Cut("flatten"), 8, 8, 3, Options))
            scorer.Score(image, features);
        using (ImageScorer scorer = new(model.Network.Cut("logits"), 8, 8, 3, Options))
            scorer.Score(image, logits);
        Assert.That(row.AsSpan(3, 3).ToArray(), Is.EqualTo(logits));
        Assert.That(row.AsSpan(6, 3).ToArray(), Is.EqualTo(features));
    }

    [Test]
    public void Several_views_give_the_mean_of_their_features()
    {
        ImageClassificationModel model = SmallModels.MobileNet(["a", "b"], Side);
        NetworkFeatures network = Find(model);
        using ImageScorer scorer = new(network.Graph, Side, Side, network.Length, Options, views: 8);
        float[] image = PlainRun.Random(3 * Side * Side, 4, 0, 255), mean = new float[network.Length], each = new float[8 * network.Length];
        scorer.Score(image, mean);
        scorer.ScoreViews(image, each);
        for (int i = 0; i < mean.Length; i++)
            Assert.That(mean[i], Is.EqualTo(Enumerable.Range(0, 8).Average(v => each[v * network.Length + i])).Within(1e-5f));
    }

    [Test]
    public void A_temperature_between_dense_layer_and_softmax_is_passed()
    {
        GraphBuilder builder = new("tempered");
        string x = Pooled(builder);
        x = builder.Add("MatMul", "product", [x, builder.Parameter("weight", PlainTensor(3, 4))]);
        x = builder.Add("Add", "sum", [x, builder.Parameter("bias", PlainTensor(4))]);
        x = builder.Add("Div", "scaled", [x, builder.Parameter("temperature", new Tensor(new TensorShape(1), [1.7f]))]);
        Graph graph = builder.Build(builder.Add("Softmax", "Score", [x]));
        Assert.That(NetworkFeatures.Find(graph, 8, 8, out string? reason) is { Features: 3, Logits: 4, Classes: 4 }, reason);
    }

    [Test]
    public void Hidden_layers_of_a_head_are_passed_too()
    {
        GraphBuilder builder = new("hidden");
        string x = Pooled(builder);
        x = builder.Add("MatMul", "hidden", [x, builder.Parameter("w1", PlainTensor(3, 5))]);
        x = builder.Relu(builder.Add("Add", "biased", [x, builder.Parameter("b1", PlainTensor(5))]), "relu");
        x = builder.Add("MatMul", "product", [x, builder.Parameter("w2", PlainTensor(5, 4))]);
        NetworkFeatures? found = NetworkFeatures.Find(builder.Build(builder.Add("Softmax", "Score", [x])), 8, 8, out string? reason);
        Assert.That(found is { Features: 3, Logits: 4, Classes: 4 }, reason);
    }

    [Test]
    public void A_head_of_one_output_has_features_and_no_logits()
    {
        GraphBuilder builder = new("binary");
        string x = Pooled(builder);
        x = builder.Add("Sigmoid", "p", [builder.Add("MatMul", "product", [x, builder.Parameter("weight", PlainTensor(3, 1))])]);
        string rest = builder.Add("Sub", "rest", [builder.Parameter("one", new Tensor(new TensorShape(1), [1f])), x]);
        Graph graph = builder.Build(builder.Concat([rest, x], "Score"));
        Assert.That(NetworkFeatures.Find(graph, 8, 8, out string? reason) is { Features: 3, Logits: 0, Classes: 2 }, reason);
    }

    [Test]
    public void A_network_without_a_dense_layer_has_no_features_and_says_so()
    {
        GraphBuilder builder = new("convolutions");
        string x = builder.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8));
        x = builder.Add("Conv", "last", [x, builder.Parameter("weight", PlainTensor(4, 3, 1, 1))]);
        Graph graph = builder.Build(builder.Add("Softmax", "Score", [builder.Flatten(builder.GlobalAveragePool(x, "pool"), "flatten")]));
        Assert.That(NetworkFeatures.Find(graph, 8, 8, out string? reason), Is.Null);
        Assert.That(reason, Is.EqualTo("convolutions: expected a dense layer (Gemm or MatMul) before the scores, received GlobalAveragePool 'pool'"));
    }

    [Test]
    public void A_dense_layer_that_reads_a_whole_image_has_too_many_features()
    {
        GraphBuilder builder = new("pixels");
        string x = builder.Flatten(builder.Input("image", new TensorShape(TensorShape.Free, 3, 80, 80)), "flatten");
        Graph graph =
            builder.Build(builder.Add("Softmax", "Score", [builder.Add("MatMul", "product", [x, builder.Parameter("weight", PlainTensor(19200, 2))])]));
        Assert.That(NetworkFeatures.Find(graph, 80, 80, out string? reason), Is.Null);
        Assert.That(reason, Does.Contain("at most 16384 features before the last dense layer, received 19200"));
    }

    private static NetworkFeatures Find(ImageClassificationModel model)
    {
        NetworkFeatures? found = NetworkFeatures.Find(model.Network, model.Manifest.Width, model.Manifest.Height, out string? reason);
        Assert.That(found, Is.Not.Null, reason);
        return found!;
    }

    private static void AssertSameScores(ImageClassificationModel model, NetworkFeatures network, int views, int count)
    {
        using ImageScorer plain = new(model, Options, views);
        using ImageScorer longer = new(network.Graph, Side, Side, network.Length, Options, views);
        float[] images = PlainRun.Random(count * plain.ImageLength, 6, 0, 255), scores = new float[count * network.Classes],
            rows = new float[count * network.Length];
        plain.Score(images, scores);
        longer.Score(images, rows);
        for (int n = 0; n < count; n++)
            Assert.That(rows.AsSpan(n * network.Length, network.Classes).ToArray(), Is.EqualTo(scores.AsSpan(n * network.Classes, network.Classes).ToArray()));
    }

    private static string Pooled(GraphBuilder builder) => builder.Flatten(
        builder.GlobalAveragePool(builder.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8)), "pool"), "flatten");

    private static Tensor PlainTensor(params int[] lengths)
    {
        TensorShape shape = new(lengths);
        return new Tensor(shape, PlainRun.Random(shape.ElementCount, 9, -1, 1));
    }
}
