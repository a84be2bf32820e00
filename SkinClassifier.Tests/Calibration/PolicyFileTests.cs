using System.Text;
using System.Text.Json.Nodes;
using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

[TestFixture]
public sealed class PolicyFileTests
{
    [Test]
    public void What_is_written_is_read_back([Values] PredictionSetKind kind)
    {
        PredictionPolicy policy = new(new PredictionSets(kind, [0.1234567890123456, double.PositiveInfinity], 0.07, 3))
        {
            Options = new PolicyOptions { Alpha = 0.05, Sets = kind, Risk = 0.2, RiskError = 0.01, MinImages = 7, Regularization = 0.07, FreeRanks = 3 },
            Threshold = 0.54321f,
            Images = [5, 6],
            AnsweredShare = 0.75,
            ErrorAmongAnswers = 0.125,
            AreaUnderRiskCoverage = 0.06,
            CalibratedOn = "validation set, 11 images",
        };
        byte[] written = PolicyFile.Write(policy);
        PredictionPolicy read = PolicyFile.Read(written, 2, "model.zip: policy.json");
        Assert.That(PolicyFile.Write(read), Is.EqualTo(written), Encoding.UTF8.GetString(written));
        Assert.That((read.Limits[0], read.Limits[1], read.Threshold, read.Options.Alpha, read.Rule.Kind),
            Is.EqualTo((policy.Limits[0], double.PositiveInfinity, policy.Threshold, 0.05, kind)));
        if (kind == PredictionSetKind.Raps)
            Assert.That(read.Options, Is.EqualTo(policy.Options));
    }

    [Test]
    public void A_newer_version_is_refused_with_one_sentence_about_it()
    {
        JsonObject json = Sample();
        json["version"] = 2;
        json["sets"] = "something new";
        Assert.That(() => Read(json), Throws.InstanceOf<UnsupportedContentException>().With.Message.EqualTo("model.zip: policy.json: expected a policy of "
            + "version 1, received version 2, which a newer SkinClassifier wrote. Update SkinClassifier to read it."));
    }

    [TestCase("version", "0", "version: expected 1, received 0")]
    [TestCase("alpha", "1.5", "alpha: expected above 0 to below 1, received 1.5")]
    [TestCase("risk", "0", "risk: expected above 0 to 1, received 0")]
    [TestCase("sets", "\"aps\"", "sets: expected class-conditional or raps, received \"aps\"")]
    [TestCase("sets", "null", "sets: expected class-conditional or raps, received \"\"")]
    [TestCase("limits", "[0.5]", "limits and images: expected values for 2 labels, received 1 and 2")]
    [TestCase("limits", "null", "limits and images: expected values for 2 labels, received 0 and 2")]
    [TestCase("limits", "[0.5, -1]", "limits and images: expected numbers of 0 or more, received negative ones")]
    [TestCase("images", "[5, -1]", "limits and images: expected numbers of 0 or more, received negative ones")]
    [TestCase("threshold", "1.1", "threshold: expected 0 to 1 or null, received 1.1")]
    [TestCase("alpha", "\"a\"", "expected the JSON of a policy, received something else")]
    public void Damage_names_the_entry_and_the_field(string field, string value, string expected)
    {
        JsonObject json = Sample();
        json[field] = JsonNode.Parse(value);
        Assert.That(() => Read(json), Throws.InstanceOf<InvalidContentException>().With.Message.StartsWith("model.zip: policy.json: " + expected));
    }

    [TestCase("null")]
    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    public void What_is_no_policy_is_damage(string text) => Assert.That(() => PolicyFile.Read(Encoding.UTF8.GetBytes(text), 2, "model.zip: policy.json"),
        Throws.InstanceOf<InvalidContentException>().With.Message.StartsWith("model.zip: policy.json: expected "));

    private static JsonObject Sample() => JsonNode.Parse(PolicyFile.Write(PredictionPolicyTests.Policy(0.5, 0.5, 0.25)))!.AsObject();

    private static PredictionPolicy Read(JsonObject json) => PolicyFile.Read(Encoding.UTF8.GetBytes(json.ToJsonString()), 2, "model.zip: policy.json");
}
