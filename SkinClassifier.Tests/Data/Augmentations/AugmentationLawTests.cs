using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

/// <summary>Laws of every entry of the catalog and of every preset.</summary>
public sealed class AugmentationLawTests
{
    private static IEnumerable<string> Types => AugmentationCatalog.Names;

    private static IEnumerable<AugmentationPipeline> Pipelines =>
        [.. AugmentationCatalog.Names.Select(type => AugmentationPipeline.FromJson($$"""[{ "type": "{{type}}", "probability": 1 }]""", type)),
            .. AugmentationPipeline.PresetNames.Select(AugmentationPipeline.Preset)];

    [TestCaseSource(nameof(Types))]
    public void Probability_zero_changes_nothing(string type)
    {
        RgbImage image = TestImage.Create(9, 12);
        Assert.That(TestImage.Run($$"""[{ "type": "{{type}}", "probability": 0 }]""", image), Is.SameAs(image));
    }

    [TestCaseSource(nameof(Types))]
    public void A_image_of_any_size_is_changed_without_touching_the_original(string type)
    {
        AugmentationPipeline pipeline = AugmentationPipeline.FromJson($$"""[{ "type": "{{type}}", "probability": 1 }]""", type);
        bool changed = false;
        foreach ((int width, int height) in ((int, int)[])[(1, 1), (1, 40), (33, 2), (240, 230)])
        {
            RgbImage image = TestImage.Create(height, width);
            byte[] before = image.Pixels.ToArray();
            for (int index = 0; index < 12; index++)
            {
                RgbImage result = pipeline.Apply(image, 5, 3, index);
                bool turned = type == "quarter_turns" && result.Width == height && result.Height == width;
                Assert.That(turned || (result.Width == width && result.Height == height), Is.True, $"{result.Width}×{result.Height}");
                changed |= !result.Pixels.SequenceEqual(before);
            }
            Assert.That(image.Pixels.SequenceEqual(before), Is.True, "the caller's image was written to");
        }
        Assert.That(changed, Is.True, "nothing ever changed");
    }

    [TestCaseSource(nameof(Pipelines))]
    public void The_same_keys_give_the_same_bytes_on_many_threads(AugmentationPipeline pipeline)
    {
        RgbImage image = TestImage.Create(24, 31);
        byte[][] alone = [.. Enumerable.Range(0, 16).Select(index => pipeline.Apply(image, 9, 2, index).Pixels.ToArray())];
        byte[][] together = new byte[16][];
        Parallel.For(0, 16, index => together[index] = pipeline.Apply(image, 9, 2, index).Pixels.ToArray());
        Assert.That(together, Is.EqualTo(alone));
    }

    [TestCaseSource(nameof(Types))]
    public void An_unknown_parameter_is_refused_with_the_known_ones(string type) =>
        Assert.That(() => AugmentationPipeline.FromJson($$"""[{ "type": "{{type}}", "color": 1 }]""", "mine"),
            Throws.TypeOf<SkinClassifier.Common.InvalidContentException>().With.Message.Contains($"[0] {type}: expected one of the parameters ")
                .And.Message.Contains("\"color\""));

    [Test]
    public void Presets_grow_stronger()
    {
        RgbImage image = TestImage.Create(48, 48);
        double[] change = [.. AugmentationPipeline.PresetNames.Select(name => MeanColorChange(AugmentationPipeline.Preset(name), image))];
        Assert.That(AugmentationPipeline.PresetNames, Is.EqualTo(new[] { "none", "light", "standard", "strong" }));
        Assert.That(change[0], Is.Zero);
        Assert.That(change[1], Is.Zero, "flips and turns keep every color");
        Assert.That(change[2], Is.GreaterThan(1));
        Assert.That(change[3], Is.GreaterThan(change[2]));
    }

    // Distance of the sorted samples: moves of pixels do not count, changes of colors do.
    private static double MeanColorChange(AugmentationPipeline pipeline, RgbImage image)
    {
        byte[] original = [.. image.Pixels.ToArray().Order()];
        double sum = 0;
        for (int index = 0; index < 40; index++)
        {
            byte[] changed = [.. pipeline.Apply(image, 1, 0, index).Pixels.ToArray().Order()];
            sum += changed.Zip(original, (a, b) => Math.Abs(a - b)).Average();
        }
        return sum / 40;
    }
}
