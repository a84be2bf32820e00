using System.IO.Compression;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Tests.Models;

public sealed class ImageClassificationModelTests
{
    private static readonly string[] Labels = ["red", "green", "blue"];

    [Test]
    public void A_saved_model_predicts_the_same_and_saving_again_gives_the_same_bytes()
    {
        ImageClassificationModel model = SmallModels.Create(Labels);
        byte[] zip = Save(model);
        ImageClassificationModel read = ImageClassificationModel.Load(new MemoryStream(zip));
        Assert.That(Save(read), Is.EqualTo(zip));
        using PredictionEngine before = new(model), after = new(read);
        RgbImage image = SmallModels.Plain(90, 200, 60);
        Assert.That(after.Predict(image).Score, Is.EqualTo(before.Predict(image).Score));
        Assert.That(read.ModelCard, Does.Contain("not a medical device"));
    }

    [Test]
    public void The_archive_has_the_documented_entries_and_a_network_that_stands_alone()
    {
        using ZipArchive zip = new(new MemoryStream(Save(SmallModels.Create(Labels))));
        Assert.That(zip.Entries.Select(e => e.FullName), Is.EqualTo(new[]
        {
            "manifest.json", "labels.txt", "model-card.md", "TrainingInfo/Version.txt",
            "TransformerChain/Transform_000/Model.key", "TransformerChain/Transform_001/Model.key", "TransformerChain/Transform_002/Model.key",
            "TransformerChain/Transform_003/OnnxModel", "TransformerChain/Transform_003/Model.key",
            "TransformerChain/Transform_004/OnnxModel", "TransformerChain/Transform_004/Model.key",
            "TransformerChain/Transform_005/Model/Model.key", "TransformerChain/Transform_005/TrainSchema", "TransformerChain/Transform_005/Model.key",
            "TransformerChain/Transform_006/Model.key", "TransformerChain/Model.key", "Schema",
        }));
        Assert.That(zip.Entries.Select(e => e.LastWriteTime.Year).Distinct(), Is.EqualTo(new[] { 1980 }));
        using StreamReader labels = new(zip.GetEntry("labels.txt")!.Open());
        Assert.That(labels.ReadToEnd(), Is.EqualTo("red\ngreen\nblue\n"));
    }

    [Test]
    public void Damage_anywhere_gives_an_error_that_names_the_entry_or_the_archive()
    {
        byte[] zip = Save(SmallModels.Create(Labels));
        SeededRandom random = new(5);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = [.. zip];
            if (i % 4 == 0)
                damaged = damaged[..random.NextInt32(damaged.Length)];
            else
                damaged[random.NextInt32(damaged.Length)] ^= (byte)(1 << random.NextInt32(8));
            try
            {
                ImageClassificationModel.Load(new MemoryStream(damaged));
            }
            catch (SkinClassifierException error)
            {
                refused++;
                Assert.That(error.Message, Does.StartWith("model"));
            }
        }
        Assert.That(refused, Is.GreaterThan(300));
    }

    [Test]
    public void A_flipped_weight_is_found_by_the_checksum()
    {
        byte[] zip = Save(SmallModels.Create(Labels));
        int network = zip.AsSpan().IndexOf("Transform_004/OnnxModel"u8) + 27;
        zip[network + 60] ^= 1;
        Assert.That(() => ImageClassificationModel.Load(new MemoryStream(zip)),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("/OnnxModel").And.Message.Contains("checksum"));
    }

    [TestCase("../evil.txt")]
    [TestCase("/etc/evil")]
    [TestCase("a\\..\\..\\evil")]
    [TestCase("C:evil")]
    public void Entry_names_that_leave_the_archive_are_refused(string name)
        => Assert.That(() => ImageClassificationModel.Load(WithEntry(name, [1])),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("inside the archive"));

    [Test]
    public void A_zip_bomb_is_refused_before_memory_is_taken()
    {
        byte[] zip = Save(SmallModels.Create(Labels));
        int directory = zip.AsSpan().LastIndexOf("TransformerChain/Transform_004/OnnxModel"u8) - 46;
        BitConverter.GetBytes(0x7000_0000u).CopyTo(zip, directory + 24);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.That(() => ImageClassificationModel.Load(new MemoryStream(zip)), Throws.InstanceOf<InvalidContentException>());
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(50_000_000));
    }

    [Test]
    public void Weights_that_are_not_finite_and_labels_that_do_not_fit_are_refused()
    {
        ImageClassificationModel model = SmallModels.Create(Labels);
        Graph broken = model.Network.Clone();
        broken.Parameters["head.weight"].Values[1] = float.NaN;
        Assert.That(
            () => new ImageClassificationModel(broken, model.Manifest), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("head.weight"));
        Assert.That(
            () => new ImageClassificationModel(model.Network, model.Manifest with { Labels = ["a", "b"] }), Throws.InstanceOf<ShapeMismatchException>());
    }

    [TestCase(16, 8)]
    [TestCase(8, 9)]
    public void A_manifest_with_another_image_size_than_the_network_is_refused_before_anything_is_predicted(int width, int height)
    {
        ImageClassificationModel model = SmallModels.Create(["a", "b"]);
        Assert.That(() => new ImageClassificationModel(model.Network, model.Manifest with { Width = width, Height = height }),
            Throws.TypeOf<ShapeMismatchException>().With.Message.StartsWith($"model: network: expected images of {width}×{height}, as the manifest says"));
    }

    [Test]
    public void A_model_of_ML_NET_is_named_as_such()
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("TransformerChain/Model.key");
        stream.Position = 0;
        Assert.That(() => ImageClassificationModel.Load(stream), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("ML.NET"));
    }

    [Test]
    public void Evaluation_counts_right_answers_and_lists_what_cannot_be_read()
    {
        ModelEvaluation evaluation = SmallModels.Create(Labels).Evaluate(SmallModels.Dataset(10, unreadable: 2));
        Assert.That(evaluation.Metrics.MicroAccuracy, Is.EqualTo(1));
        Assert.That(evaluation.Examples, Has.Count.EqualTo(30));
        Assert.That(evaluation.Skipped, Has.Count.EqualTo(2));
        Assert.That(evaluation.Labels[evaluation.PredictedIndex(0)], Is.EqualTo(evaluation.Examples[0].Label));
    }

    [Test]
    public void Evaluation_names_labels_that_the_model_does_not_know()
        => Assert.That(
            () => SmallModels.Create(["red", "green", "cyan"]).Evaluate(SmallModels.Dataset(2)), Throws.ArgumentException.With.Message.Contains("blue"));

    [Test]
    public void A_verified_export_writes_the_same_network()
    {
        using TemporaryFolder folder = new();
        float difference = ModelExport.WriteVerified(SmallModels.Create(Labels), folder.File("model.onnx"));
        Assert.That(difference, Is.LessThan(1e-6f));
        Assert.That(new FileInfo(folder.File("model.onnx")).Length, Is.GreaterThan(100));
    }

    private static byte[] Save(ImageClassificationModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    private static MemoryStream WithEntry(string name, byte[] content)
    {
        MemoryStream stream = new();
        stream.Write(Save(SmallModels.Create(Labels)));
        using (ZipArchive zip = new(stream, ZipArchiveMode.Update, leaveOpen: true))
        using (Stream entry = zip.CreateEntry(name).Open())
            entry.Write(content);
        stream.Position = 0;
        return stream;
    }
}
