using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Calibration;

public sealed class ImageQualityTests
{
    private static readonly ImageQuality Limits = new(50, 4, 2, 0.05f, 56);
    private static readonly QualityMeasures Good = new(150, 30, 3, 0, 200);

    [Test]
    public void A_usable_image_has_no_problem() => Assert.That(Limits.Problems(Good), Is.EqualTo(QualityProblems.None));

    [Test]
    public void Each_limit_finds_its_problem()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Limits.Problems(Good with { ShorterSide = 55 }), Is.EqualTo(QualityProblems.Tiny));
            Assert.That(Limits.Problems(Good with { Contrast = 3.9f }), Is.EqualTo(QualityProblems.Blank));
            Assert.That(Limits.Problems(Good with { Brightness = 49 }), Is.EqualTo(QualityProblems.Dark));
            Assert.That(Limits.Problems(Good with { Glare = 0.06f }), Is.EqualTo(QualityProblems.Glare));
            Assert.That(Limits.Problems(Good with { Sharpness = 1.9f }), Is.EqualTo(QualityProblems.Blurred));
            Assert.That(Limits.Problems(new QualityMeasures(0, 0, 0, 0, 1)), Is.EqualTo(QualityProblems.Tiny | QualityProblems.Dark | QualityProblems.Blank),
                "a blank image is not called blurred, too");
        });
    }

    [Test]
    public void Values_at_the_limits_are_accepted() =>
        Assert.That(Limits.Problems(new QualityMeasures(50, 4, 2, 0.05f, 56)), Is.EqualTo(QualityProblems.None));

    [Test]
    public void An_image_within_a_tenth_of_a_limit_is_near_to_its_problem()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Limits.NearProblems(Good), Is.EqualTo(QualityProblems.None));
            Assert.That(Limits.NearProblems(Good with { ShorterSide = 61 }), Is.EqualTo(QualityProblems.Tiny));
            Assert.That(Limits.NearProblems(Good with { Contrast = 4.3f }), Is.EqualTo(QualityProblems.Blank));
            Assert.That(Limits.NearProblems(Good with { Brightness = 54 }), Is.EqualTo(QualityProblems.Dark));
            Assert.That(Limits.NearProblems(Good with { Glare = 0.048f }), Is.EqualTo(QualityProblems.Glare));
            Assert.That(Limits.NearProblems(Good with { Sharpness = 2.1f }), Is.EqualTo(QualityProblems.Blurred));
            Assert.That(Limits.NearProblems(Good with { Sharpness = 1.9f, Brightness = 54 }), Is.EqualTo(QualityProblems.Dark), "what is beyond is not near");
            Assert.That(Limits.NearProblems(new QualityMeasures(60, 5, 2.5f, 0.04f, 62)), Is.EqualTo(QualityProblems.None));
            Assert.That(Limits.Describe(QualityProblems.Blurred, Good with { Sharpness = 2.1f }, isNear: true),
                Is.EqualTo(new PredictionReason("blurred", "The image is nearly too blurred: its sharpness is 2.10, training images have at least 2.00.")));
        });
    }

    [Test]
    public void Usual_images_keep_the_fixed_limits_and_give_that_of_sharpness()
    {
        ImageQuality fitted = ImageQuality.Fit([.. Enumerable.Range(0, 400).Select(i => Good with { Sharpness = 2 + i * 0.01f })], 224);
        // 0.5 % of 400 images are 2: the third smallest, 2.02, counts.
        Assert.That(fitted, Is.EqualTo(new ImageQuality(50, 4, 0.9f * 2.02f, 0.05f, 56)));
    }

    [Test]
    public void Unusual_training_images_widen_the_fixed_limits()
    {
        ImageQuality fitted = ImageQuality.Fit([.. Enumerable.Repeat(new QualityMeasures(30, 5, 1, 0.4f, 28), 10)], 224);
        Assert.That(fitted, Is.EqualTo(new ImageQuality(24, 2.5f, 0.9f, 0.6f, 14)).Using<ImageQuality>((a, b) =>
            Math.Abs(a.MinBrightness - b.MinBrightness) < 1e-4 && a.MinContrast == b.MinContrast && a.MinSharpness == b.MinSharpness
            && Math.Abs(a.MaxGlare - b.MaxGlare) < 1e-6 && a.MinSide == b.MinSide));
    }

    [Test]
    public void Drawn_images_are_usable_and_damaged_copies_of_them_are_not()
    {
        RgbImage[] images = [.. SyntheticDataset.Labels.SelectMany(l => Enumerable.Range(1, 6).Select(s => SyntheticDataset.Draw(l, (ulong)s, 96)))];
        ImageQuality fitted = ImageQuality.Fit([.. images.Select(QualityMeasuresTests.Of)], 96);
        foreach (RgbImage image in images)
        {
            RgbImage dark = new(96, 96), flash = new(96, 96);
            for (int i = 0; i < image.Pixels.Length; i++)
            {
                dark.Pixels[i] = (byte)(image.Pixels[i] / 6);
                flash.Pixels[i] = i < image.Pixels.Length / 5 ? (byte)255 : image.Pixels[i];
            }
            Assert.Multiple(() =>
            {
                Assert.That(fitted.Problems(QualityMeasuresTests.Of(image)), Is.EqualTo(QualityProblems.None));
                Assert.That(fitted.Problems(QualityMeasuresTests.Of(dark)) & QualityProblems.Dark, Is.EqualTo(QualityProblems.Dark));
                Assert.That(fitted.Problems(QualityMeasuresTests.Of(flash)) & QualityProblems.Glare, Is.EqualTo(QualityProblems.Glare));
            });
        }
        Assert.That(fitted.Problems(QualityMeasuresTests.Of(SmallModels.Plain(200, 150, 130, 96, 96))), Is.EqualTo(QualityProblems.Blank));
    }

    [TestCase(16, "tiny", "its shorter side has 55 pixels, 56 are needed")]
    [TestCase(2, "blank", "contrast is 30.0, at least 4.0")]
    [TestCase(4, "dark", "brightness is 150 of 255, at least 50")]
    [TestCase(8, "glare", "25 % of it is pure white, at most 5 %")]
    [TestCase(1, "blurred", "sharpness is 3.00, training images have at least 2.00")]
    public void Each_problem_has_a_code_and_a_sentence_with_numbers(int problem, string code, string part)
    {
        QualityProblems one = code == "tiny" ? QualityProblems.Tiny : code == "blurred" ? QualityProblems.Blurred : (QualityProblems)problem;
        (string actual, string sentence) = Limits.Describe(one, Good with { ShorterSide = 55, Glare = 0.25f });
        Assert.That(actual, Is.EqualTo(code));
        Assert.That(sentence, Does.Contain(part));
    }

    [Test]
    public void Several_problems_have_no_single_sentence() =>
        Assert.That(() => Limits.Describe(QualityProblems.Dark | QualityProblems.Blank, Good), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Limits_come_back_from_a_file_and_impossible_ones_are_refused()
    {
        Assert.That(Read(Limits), Is.EqualTo(Limits));
        Assert.That(() => Read(Limits with { MaxGlare = float.NaN }), Throws.TypeOf<InvalidContentException>().With.Message.Contains("received NaN"));
        Assert.That(() => Read(Limits with { MinSide = -1 }), Throws.TypeOf<InvalidContentException>().With.Message.Contains("policy.bin"));
    }

    private static ImageQuality Read(ImageQuality limits)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        limits.Write(writer);
        stream.Position = 0;
        return ImageQuality.Read(new BinaryReader(stream), "policy.bin");
    }
}
