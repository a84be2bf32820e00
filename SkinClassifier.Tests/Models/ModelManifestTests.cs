using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.Models;

public sealed class ModelManifestTests
{
    private static ModelManifest Sample() => new()
    {
        Labels = ["mélanome", "nævus"],
        Width = 224,
        Height = 192,
        Backbone = "mobilenet_v2",
        TrainedOn = new Dictionary<string, int> { ["nævus"] = 7, ["mélanome"] = 3 },
        Metrics = new Dictionary<string, double> { ["microAccuracy"] = 0.5 },
    };

    [Test]
    public void The_steps_of_reading_name_transparency_16_bit_samples_and_color_profiles()
    {
        ModelManifest manifest = new() { Labels = ["a", "b"], Width = 8, Height = 8 };
        string json = System.Text.Encoding.UTF8.GetString(manifest.ToJson());
        Assert.That(json,
            Does.Contain("\"transparency\": \"white\"").And.Contain("\"sixteenBitSamples\": \"upper-8-bits\"").And.Contain("\"colorProfiles\": \"ignored\""));
        string old = string.Join('\n', json.Split('\n').Where(l => !l.Contains("transparency") && !l.Contains("sixteenBit") && !l.Contains("colorProfiles")));
        Assert.That(ModelManifest.FromJson(System.Text.Encoding.UTF8.GetBytes(old), "old").Preprocessing.Transparency, Is.EqualTo("white"),
            "older files do not name them");
        byte[] other = System.Text.Encoding.UTF8.GetBytes(json.Replace("\"white\"", "\"black\""));
        Assert.That(
            () => ModelManifest.FromJson(other, "m"), Throws.TypeOf<SkinClassifier.Common.InvalidContentException>().With.Message.Contains("\"black\""));
    }

    [Test]
    public void What_is_written_is_read_back()
    {
        byte[] json = Sample().ToJson();
        ModelManifest read = ModelManifest.FromJson(json, "m.zip: manifest.json");
        Assert.That(read.Labels, Is.EqualTo(new[] { "mélanome", "nævus" }));
        Assert.That((read.Width, read.Height, read.Preprocessing.Resize), Is.EqualTo((224, 192, "crop")));
        Assert.That(read.ToJson(), Is.EqualTo(json));
    }

    [TestCase("\"preprocessing\"", "preprocessing: expected the steps")]
    [TestCase("\"resize\"", "preprocessing.resize")]
    [TestCase("\"filter\"", "preprocessing.filter")]
    [TestCase("\"colorOrder\"", "preprocessing.colorOrder")]
    [TestCase("\"exifOrientation\"", "preprocessing.exifOrientation")]
    public void Steps_from_image_to_input_are_never_guessed(string field, string expected)
    {
        string json = Encoding.UTF8.GetString(Sample().ToJson());
        InvalidContentException error = Assert.Throws<InvalidContentException>(
            () => ModelManifest.FromJson(Encoding.UTF8.GetBytes(json.Replace(field, "\"other\"")), "m.zip"), "absent")!;
        Assert.That(error.Message, Does.StartWith("m.zip: " + expected));
    }

    [Test]
    public void An_orientation_that_is_not_to_be_applied_is_refused()
    {
        byte[] json = (Sample() with { Preprocessing = new() { ExifOrientation = false } }).ToJson();
        Assert.That(() => ModelManifest.FromJson(json, "m.zip"),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("exifOrientation: expected true"));
    }

    [Test]
    public void All_errors_are_named_at_once()
    {
        byte[] json = (Sample() with { Labels = ["a", "a"], Width = 0, Preprocessing = new() { Filter = "lanczos" } }).ToJson();
        InvalidContentException error = Assert.Throws<InvalidContentException>(() => ModelManifest.FromJson(json, "m.zip"))!;
        Assert.That(error.Message, Does.StartWith("m.zip: labels").And.Contain("0×192").And.Contain("lanczos"));
    }

    [Test]
    public void A_newer_major_version_is_refused_and_a_newer_minor_one_is_read()
    {
        Assert.Throws<UnsupportedContentException>(() => ModelManifest.FromJson((Sample() with { FormatVersion = "2.0" }).ToJson(), "m"));
        Assert.That(ModelManifest.FromJson((Sample() with { FormatVersion = "1.9" }).ToJson(), "m").FormatVersion, Is.EqualTo("1.9"));
    }

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("{\"labels\":3}")]
    [TestCase("")]
    public void Other_json_is_refused(string json)
        => Assert.Throws<InvalidContentException>(() => ModelManifest.FromJson(Encoding.UTF8.GetBytes(json), "m"));
}
