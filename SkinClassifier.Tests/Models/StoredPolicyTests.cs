using System.IO.Compression;
using SkinClassifier.Common;
using SkinClassifier.Models;
using SkinClassifier.Tests.Calibration;

namespace SkinClassifier.Tests.Models;

[TestFixture]
public sealed class StoredPolicyTests
{
    private static readonly string[] Labels = ["red", "green", "blue"];

    [Test]
    public void A_model_keeps_its_policy_in_an_entry_of_its_own()
    {
        ImageClassificationModel model = SmallModels.Create(Labels), with = model.WithPolicy(PredictionPolicyTests.Policy(0.6, 0.5, 0.8, 0.9));
        byte[] plain = Bytes(model), bytes = Bytes(with);
        ImageClassificationModel read = ImageClassificationModel.Load(new MemoryStream(bytes));
        Assert.That((read.Policy!.Threshold, read.Policy.Limits[1]), Is.EqualTo((0.6, 0.8)));
        Assert.That(Bytes(read), Is.EqualTo(bytes), "the same bytes");
        Assert.That(Names(bytes).Except(Names(plain)), Is.EqualTo(new[] { "policy.json" }));
        Assert.That(ImageClassificationModel.Load(new MemoryStream(plain)).Policy, Is.Null, "a file without a policy opens as before");
        Assert.That(Bytes(read.WithPolicy(null)), Is.EqualTo(plain), "and nothing else changes");
    }

    [Test]
    public void A_policy_goes_with_the_predictions_it_was_made_for()
    {
        ImageClassificationModel model = SmallModels.Create(Labels).WithPolicy(PredictionPolicyTests.Policy(0.6, 0.5, 0.8, 0.9));
        ModelManifest manifest = model.Manifest;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(model.With(manifest with { Metrics = new Dictionary<string, double> { ["count"] = 1 } }, "card").Policy, Is.SameAs(model.Policy));
            Assert.That(model.With(manifest with { Decision = manifest.Decision with { Rule = "balanced" } }).Policy, Is.Null);
            Assert.That(model.With(manifest with { TestTimeAugmentation = 2 }).Policy, Is.Null);
            Assert.That(model.With(manifest with { Labels = ["blue", "green", "red"] }).Policy, Is.Null);
        }
        Assert.That(() => model.WithPolicy(PredictionPolicyTests.Policy(0.6, 0.5, 0.8)), Throws.ArgumentException.With.Message.StartsWith(
            "ImageClassificationModel: Policy: expected one for 3 classes, received one for 2."));
    }

    [TestCase("\"version\": 1", "\"version\": 9", "model: policy.json: expected a policy of version 1, received version 9")]
    [TestCase("\"alpha\": 0.1", "\"alpha\": 7", "model: policy.json: alpha: expected above 0 to below 1, received 7")]
    [TestCase("{", "", "model: policy.json: expected the JSON of a policy, received something else")]
    public void A_policy_that_cannot_be_read_is_named_with_its_entry(string before, string after, string expected)
    {
        using MemoryStream stream = new();
        stream.Write(Bytes(SmallModels.Create(Labels).WithPolicy(PredictionPolicyTests.Policy(0.6, 0.5, 0.8, 0.9))));
        using (ZipArchive zip = new(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = zip.GetEntry("policy.json")!;
            string text;
            using (StreamReader reader = new(entry.Open()))
                text = reader.ReadToEnd();
            entry.Delete();
            using StreamWriter writer = new(zip.CreateEntry("policy.json").Open());
            writer.Write(text.Replace(before, after));
        }
        stream.Position = 0;
        Assert.That(() => ImageClassificationModel.Load(stream), Throws.InstanceOf<SkinClassifierException>().With.Message.StartsWith(expected));
    }

    private static byte[] Bytes(ImageClassificationModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    private static string[] Names(byte[] bytes)
    {
        using ZipArchive zip = new(new MemoryStream(bytes));
        return [.. zip.Entries.Select(e => e.FullName)];
    }
}
