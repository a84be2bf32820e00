using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

/// <summary>A program's own changes stand in lists beside the built-in ones. Names are used once, because they stay for the life of the program.</summary>
public sealed class OwnAugmentationTests
{
    [Test]
    public void A_registered_change_gets_a_copy_after_the_geometry_before_it()
    {
        AugmentationPipeline.Register("test_add_one", 1, (image, _) =>
        {
            foreach (ref byte value in image.Pixels)
                value++;
            return image;
        });
        RgbImage image = new(2, 1, [10, 20, 30, 40, 50, 60]);
        RgbImage changed = Pipeline("""[{ "type": "flip_horizontal", "probability": 1 }, { "type": "test_add_one" }]""").Apply(image, 1, 0, 0);
        Assert.That(changed.Pixels.ToArray(), Is.EqualTo(new byte[] { 41, 51, 61, 11, 21, 31 }));
        Assert.That(image.Pixels.ToArray(), Is.EqualTo(new byte[] { 10, 20, 30, 40, 50, 60 }), "the caller's image was written to");
    }

    [Test]
    public void Its_random_numbers_follow_from_seed_epoch_and_image_and_its_size_may_change()
    {
        AugmentationPipeline.Register("test_random_row", 1, (_, random) =>
        {
            byte[] pixels = new byte[4 * 3];
            random.NextBytes(pixels);
            (pixels[0], pixels[1], pixels[2]) = ((byte)random.Next(3, 9), (byte)(100 * random.NextDouble()), (byte)random.Next(7));
            return new RgbImage(4, 1, pixels);
        });
        AugmentationPipeline pipeline = Pipeline("""[{ "type": "test_random_row" }, { "type": "quarter_turns" }]""");
        string Of(int epoch, int image) => Convert.ToHexString(pipeline.Apply(new RgbImage(1, 1, [0, 0, 0]), 5, epoch, image).Pixels);
        string[] all = [.. Enumerable.Range(0, 60).Select(i => Of(i / 20, i % 20))];
        Assert.That(all, Is.Unique);
        Assert.That(Enumerable.Range(0, 60).AsParallel().AsOrdered().Select(i => Of(i / 20, i % 20)), Is.EqualTo(all));
        RgbImage[] turned = [.. Enumerable.Range(0, 60).Select(i => pipeline.Apply(new RgbImage(1, 1, [0, 0, 0]), 5, 0, i))];
        Assert.That(turned.Select(t => (t.Width, t.Height)).Distinct(), Is.EquivalentTo(new[] { (4, 1), (1, 4) }));
    }

    [Test]
    public void The_probability_is_the_registered_one_unless_the_list_says_otherwise()
    {
        AugmentationPipeline.Register("test_half", 0.5, (_, _) => new RgbImage(1, 1, [9, 9, 9]));
        int Count(string list) => Enumerable.Range(0, 1000).Count(i => Pipeline(list).Apply(new RgbImage(1, 1, [0, 0, 0]), 1, 0, i).Pixels[0] == 9);
        Assert.That(Count("""[{ "type": "test_half" }]"""), Is.InRange(440, 560));
        Assert.That(Count("""[{ "type": "test_half", "probability": 0 }]"""), Is.Zero);
        Assert.That(() => Pipeline("""[{ "type": "test_half", "degrees": 3 }]"""),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("degrees"));
        Assert.That(() => Pipeline("""[{ "type": "test_other" }]"""), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("test_half"));
    }

    [Test]
    public void Names_that_are_none_or_taken_and_wrong_probabilities_are_refused()
    {
        static RgbImage Same(RgbImage image, Random _) => image;
        AugmentationPipeline.Register("test_twice", 1, Same);
        foreach (string name in new[] { "test_twice", "hue", "Hue", "a b", "é" })
            Assert.That(() => AugmentationPipeline.Register(name, 1, Same), Throws.ArgumentException.With.Message.Contains($"'{name}'"));
        foreach (double probability in new[] { -0.1, 1.1, double.NaN })
            Assert.That(() => AugmentationPipeline.Register("test_range", probability, Same), Throws.InstanceOf<ArgumentOutOfRangeException>());
        AugmentationPipeline.Register("test_null", 1, (_, _) => null!);
        Assert.That(() => Pipeline("""[{ "type": "test_null" }]""").Apply(new RgbImage(1, 1, [0, 0, 0]), 1, 0, 0),
            Throws.InvalidOperationException.With.Message.Contains("test_null: expected an image, received null"));
    }

    private static AugmentationPipeline Pipeline(string json) => AugmentationPipeline.FromJson(json, "test");
}
