using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Models.MlNet;

public sealed class MlNetChainTests
{
    private static readonly string[] Labels = ["mélanome", "nævus", "other"];

    /// <summary>A schema of a feature column of three floats and a label column of three names, from offset 256 on.</summary>
    private const string RecordedSchema = """
        0100000003000000ffffffff0000000003000000080000000d00000012000000146dc3a96c616e6f6d656ec3a67675736f746865
        7201094b657956616c75657307564275666665721208546578745370616e00010000000300000000000100000000000035055363
        6f72650756427566666572140653696e676c6500020000000100000003000000010100010000000000000000000000000000054c
        6162656c044b657932100655496e74333200030000000000000001010001000000000000350100000000000000425644004c4d43
        """;

    [Test]
    public void A_schema_has_the_recorded_bytes()
    {
        byte[] schema = IdvWriter.Write(new IdvColumn("Score", Shape: [1, 3]), new IdvColumn("Label", KeyNames: Labels));
        Assert.That(Convert.ToHexStringLower(schema.AsSpan(256)), Is.EqualTo(RecordedSchema.ReplaceLineEndings("")));
        Assert.That(Convert.ToHexStringLower(schema.AsSpan(0, 52)),
            Is.EqualTo(
                "434d4c0044564200" + "0600010001000100" + "0600010001000100" + "6501000000000000" + "c801000000000000" + "0000000000000000" + "02000000"));
        Assert.That(schema[52..256], Is.All.Zero);
    }

    [Test]
    public void A_part_has_header_body_strings_and_tail_in_place()
    {
        byte[] part = MlNetChain.Prediction();
        Assert.That(part, Has.Length.EqualTo(520));
        Assert.That(Convert.ToHexStringLower(part.AsSpan(0, 0x50)), Is.EqualTo("4d4c004d4f44454c" + "0200010002000100" + "0001000000000000" + "1000000000000000"
            + "1001000000000000" + "1800000000000000" + "2801000000000000" + "3000000000000000" + "4d43000050524544" + "0200010001000100"));
        Assert.That(Convert.ToHexStringLower(part.AsSpan(256, 40)),
            Is.EqualTo("00000000" + "01000000" + "00000000" + "02000000" + "0a00000000000000" + "1400000000000000" + "3000000000000000"));
        Assert.That(System.Text.Encoding.Unicode.GetString(part, 296, 48 + 168),
            Is.EqualTo("ScoreLabelPredictedLabelMicrosoft.ML.Data, Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51"));
        Assert.That(Convert.ToHexStringLower(part.AsSpan(512)), Is.EqualTo("4c45444f4d004c4d"));
    }

    [Test]
    public void The_identity_is_stored_sparse()
        => Assert.That(Convert.ToHexStringLower(MlNetChain.Identity(2).AsSpan(256, 60)), Is.EqualTo("04000000" + "02000000" + "02000000" + "0000000000000000"
            + "03000000" + "00000000" + "01000000" + "02000000" + "02000000" + "00000000" + "01000000" + "02000000" + "0000803f" + "0000803f"));

    [Test]
    public void ML_NET_itself_writes_the_same_entries([Values("stretch", "crop", "pad")] string resize)
    {
        using TemporaryFolder folder = new();
        byte[] zip = Save(Model(resize));
        File.WriteAllBytes(folder.File("model.zip"), zip);
        MLContext context = new(seed: 1);
        ITransformer chain = context.Model.Load(folder.File("model.zip"), out DataViewSchema schema);
        context.Model.Save(chain, schema, folder.File("again.zip"));
        (chain as IDisposable)?.Dispose();
        Dictionary<string, byte[]> ours = Entries(zip), theirs = Entries(File.ReadAllBytes(folder.File("again.zip")));
        Assert.That(ours.Keys.Skip(4), Is.EqualTo(theirs.Keys.Where(e => e != "TrainingInfo/Version.txt")));
        // ML.NET compresses the class names in TrainSchema; another test spells out ours.
        foreach ((string entry, byte[] content) in theirs.Where(e => !e.Key.EndsWith("/Version.txt", StringComparison.Ordinal)
            && !e.Key.EndsWith("/TrainSchema", StringComparison.Ordinal)))
            Assert.That(ours[entry], Is.EqualTo(content), entry);
    }

    [Test]
    public void The_network_of_a_file_that_ML_NET_ran_gives_the_scores_that_ML_NET_gave()
    {
        string folder = SharedFiles.Need("golden", "mlnet");
        byte[] network = Entries(File.ReadAllBytes(Path.Combine(folder, "zips", "hand_written_complete.zip")))["TransformerChain/Transform_003/OnnxModel"];
        Graph graph = OnnxModel.Load(network.AsSpan(4)).Graph;
        using InferencePlan plan = InferencePlan.Create(graph, new TensorShape(1, 3, 8, 8));
        float[] pixels = new float[3 * 8 * 8], scores = new float[3];
        foreach (JsonElement row in File.ReadLines(Path.Combine(folder, "predictions_of_hand_written_complete.jsonl"))
            .Select(l => JsonDocument.Parse(l).RootElement))
        {
            new ImagePreprocessor(8, 8).Apply(RgbImage.Load(Path.Combine(folder, row.GetProperty("image").GetString()!)), pixels);
            plan.Run(pixels, scores);
            Assert.That(scores, Is.EqualTo(row.GetProperty("scores").EnumerateArray().Select(v => v.GetSingle())).Within(1e-6f));
            Assert.That(Labels[Array.IndexOf(scores, scores.Max())], Is.EqualTo(row.GetProperty("predictedLabel").GetString()));
            Assert.That(row.GetProperty("slotNames").EnumerateArray().Select(v => v.GetString()), Is.EqualTo(Labels));
        }
    }

    [Test]
    public void Any_class_names_give_the_same_bytes_again_and_the_same_names_to_both_readers()
    {
        string[][] sets =
        [
            ["Nv", "nv", "NV", "nV"],
            ["e\u0301", "é", "ｅ", "E\u0301", "\u00E9 "],
            ["a\tb", "a\nb", "a\r\nb c", "\0", "\u2028", " "],
            ["שלום", "مرحبا", "👩🏽\u200d⚕️", "𠀋", "\uFEFFbom"],
            [new string('x', 100_000), new string('x', 100_001), string.Concat(Enumerable.Repeat("🩺", 40_000))],
            ["../../etc", "C:\\x", "a,b;\"c\"", "<b>&amp;</b>", "{{Name}}"],
        ];
        foreach (string[] labels in sets)
        {
            byte[] zip = Save(Model("crop", labels));
            Assert.That(Save(Model("crop", labels)), Is.EqualTo(zip));
            ImageClassificationModel ours = ImageClassificationModel.Load(new MemoryStream(zip));
            Assert.That(ours.Labels, Is.EqualTo(labels));
            Assert.That(Save(ours), Is.EqualTo(zip));
            Assert.That(MlNetModelReader.Read(new MemoryStream(zip)).Labels, Is.EqualTo(labels));
        }
    }

    [Test]
    public void A_model_with_the_chain_predicts_the_same_and_saves_the_same_bytes()
    {
        ImageClassificationModel model = Model("crop");
        byte[] zip = Save(model);
        ImageClassificationModel read = ImageClassificationModel.Load(new MemoryStream(zip));
        Assert.That(read.Manifest.Network, Is.EqualTo("TransformerChain/Transform_004/OnnxModel"));
        Assert.That(Save(read), Is.EqualTo(zip));
        using SkinClassifier.Prediction.PredictionEngine before = new(model), after = new(read);
        RgbImage image = SmallModels.Plain(90, 200, 60);
        Assert.That(after.Predict(image).Score, Is.EqualTo(before.Predict(image).Score));
        byte[] onnx = Entries(zip)["TransformerChain/Transform_004/OnnxModel"];
        Assert.That(BitConverter.ToInt32(onnx), Is.EqualTo(onnx.Length - 4));
    }

    [Test]
    public void A_model_of_an_earlier_version_opens_predicts_the_same_and_is_saved_anew()
    {
        ImageClassificationModel model = Model("crop");
        byte[] zip = Save(model);
        using MemoryStream old = new();
        using (ZipArchive archive = new(old, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string entry, byte[] content) in Entries(zip).Where(e => !e.Key.Contains("Transform_003", StringComparison.Ordinal)))
            {
                using Stream stream = archive.CreateEntry(entry.Replace("Transform_004/Onnx", "Transform_003/Onnx", StringComparison.Ordinal)).Open();
                stream.Write(entry != "manifest.json" ? content : System.Text.Encoding.UTF8.GetBytes(
                    System.Text.Encoding.UTF8.GetString(content).Replace("Transform_004", "Transform_003", StringComparison.Ordinal)));
            }
        ImageClassificationModel read = ImageClassificationModel.Load(old);
        Assert.That(read.Manifest.Network, Is.EqualTo("TransformerChain/Transform_003/OnnxModel"));
        Assert.That(Save(read), Is.EqualTo(zip));
        using SkinClassifier.Prediction.PredictionEngine before = new(model), after = new(read);
        Assert.That(after.Predict(SmallModels.Plain(90, 200, 60)).Score, Is.EqualTo(before.Predict(SmallModels.Plain(90, 200, 60)).Score));
    }

    [Test]
    public void Without_the_chain_the_archive_holds_the_plain_network()
    {
        using MemoryStream stream = new();
        Model("crop").Save(stream, new ModelSaveOptions { IncludeMlNet = false });
        Assert.That(Entries(stream.ToArray()).Keys, Is.EqualTo(new[] { "manifest.json", "labels.txt", "model-card.md", "network.onnx" }));
        stream.Position = 0;
        ImageClassificationModel read = ImageClassificationModel.Load(stream);
        Assert.That(Save(read), Is.EqualTo(Save(Model("crop"))), "from one form to the other");
    }

    [Test]
    public void A_network_with_free_height_and_width_is_stored_with_fixed_ones_in_the_chain_only()
    {
        ImageClassificationModel model = Model("crop");
        Graph network = model.Network;
        Graph free = new(network.Name, [new GraphInput("image", new TensorShape(TensorShape.Free, 3, TensorShape.Free, TensorShape.Free))],
            network.Nodes, network.Outputs, network.Parameters);
        ImageClassificationModel wide = new(free, model.Manifest);
        Assert.That(Save(wide), Is.EqualTo(Save(model)));
        using MemoryStream stream = new();
        wide.Save(stream, new ModelSaveOptions { IncludeMlNet = false });
        Assert.That(ImageClassificationModel.Load(stream).Network.Inputs[0].Shape[2], Is.EqualTo(TensorShape.Free));
    }

    internal static ImageClassificationModel Model(string resize, IReadOnlyList<string>? labels = null)
    {
        ImageClassificationModel model = SmallModels.Create(labels ?? Labels);
        return model.With(model.Manifest with { Preprocessing = new ModelPreprocessing { Resize = resize } });
    }

    internal static byte[] Save(ImageClassificationModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    internal static Dictionary<string, byte[]> Entries(byte[] archive)
    {
        using ZipArchive zip = new(new MemoryStream(archive));
        return zip.Entries.ToDictionary(e => e.FullName, e =>
        {
            using MemoryStream content = new();
            using Stream stream = e.Open();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }
}
