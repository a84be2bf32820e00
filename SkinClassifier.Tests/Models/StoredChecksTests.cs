using System.IO.Compression;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Models;
using SkinClassifier.Tests.Calibration;

namespace SkinClassifier.Tests.Models;

public sealed class StoredChecksTests
{
    [Test]
    public void Checks_and_gallery_are_entries_of_their_own()
    {
        (ImageClassificationModel model, _) = Create(3);
        byte[] bytes = Bytes(model);
        ImageClassificationModel read = ImageClassificationModel.Load(new MemoryStream(bytes));
        Assert.That(Names(bytes), Is.SupersetOf(new[] { "policy.json", "familiarity.bin", "gallery.bin" }));
        Assert.That(Bytes(read), Is.EqualTo(bytes), "the same bytes");
        Assert.That(Names(Bytes(read.WithPolicy(null))), Has.No.Member("familiarity.bin"));
        Assert.That(read.WithPolicy(null).HasGallery);
    }

    [Test]
    public void Checks_and_gallery_go_with_the_predictions_they_were_made_for()
    {
        (ImageClassificationModel model, _) = Create(3);
        Assert.That(model.With(model.Manifest, "card").Policy!.Checks, Is.SameAs(model.Policy!.Checks));
        Assert.That(model.With(model.Manifest, "card").HasGallery);
        Assert.That(model.With(model.Manifest with { TestTimeAugmentation = 2 }).Policy, Is.Null);
        Assert.That(model.With(model.Manifest with { Labels = ["b", "a"] }).HasGallery, Is.False);
    }

    [Test]
    public void Features_of_another_network_are_refused()
    {
        (ImageClassificationModel model, _) = Create(5);
        Assert.That(() => ImageClassificationModel.Load(new MemoryStream(Bytes(model))), Throws.TypeOf<InvalidContentException>().With.Message.EqualTo(
            "model: familiarity.bin: expected a network with 5 features, received one with 3. The two do not belong together; save the model again."));
    }

    [TestCase("familiarity.bin")]
    [TestCase("gallery.bin")]
    public void A_damaged_entry_is_named(string name)
    {
        using MemoryStream stream = new();
        stream.Write(Bytes(Create(3).Model));
        using (ZipArchive zip = new(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(name)!.Delete();
            using Stream entry = zip.CreateEntry(name).Open();
            entry.Write([1, 2, 3, 4, 5]);
        }
        stream.Position = 0;
        Assert.That(() => ImageClassificationModel.Load(stream), Throws.InstanceOf<SkinClassifierException>().With.Message.StartsWith($"model: {name}: "));
    }

    /// <summary>A model of the classes a and b with checks and a gallery.</summary>
    internal static (ImageClassificationModel Model, float[] Features) Create(int length)
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(length, [40, 30], 3);
        Familiarity familiarity = Familiarity.Fit(features, labels, features, labels, [], 2, WorkerPool.Shared, out _)!;
        ImageGallery gallery = ImageGallery.Create(familiarity.Space, features, [.. labels.Select((l, n) => $"{l}/{n}.jpg")], labels);
        PredictionPolicy policy = PredictionPolicyTests.Policy(0.6, 0.5, 0.8).WithChecks(new ImageChecks(familiarity, new ImageQuality(50, 4, 2, 0.05f, 2)));
        return (SmallModels.Create(["a", "b"]).WithPolicy(policy).WithGallery(gallery), features);
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
