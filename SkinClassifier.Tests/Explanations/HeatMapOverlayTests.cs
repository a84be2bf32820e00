using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Explanations;

public sealed class HeatMapOverlayTests
{
    private const int Side = 300;
    private static readonly ImageClassificationModel Model = SmallModels.Create(["nævus", "mel"]);
    private const byte Gray = (2 * 200 + 5 * 150 + 130) / 8;
    private static readonly RgbImage Skin = SmallModels.Plain(200, 150, 130, Side, Side);
    private static readonly HeatMapOverlayOptions Bare = new() { Contour = false, Legend = false, ShowImage = false };

    [Test]
    public void Colors_cover_the_gray_image_by_the_opacity()
    {
        float[] map = [.. Enumerable.Range(0, Side * Side).Select(i => i % Side < Side / 2 ? 0f : 1f)];
        Assert.That(HeatMapOverlay.Draw(Skin, map, Bare with { Opacity = 0 }).Pixels.ToArray(), Is.All.EqualTo(Gray));
        RgbImage full = HeatMapOverlay.Draw(Skin, map, Bare with { Opacity = 1 }), half = HeatMapOverlay.Draw(Skin, map, Bare);
        Assert.That((PixelOf(full, 10, 10), PixelOf(full, Side - 10, 10)), Is.EqualTo((HeatMapColors.Of(0), HeatMapColors.Of(1))));
        Assert.That(half.Row(10)[3 * 10], Is.EqualTo((Gray + HeatMapColors.Of(0).R) / 2.0).Within(1));
    }

    [Test]
    public void The_contour_goes_around_half_of_the_height()
    {
        float[] map = [.. Enumerable.Range(0, Side * Side).Select(i => i % Side / (Side - 1f))];
        RgbImage drawn = HeatMapOverlay.Draw(Skin, map, Bare with { Contour = true, Opacity = 0 });
        int[] changed = [.. Enumerable.Range(0, Side).Where(x => drawn.Row(40)[3 * x] != Gray)];
        Assert.That(changed, Has.All.InRange(147, 152));
        Assert.That(changed, Has.Length.GreaterThanOrEqualTo(3));
        Assert.That(drawn.Row(40).Slice(3 * 149, 6).ToArray().Max(), Is.GreaterThan(160), "light in the middle");
        Assert.That(drawn.Row(40).Slice(3 * 147, 18).ToArray().Min(), Is.LessThan(100), "dark at the edges");
    }

    [Test]
    public void The_image_stands_to_the_left_and_the_legend_below()
    {
        RgbImage drawn = HeatMapOverlay.Draw(Skin, new float[Side * Side], new HeatMapOverlayOptions { Caption = ["Grad-CAM"] });
        Assert.That(drawn.Width, Is.EqualTo(2 * Side + 6));
        Assert.That(drawn.Crop(0, 0, Side, Side).Pixels.ToArray(), Is.EqualTo(Skin.Pixels.ToArray()));
        Assert.That(PixelOf(drawn, Side + 2, 5), Is.EqualTo(((byte)255, (byte)255, (byte)255)), "the gap");
        int bar = Side + 8;
        Assert.That(PixelOf(drawn, 6, bar), Is.EqualTo(HeatMapColors.Of(0)));
        Assert.That(PixelOf(drawn, drawn.Width - 7, bar), Is.EqualTo(HeatMapColors.Of(1)));
        Assert.That(PixelOf(drawn, 6 + (drawn.Width - 13) / 2, bar).R, Is.EqualTo(255), "the contour at 50 %");
        RgbImage text = new(PixelFont.WidthOf("Grad-CAM"), PixelFont.Height);
        text.Pixels.Fill(255);
        PixelFont.Write(text, 0, 0, "Grad-CAM", 1, (32, 32, 32));
        Assert.That(drawn.Crop(6, Side + 33, text.Width, text.Height).Pixels.ToArray(), Is.EqualTo(text.Pixels.ToArray()));
    }

    [Test]
    public void Small_images_are_enlarged_and_large_ones_made_smaller()
    {
        Assert.That(SizeOf(HeatMapOverlay.Draw(SmallModels.Plain(1, 2, 3, 8, 4), new float[32], Bare)), Is.EqualTo((256, 128)));
        Assert.That(SizeOf(HeatMapOverlay.Draw(SmallModels.Plain(1, 2, 3, 400, 800), new float[320_000], Bare with { MaxSide = 200 })), Is.EqualTo((100, 200)));
        RgbImage narrow = HeatMapOverlay.Draw(SmallModels.Plain(1, 2, 3, 4, 300), new float[1200], Bare with { Legend = true });
        Assert.That(narrow.Width, Is.EqualTo(HeatMapLegend.MinWidth));
    }

    [Test]
    public void A_border_that_the_network_does_not_see_is_pale_and_gray()
    {
        ImageExplanation explanation = Explain(seen: new ImageArea(100, 0, 100, Side));
        RgbImage drawn = HeatMapOverlay.Draw(Skin, explanation, Bare);
        (byte r, byte g, byte b) = PixelOf(drawn, 50, 50);
        Assert.That((r, g), Is.EqualTo((g, b)));
        Assert.That(r, Is.GreaterThan(190));
        Assert.That(PixelOf(drawn, 99, 9), Is.EqualTo((r, r, r)));
        Assert.That(PixelOf(drawn, 200, 9), Is.EqualTo((r, r, r)));
        Assert.That(PixelOf(drawn, 100, 9), Is.Not.EqualTo((r, r, r)));
        Assert.That(explanation.Caption(), Has.Some.Contains("does not see the faded border"));
        Assert.That(Explain().Caption(), Has.None.Contains("border"));
    }

    [Test]
    public void The_caption_says_method_class_and_score_and_that_it_proves_nothing()
    {
        IReadOnlyList<string> caption = Explain("mel", ExplanationMethod.GradCamPlusPlus).Caption();
        Assert.That(caption[0], Is.EqualTo("Grad-CAM++: what speaks for mel, score 0.250 (predicted: nævus)."));
        Assert.That(caption[^1], Does.Contain("100 % is the strongest place of this image").And.Contain("proves nothing"));
        Assert.That(Explain().Caption()[0], Is.EqualTo("Grad-CAM: what speaks for nævus, score 0.750."));
        Assert.That(Explain().Caption(), Has.Some.Contains("the map is empty"));
        Assert.That(Explain(map: 0.2f).Caption(), Has.None.Contains("the map is empty"));
    }

    [Test]
    public void Long_captions_are_broken_at_blanks_and_cut_after_six_lines()
    {
        int one = HeatMapLegend.Draw(300, ["a"], true).Height;
        Assert.That(HeatMapLegend.Draw(300, [string.Join(' ', Enumerable.Repeat("word", 12))], true).Height, Is.EqualTo(one + 10));
        Assert.That(HeatMapLegend.Draw(300, [new string('x', 10_000)], true).Height, Is.EqualTo(one + 50));
    }

    [Test]
    public void A_map_or_explanation_of_another_size_and_bad_options_are_refused()
    {
        Assert.That(() => HeatMapOverlay.Draw(Skin, new float[5]), Throws.ArgumentException.With.Message.Contain("expected one value per pixel (90000)"));
        Assert.That(() => HeatMapOverlay.Draw(SmallModels.Plain(1, 1, 1), Explain()),
            Throws.ArgumentException.With.Message.Contain("expected the explained image of 300×300, received one of 12×9"));
        foreach (HeatMapOverlayOptions bad in new[] { Bare with { Opacity = 1.1 }, Bare with { Opacity = double.NaN }, Bare with { MaxSide = 5 } })
            Assert.That(() => HeatMapOverlay.Draw(Skin, new float[Side * Side], bad), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Every_method_has_its_names()
    {
        foreach (ExplanationMethod method in Enum.GetValues<ExplanationMethod>())
        {
            Assert.That(ExplanationMethodNames.Of(ExplanationMethodNames.NameOf(method)), Is.EqualTo(method));
            Assert.That(ExplanationMethodNames.TitleOf(method), Is.Not.Empty);
        }
        Assert.That(ExplanationMethodNames.Names,
            Is.EqualTo(new[] { "gradcam", "gradcam++", "hirescam", "layercam", "occlusion", "integrated-gradients" }));
    }

    private static ImageExplanation Explain(
        string label = "nævus", ExplanationMethod method = ExplanationMethod.GradCam, ImageArea? seen = null, float map = 0)
    {
        float[] values = new float[Side * Side];
        Array.Fill(values, map);
        return new ImageExplanation(new ImagePrediction(Model, null, [0.75f, 0.25f], null, "a.png"), label, method, null, Side, Side)
        {
            Seen = seen ?? new ImageArea(0, 0, Side, Side),
            Map = values,
            Raw = values,
        };
    }

    private static (byte R, byte G, byte B) PixelOf(RgbImage image, int x, int y) => (image.Row(y)[3 * x], image.Row(y)[3 * x + 1], image.Row(y)[3 * x + 2]);

    private static (int, int) SizeOf(RgbImage image) => (image.Width, image.Height);
}
