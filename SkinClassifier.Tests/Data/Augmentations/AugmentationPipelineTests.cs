using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

public sealed class AugmentationPipelineTests
{
    [Test]
    public void Light_gives_each_of_the_eight_orientations_about_equally_often_and_nothing_else()
    {
        RgbImage image = Numbered(5, 3);
        byte[] before = image.Pixels.ToArray();
        byte[][] expected = [.. Enumerable.Range(1, 8).Select(orientation => image.Orient(orientation).Pixels.ToArray())];
        int[] counts = new int[8];
        AugmentationPipeline light = AugmentationPipeline.Preset("light");
        for (int index = 0; index < 4000; index++)
        {
            RgbImage changed = light.Apply(image, 1, 0, index);
            int which = Array.FindIndex(expected, pixels => changed.Pixels.SequenceEqual(pixels));
            Assert.That(which, Is.GreaterThanOrEqualTo(0), "not an orientation");
            counts[which]++;
        }
        Assert.That(counts, Is.All.InRange(420, 580));
        Assert.That(image.Pixels.ToArray(), Is.EqualTo(before), "the caller's image was written to");
    }

    [Test]
    public void The_same_keys_give_the_same_image_and_other_keys_others()
    {
        RgbImage image = Numbered(4, 4);
        AugmentationPipeline light = AugmentationPipeline.Preset("light");
        string Of(ulong seed, int epoch) =>
            string.Concat(Enumerable.Range(0, 50).Select(index => Convert.ToHexString(light.Apply(image, seed, epoch, index).Pixels)));
        string first = Of(1, 0);
        Assert.That(Of(1, 0), Is.EqualTo(first));
        Assert.That(Of(1, 1), Is.Not.EqualTo(first));
        Assert.That(Of(2, 0), Is.Not.EqualTo(first));
    }

    [Test]
    public void None_returns_the_image_itself()
    {
        AugmentationPipeline none = AugmentationPipeline.Preset("none");
        RgbImage image = Numbered(2, 2);
        Assert.That(none.IsIdentity, Is.True);
        Assert.That(none.Apply(image, 1, 2, 3), Is.SameAs(image));
    }

    [Test]
    public void A_list_reports_all_its_errors_at_once()
    {
        const string json = """[ { "type": "flip_horizontal", "probability": 2 }, { "type": "flop" }, 7, { "type": "flip_vertical", "speed": 1 }, ]""";
        InvalidContentException error = Assert.Throws<InvalidContentException>(() => AugmentationPipeline.FromJson(json, "mine.json"))!;
        Assert.That(error.Message, Does.StartWith("mine.json: the list of augmentations has 4 errors."));
        Assert.That(error.Message, Does.Contain("[0] flip_horizontal.probability: expected a number from 0 to 1, received 2.")
            .And.Contain("[1]: expected a type of brightness, ").And.Contain("[2]: expected an object")
            .And.Contain("[3] flip_vertical: expected one of the parameters probability, type, received \"speed\""));
    }

    [TestCase("{}", "array")]
    [TestCase("7", "array")]
    [TestCase("[", "not JSON")]
    public void Text_that_is_no_list_is_refused(string json, string word) =>
        Assert.That(() => AugmentationPipeline.FromJson(json, "mine.json"),
            Throws.TypeOf<InvalidContentException>().With.Message.StartsWith("mine.json: ").And.Message.Contains(word));

    [TestCase("""{ "fill": "mirror", "fill_color": [1, 2, 300], "more": 1 }""", "has 4 errors",
        "fill: expected one of constant, nearest, reflect, wrap, received \"mirror\"")]
    [TestCase("""[{ "type": "rotation", "degrees": [10, -10] }, { "type": "random_erasing", "fill": "pink" }, """
        + """{ "type": "rand_augment", "operations": 2.5 }]""", "has 3 errors",
        "degrees: expected a number or [low, high] from -180 to 180 with low ≤ high, received [10, -10]")]
    public void Every_kind_of_wrong_value_is_reported(string json, string count, string error) =>
        Assert.That(() => AugmentationPipeline.FromJson(json, "mine.json"),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains(count).And.Message.Contains(error));

    [Test]
    public void An_unknown_preset_names_the_known_ones() =>
        Assert.That(() => AugmentationPipeline.Preset("heavy"), Throws.ArgumentException.With.Message.Contains("none, light").And.Message.Contains("'heavy'"));

    private static RgbImage Numbered(int width, int height)
    {
        RgbImage image = new(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)i;
        return image;
    }
}
