using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Explanations;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Execution;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Explanations;

/// <summary>Occlusion and integrated gradients.</summary>
public sealed class PixelMapsTests
{
    private static readonly float[] Bright = [.. Enumerable.Range(0, 432).Select(i => i < 144 ? 200f - i % 7 : 90)];

    private static HeatMap Map(ImageClassificationModel model, float[] input, int label, ExplanationOptions options)
    {
        using NetworkMaps maps = new(model.Network, model.Manifest.Width, model.Manifest.Height, model.Labels.Count, new PlanOptions());
        return maps.Compute(input, label, options, default);
    }

    [Test]
    public void Occlusion_is_the_fall_of_the_probability_under_the_patch()
    {
        // Patches of 4 side by side: the middle one covers exactly the rectangle that the network reads.
        ImageClassificationModel model = TinyNetworks.Pixels(left: 4, top: 4);
        HeatMap map = Map(model, Bright, 0, new() { Method = ExplanationMethod.Occlusion, Fill = ExplanationFill.Black, PatchSize = 4, PatchStride = 4 });
        double sum = 0;
        for (int y = 4; y < 8; y++)
            for (int x = 4; x < 8; x++)
                sum += Bright[y * 12 + x];
        double fall = Sigmoid(2 * 0.001 * sum + 0.3) - Sigmoid(0.3);
        for (int i = 0; i < 144; i++)
        {
            bool inside = i % 12 is >= 4 and < 8 && i / 12 is >= 4 and < 8;
            Assert.That(map.Raw[i], Is.EqualTo(inside ? fall : 0).Within(1e-6), $"{i}");
            Assert.That(map.Scaled[i], Is.EqualTo(inside ? 1 : 0).Within(1e-5));
        }
        Assert.That(Map(model, Bright, 1, new() { Method = ExplanationMethod.Occlusion, Fill = ExplanationFill.Black }).Scaled, Has.All.Zero,
            "covering only helps the other class");

        static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
    }

    [TestCase(5, 3)]
    [TestCase(12, 12)]
    [TestCase(1, 1)]
    public void Overlapping_patches_cover_every_pixel(int patch, int stride)
    {
        HeatMap map = Map(TinyNetworks.Pixels(), Bright, 0,
            new() { Method = ExplanationMethod.Occlusion, PatchSize = patch, PatchStride = stride, Fill = ExplanationFill.Black });
        Assert.That(map.Raw, Has.All.Matches<float>(float.IsFinite));
        Assert.That(map.Raw[3 * 12 + 5], Is.GreaterThan(0), "inside the rectangle that is read");
    }

    [Test]
    public void Integrated_gradients_of_a_linear_score_are_weight_times_difference()
    {
        HeatMap map = Map(TinyNetworks.Pixels(), Bright, 1,
            new() { Method = ExplanationMethod.IntegratedGradients, Fill = ExplanationFill.Black, IntegrationSteps = 3 });
        for (int i = 0; i < 144; i++)
            Assert.That(map.Raw[i], Is.EqualTo(i % 12 is >= 4 and < 8 && i / 12 is >= 2 and < 6 ? -0.001 * Bright[i] : 0).Within(1e-6), $"{i}");
    }

    [Test]
    public void Integrated_gradients_add_up_to_the_difference_of_the_scores([Values] ExplanationFill fill)
    {
        Backbone backbone = Architecture.Parse("small_cnn").Build(new BackboneOptions { Classes = 4, InputSize = 48, Seed = 3 });
        Graph graph = backbone.Graph.WithNormalization(backbone.Normalization);
        float[] image = PlainRun.Random(3 * 48 * 48, 5, 0, 255);
        using NetworkMaps maps = new(graph, 48, 48, 4, new PlanOptions());
        HeatMap map = maps.Compute(image, 1, new() { Method = ExplanationMethod.IntegratedGradients, Fill = fill, IntegrationSteps = 128 }, default);
        TensorShape shape = new(1, 3, 48, 48);
        double difference = PlainRun.Of(graph, shape, image)[1] - PlainRun.Of(graph, shape, FilledImage.Of(image, 48, 48, fill))[1];
        Assert.That(Math.Abs(difference), Is.GreaterThan(0.01));
        Assert.That(map.Raw.Sum(v => (double)v), Is.EqualTo(difference).Within(2).Percent);
    }

    [Test]
    public void They_work_with_ensembles_and_with_networks_without_feature_maps(
        [Values(ExplanationMethod.Occlusion, ExplanationMethod.IntegratedGradients)] ExplanationMethod method)
    {
        ImageClassificationModel model = ModelEnsemble.Combine([TinyNetworks.Pixels(), TinyNetworks.Pixels(left: 6)]);
        HeatMap map = Map(model, Bright, 0, new() { Method = method, Fill = ExplanationFill.Black, PatchSize = 1 });
        Assert.That(map.Layer, Is.Null);
        Assert.That((map.Scaled[3 * 12 + 6], map.Scaled[11 * 12 + 1]), Is.EqualTo((1, 0)).Within(0.05), "both members read column 6, none reads row 11");
        Assert.That(map.Scaled[3 * 12 + 4], Is.EqualTo(0.5).Within(0.15), "one member reads column 4");
    }

    [Test]
    public void A_filled_image_keeps_the_mean_color_or_loses_its_structure()
    {
        float[] image = new float[3 * 20 * 16];
        for (int i = 0; i < 320; i++)
            (image[i], image[320 + i], image[640 + i]) = (i % 20 < 10 ? 0 : 100, 50, i % 2 * 200);
        float[] mean = FilledImage.Of(image, 20, 16, ExplanationFill.Mean), blurred = FilledImage.Of(image, 20, 16, ExplanationFill.Blur);
        Assert.That((mean[0], mean[319], mean[320], mean[640]), Is.EqualTo((50, 50, 50, 100)).Within(1e-3));
        Assert.That(FilledImage.Of(image, 20, 16, ExplanationFill.Black), Has.All.Zero);
        Assert.That(blurred.Skip(320).Take(320), Has.All.EqualTo(50).Within(1e-3), "a plane of one value stays");
        Assert.That(blurred.Skip(640), Has.All.EqualTo(100).Within(40), "stripes are gone, but for the border");
        Assert.That(blurred[0], Is.LessThan(blurred[10]).And.LessThan(30), "the large halves stay");
    }
}
