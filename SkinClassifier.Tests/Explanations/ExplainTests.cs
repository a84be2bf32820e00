using SkinClassifier.Common;
using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Tests.Explanations;

/// <summary>PredictionEngine.Explain, from the file to the map in the image's own coordinates.</summary>
public sealed class ExplainTests
{
    private static readonly RgbImage Image = TinyNetworks.Spot(80, 40, 50, 10, 10, 10, 220, 10, 10);

    [Test]
    public void The_map_marks_the_place_that_made_the_class([Values] ExplanationMethod method)
    {
        using PredictionEngine engine = new(TinyNetworks.Colors());
        ImageExplanation explanation = engine.Explain(Image, new() { Method = method, PatchSize = 4, PatchStride = 1 });
        Assert.That((explanation.Prediction.PredictedLabel, explanation.Label, explanation.Method), Is.EqualTo(("red", "red", method)));
        Assert.That((explanation.Width, explanation.Height), Is.EqualTo((80, 40)));
        Assert.That(explanation.Prediction.Score, Is.EqualTo(engine.Predict(Image).Score));
        Assert.That(explanation.Layer, Is.EqualTo(method is ExplanationMethod.Occlusion or ExplanationMethod.IntegratedGradients ? null : "map"));
        ReadOnlySpan<float> map = explanation.Map.Span;
        Assert.That((map.Length, explanation.Raw.Length), Is.EqualTo((3200, 3200)));
        double inside = 0, outside = 0;
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 80; x++)
            {
                Assert.That(map[y * 80 + x], Is.InRange(0, 1));
                bool near = x is >= 40 and < 70 && y is >= 5 and < 25;
                (inside, outside) = near ? (inside + map[y * 80 + x], outside) : (inside, outside + map[y * 80 + x]);
            }
        Assert.That(inside / 600, Is.GreaterThan(5 * outside / 2600));
        Assert.That(map[15 * 80 + 55], Is.GreaterThan(0.7));
    }

    [Test]
    public void Path_bytes_and_image_give_the_same_map_and_the_path_is_kept()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("spot.png");
        Image.Save(path);
        using PredictionEngine engine = new(TinyNetworks.Colors());
        ImageExplanation expected = engine.Explain(Image), file = engine.Explain(path), bytes = engine.Explain(File.ReadAllBytes(path), "spot");
        Assert.That(file.Raw.ToArray(), Is.EqualTo(expected.Raw.ToArray()));
        Assert.That(bytes.Map.ToArray(), Is.EqualTo(expected.Map.ToArray()));
        Assert.That((file.Prediction.Path, bytes.Prediction.Path), Is.EqualTo((path, (string?)null)));
    }

    [Test]
    public void What_the_crop_cuts_off_is_zero_and_the_seen_part_is_told()
    {
        using PredictionEngine engine = new(TinyNetworks.Colors("crop"));
        ImageExplanation explanation = engine.Explain(Image);
        Assert.That(explanation.Seen, Is.EqualTo(new ImageArea(20, 0, 40, 40)));
        for (int y = 0; y < 40; y++)
        {
            Assert.That(explanation.Map.Slice(y * 80, 20).ToArray(), Has.All.Zero);
            Assert.That(explanation.Raw.Slice(y * 80 + 60, 20).ToArray(), Has.All.Zero);
        }
        Assert.That(explanation.Map.Span[15 * 80 + 55], Is.GreaterThan(0.7));
    }

    [Test]
    public void The_map_lies_on_the_image_as_it_is_shown()
    {
        // Orientation 6: what is stored as 80 × 40 is shown as 40 × 80, turned by 90 degrees: column x, row y come to column 39 − y, row x.
        byte[] jpeg = Image.EncodeJpeg(95);
        jpeg = [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
            .. jpeg.AsSpan(2)];
        using PredictionEngine engine = new(TinyNetworks.Colors());
        ImageExplanation explanation = engine.Explain(jpeg);
        Assert.That((explanation.Width, explanation.Height), Is.EqualTo((40, 80)));
        Assert.That(explanation.Map.Span[55 * 40 + 39 - 15], Is.GreaterThan(0.7));
        Assert.That(explanation.Map.Span[15 * 40 + 10], Is.LessThan(0.2));
    }

    [Test]
    public void Another_class_can_be_asked_for()
    {
        using PredictionEngine engine = new(TinyNetworks.Colors());
        RgbImage two = TinyNetworks.Spot(64, 64, 40, 8, 16, 16, 220, 10, 10);
        for (int y = 40; y < 52; y++)
            for (int x = 8; x < 20; x++)
                (two.Row(y)[3 * x], two.Row(y)[3 * x + 1], two.Row(y)[3 * x + 2]) = (10, 10, 220);
        ImageExplanation blue = engine.Explain(two, new() { Label = "blue" });
        Assert.That((blue.Prediction.PredictedLabel, blue.Label), Is.EqualTo(("red", "blue")));
        Assert.That((blue.Map.Span[46 * 64 + 14], blue.Map.Span[16 * 64 + 48]), Is.EqualTo((1, 0)).Within(0.2));
    }

    [Test]
    public void All_wrong_options_are_told_at_once()
    {
        using PredictionEngine engine = new(TinyNetworks.Colors());
        ArgumentException error = Assert.Throws<ArgumentException>(() => engine.Explain(Image,
            new() { Method = ExplanationMethod.Occlusion, Label = "gren", Layer = "map", PatchSize = 17, IntegrationSteps = 0, Fill = (ExplanationFill)9 }))!;
        Assert.That(error.Message, Does.Contain("Label: expected one of red, green, blue, received 'gren'. Did you mean green?")
            .And.Contain("Layer: expected none").And.Contain("PatchSize: expected 1 to 16").And.Contain("IntegrationSteps: expected 1 to 1000")
            .And.Contain("Fill: expected"));
        Assert.That(() => engine.Explain(Image, new() { Method = (ExplanationMethod)77 }), Throws.ArgumentException.With.Message.Contains("received 77"));
        Assert.That(() => engine.Explain(Image, new() { PatchStride = 3 }), Throws.ArgumentException.With.Message.Contains("PatchStride: expected 1 to 2"));
        Assert.That(() => engine.Explain(Image, new() { Layer = "mop" }), Throws.ArgumentException.With.Message.Contains("The nearest names are map"));
        Assert.That(engine.Explain(Image, new() { Layer = "spots" }).Layer, Is.EqualTo("spots"), "the engine can be used again");
    }

    [Test]
    public void A_network_without_a_feature_map_offers_occlusion()
    {
        using PredictionEngine engine = new(TinyNetworks.Pixels());
        Assert.That(() => engine.Explain(Image), Throws.ArgumentException.With.Message.Contains("occlusion"));
        Assert.That(engine.Explain(Image, new() { Method = ExplanationMethod.Occlusion }).Map.Length, Is.EqualTo(3200));
    }

    [Test]
    public void A_damaged_image_and_a_cancellation_leave_the_engine_free([Values] ExplanationMethod method)
    {
        using PredictionEngine engine = new(TinyNetworks.Colors());
        Assert.That(() => engine.Explain([1, 2, 3], "x"), Throws.InstanceOf<SkinClassifierException>().With.Message.Contains("x"));
        Assert.That(() => engine.Explain("no-such-file.png"), Throws.InstanceOf<FileNotFoundException>());
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.That(() => engine.Explain(Image, new() { Method = method }, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(engine.Explain(Image, new() { Method = method }).Label, Is.EqualTo("red"));
    }

    [Test]
    public void A_disposed_engine_explains_nothing()
    {
        PredictionEngine engine = new(TinyNetworks.Colors());
        engine.Explain(Image);
        engine.Dispose();
        Assert.That(() => engine.Explain(Image), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Views_of_test_time_augmentation_change_the_prediction_not_the_map()
    {
        ImageClassificationModel model = TinyNetworks.Colors();
        using PredictionEngine one = new(model, new() { TestTimeAugmentation = 1 }), eight = new(model, new() { TestTimeAugmentation = 8 });
        Assert.That(eight.Explain(Image).Raw.ToArray(), Is.EqualTo(one.Explain(Image).Raw.ToArray()));
    }
}
