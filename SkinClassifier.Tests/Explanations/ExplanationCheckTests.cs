using SkinClassifier.Explanations;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Explanations;

public sealed class ExplanationCheckTests
{
    private static readonly RgbImage[] Images =
    [
        TinyNetworks.Spot(32, 32, 4, 6, 9, 9, 220, 10, 10), TinyNetworks.Spot(32, 32, 16, 18, 9, 9, 10, 220, 10),
        TinyNetworks.Spot(32, 32, 20, 3, 9, 9, 10, 10, 220),
    ];

    [Test]
    public void Deleting_what_a_right_map_marks_hurts_more_than_chance()
    {
        using PredictionEngine engine = new(TinyNetworks.Colors(scale: 20));
        ExplanationCheckResult result = ExplanationCheck.Run(engine, Images, check: new() { Fill = ExplanationFill.Black });
        Assert.That((result.Images, result.DeletionImages, result.FindsPlaces), Is.EqualTo((3, 3, true)));
        Assert.That(result.DeletionArea, Is.LessThan(result.RandomDeletionArea / 2));
    }

    [Test]
    public void The_same_seed_gives_the_same_figures_and_stages_go_from_the_top_to_all_layers()
    {
        using PredictionEngine engine = new(TinyNetworks.Colors(scale: 20));
        ExplanationCheckResult[] results = [.. Enumerable.Range(0, 2).Select(_ => ExplanationCheck.Run(engine, Images, check: new() { Stages = 2 }))];
        Assert.That(results[1].Stages, Is.EqualTo(results[0].Stages));
        Assert.That((results[1].DeletionArea, results[1].RandomDeletionArea), Is.EqualTo((results[0].DeletionArea, results[0].RandomDeletionArea)));
        Assert.That(results[0].Stages.Select(s => (s.Layer, s.Randomized)), Is.EqualTo(new[] { ("head", 1), ("spots", 2) }));
        Assert.That(results[0].Stages, Has.All.Matches<RandomizationStage>(s => s.Correlation is >= -1 and <= 1));
        Assert.That(results[0].FinalCorrelation, Is.EqualTo(results[0].Stages[1].Correlation));
    }

    [Test]
    public void A_map_that_shows_the_image_whatever_the_weights_are_deserves_no_trust()
    {
        // One channel of brightness with equal weights: shuffling changes nothing, as with an edge detector.
        GraphBuilder b = new("brightness");
        string x = b.Input("image", new TensorShape(TensorShape.Free, 3, 16, 16));
        b.Parameter("w", new Tensor(new TensorShape(1, 3, 1, 1), [0.01f, 0.01f, 0.01f]));
        x = b.Relu(b.Add("Conv", "conv", [x, "w"]), "map");
        b.Parameter("v", new Tensor(new TensorShape(2, 1), [1, 1]));
        b.Parameter("z", new Tensor(new TensorShape(2), [0, 0]));
        x = b.Add("Gemm", "logits", [b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "v", "z"],
            new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));
        b.AddNode("Softmax", "softmax", [x], ["Score"]);
        using PredictionEngine engine = new(TinyNetworks.Model(b.Build("Score"), 16, 16, ["a", "b"]));
        ExplanationCheckResult result = ExplanationCheck.Run(engine, Images);
        Assert.That(result.FinalCorrelation, Is.EqualTo(1).Within(1e-9));
        Assert.That((result.FollowsWeights, result.FindsPlaces, result.IsTrustworthy), Is.EqualTo((false, (bool?)null, false)));
        Assert.That(result.Sentence, Is.EqualTo("Do not trust these maps. With random weights the maps stay alike: rank correlation 1.00 over 3 images, "
            + "expected below 0.2. Deletion tells nothing: the network gives the class to an image without content, too."));
    }

    [TestCase(0.1, 3, 0.2, 0.4, true, "The maps pass both checks. With random weights the maps change: rank correlation 0.10 over 5 images, expected below "
        + "0.2. Deleting what the maps mark lowers the probability faster than deleting at random: mean 0.200 against 0.400 over 3 images.")]
    [TestCase(0.1, 1, 0.4, 0.4, false, "Do not trust these maps. With random weights the maps change: rank correlation 0.10 over 5 images, expected below "
        + "0.2. Deleting what the maps mark lowers the probability no faster than deleting at random: mean 0.400 against 0.400 over 1 image.")]
    [TestCase(0.2, 3, 0.2, 0.4, false, "Do not trust these maps. With random weights the maps stay alike: rank correlation 0.20 over 5 images, expected below "
        + "0.2. Deleting what the maps mark lowers the probability faster than deleting at random: mean 0.200 against 0.400 over 3 images.")]
    [TestCase(-0.3, 0, 0, 0, false, "Do not trust these maps. With random weights the maps change: rank correlation -0.30 over 5 images, "
        + "expected below 0.2. Deletion tells nothing: the network gives the class to an image without content, too.")]
    public void The_finding_is_a_sentence(double correlation, int telling, double area, double random, bool trust, string sentence)
    {
        ExplanationCheckResult result = new()
        {
            Images = 5,
            EmptyMaps = 0,
            Method = ExplanationMethod.GradCam,
            Stages = [new RandomizationStage("top", 1, 0.9), new RandomizationStage("all", 2, correlation)],
            DeletionImages = telling,
            DeletionArea = area,
            RandomDeletionArea = random,
        };
        Assert.That((result.IsTrustworthy, result.Sentence), Is.EqualTo((trust, sentence)));
        Assert.That((result with { EmptyMaps = 2 }).Sentence,
            Does.Contain(". 2 of 5 maps are empty: no place raises the score. With ").And.Contain("over 3 images, expected"));
        Assert.That((result with { EmptyMaps = 5 }).IsTrustworthy, Is.False);
    }

    [Test]
    public void Random_layers_keep_their_numbers_and_the_model_keeps_its_own()
    {
        ImageClassificationModel model = SmallModels.MobileNet(["a", "b"], 32);
        float[][] before = [.. model.Network.Parameters.Values.Select(p => p.Values.ToArray())];
        RandomizedNetwork network = new(model.Network, 5);
        Assert.That(network.Layers, Is.EqualTo(53 + 52), "52 convolutions with BatchNormalization, one dense layer");
        Assert.That(network.Randomize(1), Is.EqualTo("classifier.1"));
        Assert.That(Changed(), Is.EqualTo(new[] { "classifier.1.weight" }), "equal biases cannot change");
        network.Randomize(network.Layers);
        Assert.That(Changed().Count(), Is.EqualTo(53), "first weights of BatchNormalization are equal numbers");
        foreach ((string name, Tensor value) in network.Graph.Parameters)
            Assert.That(value.Values.ToArray().Order(), Is.EqualTo(model.Network.Parameters[name].Values.ToArray().Order()), name);
        Assert.That(model.Network.Parameters.Values.Select(p => p.Values.ToArray()), Is.EqualTo(before));

        IEnumerable<string> Changed() => network.Graph.Parameters
            .Where(p => !p.Value.Values.SequenceEqual(model.Network.Parameters[p.Key].Values)).Select(p => p.Key);
    }

    [Test]
    public void Wrong_options_and_no_image_are_refused_and_a_cancellation_stops()
    {
        using PredictionEngine engine = new(TinyNetworks.Colors());
        Assert.That(() => ExplanationCheck.Run(engine, Images, check: new() { Stages = 0, DeletionSteps = 1, RandomOrders = 101, Fill = (ExplanationFill)7 }),
            Throws.ArgumentException.With.Message.Contains("Stages: expected 1 to 1000, received 0. DeletionSteps: expected 2 to 1000, received 1. "
                + "RandomOrders: expected 1 to 100, received 101. Fill: "));
        Assert.That(() => ExplanationCheck.Run(engine, []), Throws.ArgumentException.With.Message.Contains("at least one image"));
        Assert.That(() => ExplanationCheck.Run(engine, Images, new() { Label = "pink" }), Throws.ArgumentException.With.Message.Contains("'pink'"));
        Assert.That(() => ExplanationCheck.Run(engine, Images, cancellationToken: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
