using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Models.MlNet;

namespace SkinClassifier.Tests.Models.MlNet;

public sealed class MlNetModelReaderTests
{
    private static readonly string[] Labels = ["mélanome", "nævus", "other"];

    [Test]
    public void Our_own_chain_is_described()
    {
        MlNetModel model = Read(Small());
        Assert.That(model.Version, Is.EqualTo("1.0.0"));
        Assert.That(model.InputColumns, Is.EqualTo(new[] { "ImagePath: text" }));
        Assert.That(model.Labels, Is.EqualTo(Labels));
        Assert.That(model.Parts.Single().Parts.Select(p => p.Signature),
            Is.EqualTo(new[] { "IMGLOADR", "IMGSCALF", "IMGPXEXT", "ONNXSCOR", "ONNXSCOR", "MC  PRED", "KEY2VALT" }));
        Assert.That(model.Parts[0].Parts[4].Streams.Single().Name, Is.EqualTo("OnnxModel"));
        Assert.That(model.ToString().Split('\n').Take(22), Is.EqualTo("""
            model of ML.NET, written by version 1.0.0
            input columns: ImagePath: text
            classes (3): mélanome, nævus, other
            TransformerChain: "XF CHAIN" TransformerChain (Microsoft.ML.Data, version 10001, readable from 10001)
              7 steps
              Transform_000: "IMGLOADR" ImageLoaderTransform (Microsoft.ML.ImageAnalytics, version 10003, readable from 10003)
                ImagePath → img
                as images
              Transform_001: "IMGSCALF" ImageScalerTransform (Microsoft.ML.ImageAnalytics, version 10003, readable from 10003)
                img → singleImage, 512×512, Fill, Center
                img → wideImage, 8192×16, Fill, Center
                img → highImage, 16×8192, Fill, Center
                img → outlineImage, 128×128, IsoPad, Center
              Transform_002: "IMGPXEXT" ImagePixelExtractor (Microsoft.ML.ImageAnalytics, version 10003, readable from 10002)
                singleImage → singlePixels, colors ARGB (order 1), bytes, offset 0, scale 1, planes
                wideImage → wideStrip, colors RGB (order 1), bytes, offset 0, scale 1, planes
                highImage → highStrip, colors RGB (order 1), bytes, offset 0, scale 1, planes
                outlineImage → outline, colors A (order 1), bytes, offset 0, scale 1, planes
              Transform_003: "ONNXSCOR" OnnxTransform (Microsoft.ML.OnnxTransformer, version 10003, readable from 10003)
                singlePixels, wideStrip, highStrip, outline → image
                protobuf depth at most 100
            """.ReplaceLineEndings("\n").Split('\n').Append($"    OnnxModel: {model.Parts[0].Parts[3].Streams[0].Bytes} bytes")));
        Assert.That(model.ToString(), Does.Contain("3 features → 3 classes, sparse, 3 weights").And.Contain("trained on Score: Single [1,3]")
            .And.Contain("trained on Label: key of 3 values (UInt32)"));
    }

    [Test]
    public void Any_class_names_come_back([Values(2, 130, 10_000)] int count)
    {
        string[] labels = [.. Enumerable.Range(0, count).Select(i => (i % 7) switch
        {
            0 => $"naevus{i}",
            1 => $"NAEVUS{i - 1}",
            2 => $"母斑 {i}",
            3 => $"🩺{i}\u0301",
            4 => $"with, comma \"and\" quotes {i}",
            5 => new string('ä', 300) + i,
            _ => $"e\u0301 {i}",
        })];
        byte[] zip = MlNetChainTests.Save(MlNetChainTests.Model("crop", labels));
        Assert.That(Read(zip).Labels, Is.EqualTo(labels));
        Assert.That(SkinClassifier.Models.ImageClassificationModel.Load(new MemoryStream(zip)).Labels, Is.EqualTo(labels));
    }

    [TestCase("a_fill.zip", "img → img, 8×8, Fill, Center", 0)]
    [TestCase("a_isopad.zip", "img → img, 8×8, IsoPad, Center", 0)]
    [TestCase("a_score.zip", "image → Score", 0)]
    [TestCase("b_maxent.zip", "3 features → 3 classes, dense", 3)]
    [TestCase("c_keys.zip", "3 terms of text", 3)]
    [TestCase("d_names.zip", "ONNXSCOR", 0)]
    [TestCase("f_slot.zip", "image → Score", 0)]
    [TestCase("h_linear.zip", "Score → Features", 3)]
    [TestCase("hand_written_complete.zip", "MCLINEAR", 3)]
    public void Files_of_ML_NET_are_described_without_unknown_parts(string file, string expected, int classes)
    {
        MlNetModel model = MlNetModelReader.Read(SharedFiles.Need("golden", "mlnet", "zips", file));
        Assert.That(model.ToString(), Does.Contain(expected).And.Not.Contain("not known"));
        Assert.That(model.Labels, Is.EqualTo(classes == 0 ? [] : Labels));
    }

    [Test]
    public void A_model_of_the_image_trainer_shows_classes_and_architecture()
    {
        byte[] graph = [.. new byte[65_530], .. "resnet_v2_50/block1/unit_1/conv"u8, .. new byte[100]];
        MlNetModel model = Read(Zip(
            ("TransformerChain/Transform_000/Model/Model.key", ImagePredictor("Placeholder", "input", "input", "Score")),
            ("TransformerChain/Transform_000/Model/TFModel", [.. BitConverter.GetBytes(graph.Length), .. graph]),
            ("TransformerChain/Transform_000/TrainSchema", IdvWriter.Write(new IdvColumn("ImageBytes"), new IdvColumn("Label", KeyNames: Labels))),
            ("TransformerChain/Transform_000/Model.key", MlNetChain.Prediction()),
            ("TransformerChain/Model.key", MlNetChain.Chain(1))));
        Assert.That(model.Architecture, Is.EqualTo("ResnetV250"));
        Assert.That(model.Labels, Is.EqualTo(Labels));
        Assert.That(model.ToString(), Does.Contain("3 classes").And.Contain("network input → Score").And.Contain("architecture: ResnetV250"));
    }

    [TestCase("resnet_v2_101/SpatialSqueeze", "ResnetV2101")]
    [TestCase("resnet_v2_50/SpatialSqueeze", "ResnetV250")]
    [TestCase("import/MobilenetV2/Logits/Squeeze", "MobilenetV2")]
    [TestCase("InceptionV3/Logits/SpatialSqueeze", "InceptionV3")]
    [TestCase("efficientnet/head", null)]
    public void The_usual_pipeline_of_the_image_trainer_is_described(string tensor, string? architecture)
    {
        byte[] graph = [.. "\n\u0012"u8, .. Encoding.UTF8.GetBytes(tensor), .. new byte[50]];
        MlNetPartWriter terms = new MlNetPartWriter(new MlNetPartKind("TERM MAN", 0x00010002, 0x00010002, "TermManager", "Microsoft.ML.Data"))
            .Int32(1).Byte(0).Int32(Labels.Length);
        foreach (string label in Labels)
            terms.Name(label);
        MlNetModel model = Read(Zip(
            ("TrainingInfo/Version.txt", "1.0.0\n"u8.ToArray()),
            ("TransformerChain/Transform_000/Vocabulary/Terms.txt", "# Number of terms = 3\n"u8.ToArray()),
            ("TransformerChain/Transform_000/Vocabulary/Model.key", terms.ToArray()),
            ("TransformerChain/Transform_000/Model.key", new MlNetPartWriter(new MlNetPartKind(
                "TERMTRNF", 0x00010003, 0x00010003, "TermTransform", "Microsoft.ML.Data")).Int32(1).Name("LabelKey").Name("Label").Byte(0).ToArray()),
            ("TransformerChain/Transform_001/Model.key",
                new MlNetPartWriter(MlNetPartKind.LoadImages).Int32(1).Name("Image").Name("ImagePath").Name("photos").Byte(0).ToArray()),
            ("TransformerChain/Transform_002/Model/TFModel", [.. BitConverter.GetBytes(graph.Length), .. graph]),
            ("TransformerChain/Transform_002/Model/Model.key", ImagePredictor("DecodeJPGInput", "ResizeTensor", "input", "Score")),
            ("TransformerChain/Transform_002/TrainSchema", IdvWriter.Write(new IdvColumn("LabelKey", KeyNames: Labels))),
            ("TransformerChain/Transform_002/Model.key",
                new MlNetPartWriter(MlNetPartKind.Prediction).Name("Image").Name("LabelKey").Name("Score").Name("PredictedLabel").ToArray()),
            ("TransformerChain/Transform_003/Model.key",
                new MlNetPartWriter(MlNetPartKind.KeyToValue).Int32(1).Name("PredictedLabel").Name("PredictedLabel").ToArray()),
            ("TransformerChain/Model.key", MlNetChain.Chain(4)),
            ("Schema", IdvWriter.Write(new IdvColumn("ImagePath"), new IdvColumn("Label")))));
        Assert.That((model.Architecture, string.Join(",", model.Labels)), Is.EqualTo((architecture, string.Join(",", Labels))));
        Assert.That(model.ToString(), Does.Contain("ImagePath → Image, folder photos").And.Contain("as raw bytes").And.Contain("LabelKey")
            .And.Contain("preprocessing DecodeJPGInput → ResizeTensor; network input → Score")
            .And.Contain($"architecture {architecture ?? "not recognized"}").And.Contain($"TFModel: {graph.Length + 4} bytes"));
    }

    [Test]
    public void Unknown_parts_and_terminal_control_are_shown_not_obeyed()
    {
        byte[] part =
            new MlNetPartWriter(new MlNetPartKind("NEWTHING", 0x00020001, 0x00020001, "Thing", "Some.Assembly")).Name("col\u001b[31mumn").Int32(7).ToArray();
        string text = Read(Zip(("TransformerChain/Transform_000/Model.key", part), ("TransformerChain/Transform_000/Stuff", new byte[9]),
            ("TransformerChain/Model.key", MlNetChain.Chain(1)))).ToString();
        Assert.That(text, Does.Contain("\"NEWTHING\" Thing (Some.Assembly, version 20001").And.Contain("not known here: body of 8 bytes")
            .And.Contain("strings: col\\u001B[31mumn").And.Contain("Stuff: 9 bytes"));
        Assert.That(text, Does.Not.Contain("\u001b"));
    }

    [TestCase(0x10, 300L, "string table")]
    [TestCase(0x18, long.MaxValue, "body")]
    [TestCase(0x18, -1L, "body")]
    [TestCase(0x20, 256L, "string table")]
    [TestCase(0x28, 7L, "string table")]
    [TestCase(0x30, 256L, "characters")]
    [TestCase(0x80, 0L, "tail")]
    [TestCase(0x90, 0x7FFF_FFFF_FFFFL, "assembly name")]
    [TestCase(272, 9_999L, "string 0")]
    public void Wrong_positions_are_named(int at, long value, string expected)
    {
        byte[] part = MlNetChain.Prediction();
        BinaryPrimitives.WriteInt64LittleEndian(part.AsSpan(at), value);
        Assert.That(() => Read(Zip(("TransformerChain/Model.key", part))),
            Throws.InstanceOf<InvalidContentException>().With.Message.StartsWith("model: TransformerChain/Model.key").And.Message.Contains(expected));
    }

    [Test]
    public void Missing_steps_path_tricks_and_other_zips_are_refused()
    {
        Assert.That(() => Read(Zip(("TransformerChain/Model.key", MlNetChain.Chain(2)))),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("Transform_000 is missing"));
        Assert.That(
            () => Read(Zip(("../Model.key", MlNetChain.Chain(0)))), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("inside the archive"));
        Assert.That(() => Read(Zip((string.Concat(Enumerable.Repeat("a/", 50)) + "Model.key", MlNetChain.Chain(0)))),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("folders deep"));
        Assert.That(() => Read(Zip(("readme.txt", [1]))), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("without any Model.key"));
        Assert.That(() => Read([1, 2, 3]), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("zip"));
    }

    [TestCase("/TransformerChain/Model.key")]
    [TestCase("..\\TransformerChain\\Model.key")]
    [TestCase("TransformerChain/../../Model.key")]
    [TestCase("C:\\TransformerChain\\Model.key")]
    public void Paths_that_leave_the_archive_are_refused(string path)
        => Assert.That(() => Read(Zip((path, MlNetChain.Chain(0)))), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("inside the archive"));

    [Test]
    public void Streams_that_are_cut_or_lie_about_their_length_are_refused()
    {
        Dictionary<string, byte[]> entries = MlNetChainTests.Entries(Small());
        foreach (string name in entries.Keys.Where(e => e.StartsWith("TransformerChain/", StringComparison.Ordinal) || e == "Schema"))
            Assert.That(() => Read(Zip([.. entries.Select(e => (e.Key, e.Key == name ? e.Value[..^3] : e.Value))])),
                Throws.InstanceOf<InvalidContentException>().With.Message.StartsWith($"model: {name}").Or.InstanceOf<InvalidContentException>()
                    .With.Message.Contains(name), name);
        byte[] zip = Small();
        foreach (int length in new[] { 0, 21, zip.Length / 2, zip.Length - 1 })
            Assert.That(() => Read(zip[..length]), Throws.InstanceOf<InvalidContentException>(), $"{length} bytes");
    }

    [Test]
    public void Positions_that_lead_back_and_blocks_that_are_shared_end_soon()
    {
        // A description of key names that names itself as its block, and a thousand columns that share one long block.
        byte[] loop = IdvWriter.Write(new IdvColumn("Label", KeyNames: ["a", "b"]));
        int description = (int)BitConverter.ToInt64(loop, (int)BitConverter.ToInt64(loop, 0x20) - 8);
        int block = loop.AsSpan(description).IndexOf("TextSpan"u8) + description + 9 + 8 + 1;
        BinaryPrimitives.WriteInt64LittleEndian(loop.AsSpan(block), description);
        Assert.That(new IdvReader(loop, "table").Columns().Single().KeyNames, Is.Empty);
        IdvColumn[] columns =
            [.. Enumerable.Range(0, 1000).Select(i => new IdvColumn($"c{i}", KeyNames: i == 0 ? [new string('x', 200_000), "b"] : ["a", "b"]))];
        byte[] shared = IdvWriter.Write(columns);
        int contents = (int)BitConverter.ToInt64(shared, 0x18), first = (int)BitConverter.ToInt64(shared, contents + 3 + 5 + 17 + 2 + 8);
        for (int at = contents; (at = shared.AsSpan(at).IndexOf("UInt32"u8) is var next and >= 0 ? at + next : -1) >= 0; at += 6)
            BinaryPrimitives.WriteInt64LittleEndian(shared.AsSpan(at + 6 + 1 + 8 + 2 + 8), first);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.That(() => new IdvReader(shared, "table").Columns(), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("bytes of key names"));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(400_000_000));
    }

    [Test]
    public void Bombs_are_refused_before_they_take_memory()
    {
        byte[] zeros = new byte[80 << 20];
        byte[] packed = Deflate(zeros);
        byte[] schema = IdvWriter.Write(new IdvColumn("Label", KeyNames: ["a", "b"]));
        // The same table with the compressed zeros as its block of names: contents and tail move by the difference.
        int description = BitConverter.ToInt32(schema, (int)BitConverter.ToInt64(schema, 0x18) + 6 + 5 + 1 + 16 + 2 + 8);
        byte[] rest = schema[description..];
        int compression = rest.AsSpan().IndexOf("TextSpan"u8) + 9 + 8;
        byte[] bomb = [.. schema[..256], .. packed, .. rest[..compression], 1, .. BitConverter.GetBytes(256L), .. Leb128(packed.Length),
            .. rest[(compression + 1 + 8 + 1)..]];
        long contents = bomb.AsSpan().LastIndexOf("Label"u8) - 1;
        BinaryPrimitives.WriteInt64LittleEndian(bomb.AsSpan(0x18), contents);
        BinaryPrimitives.WriteInt64LittleEndian(bomb.AsSpan(0x20), bomb.Length - 8);
        BinaryPrimitives.WriteInt64LittleEndian(bomb.AsSpan(bomb.Length - 16), 256 + packed.Length);
        Assert.That(() => new IdvReader(bomb, "table").Columns(), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("bytes of key names"));

        byte[] zip = Zip(("TransformerChain/Model.key", zeros));
        int directory = zip.AsSpan().LastIndexOf("TransformerChain/Model.key"u8) - 46;
        BitConverter.GetBytes(0x7000_0000u).CopyTo(zip, directory + 24);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.That(() => Read(zip), Throws.InstanceOf<InvalidContentException>());
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(10_000_000));
    }

    [Test]
    public void Damage_gives_a_description_or_an_error_that_names_the_place() => CheckDamaged(Small(), cases: 500, seed: 11);

    [TestCase("b_maxent.zip")]
    [TestCase("h_linear.zip")]
    public void Damage_of_files_of_ML_NET_does_too(string file) =>
        CheckDamaged(File.ReadAllBytes(SharedFiles.Need("golden", "mlnet", "zips", file)), cases: 300, seed: 12);

    private static void CheckDamaged(byte[] zip, int cases, ulong seed)
    {
        Dictionary<string, byte[]> entries = MlNetChainTests.Entries(zip);
        string[] names = [.. entries.Keys.Where(e => e.StartsWith("TransformerChain/", StringComparison.Ordinal) || e == "Schema")];
        SeededRandom random = new(seed);
        int refused = 0;
        for (int i = 0; i < cases; i++)
        {
            byte[] damaged;
            if (i % 5 == 0)
                damaged = Mutate(zip, random);
            else
            {
                string name = names[random.NextInt32(names.Length)];
                damaged = Zip([.. entries.Select(e => (e.Key, e.Key == name ? Mutate(e.Value, random) : e.Value))]);
            }
            try
            {
                Assert.That(Read(damaged).ToString(), Is.Not.Empty);
            }
            catch (InvalidContentException error)
            {
                refused++;
                Assert.That(error.Message, Does.StartWith("model"));
            }
        }
        // The rest changes a byte that only a name or a reserved field holds.
        Assert.That(refused, Is.InRange(cases / 4, cases - 1));
    }

    private static byte[] Mutate(byte[] content, SeededRandom random)
    {
        byte[] changed = [.. content];
        switch (random.NextInt32(4))
        {
            case 0:
                return changed[..random.NextInt32(changed.Length)];
            case 1:
                changed[random.NextInt32(changed.Length)] = (byte)random.NextInt32(256);
                break;
            case 2:
                changed[random.NextInt32(changed.Length)] ^= (byte)(1 << random.NextInt32(8));
                break;
            default:
                // A whole number becomes an extreme one, often a position, length or count.
                int at = random.NextInt32(changed.Length / 4) * 4;
                int[] extremes = [0, -1, int.MaxValue, int.MinValue, 256, 1 << 20];
                BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(Math.Min(at, changed.Length - 4)), extremes[random.NextInt32(extremes.Length)]);
                break;
        }
        return changed;
    }

    private static byte[] Small() => MlNetChainTests.Save(MlNetChainTests.Model("crop", Labels));

    private static MlNetModel Read(byte[] zip) => MlNetModelReader.Read(new MemoryStream(zip));

    private static byte[] ImagePredictor(params ReadOnlySpan<string> tensors)
    {
        MlNetPartWriter part =
            new MlNetPartWriter(new MlNetPartKind("IMAGPRED", 0x00010001, 0x00010001, "ImageClassificationPred", "Microsoft.ML.Vision")).Int32(4).Int32(3);
        foreach (string tensor in tensors)
        {
            part.Byte((byte)tensor.Length);
            foreach (byte b in Encoding.UTF8.GetBytes(tensor))
                part.Byte(b);
        }
        return part.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        return stream.ToArray();
    }

    private static byte[] Deflate(byte[] content)
    {
        using MemoryStream stream = new();
        using (DeflateStream deflate = new(stream, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(content);
        return stream.ToArray();
    }

    private static byte[] Leb128(int value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
