using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>Weights from files find their parameters, and everything that does not fit is said at once.</summary>
public sealed class BackboneWeightsTests
{
    [TestCase("F32", 0)]
    [TestCase("F16", 0.0006)]
    [TestCase("BF16", 0.004)]
    [TestCase("F64", 0)]
    public void Safetensors_of_every_float_type_are_read(string type, double tolerance)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.safetensors");
        float[] values = [1, -2.5f, 0.333f, 1e-3f, 70, 0];
        Write(path, [("x", new TensorShape(2, 3), values)], type);
        SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.That(file.Names, Is.EqualTo(new[] { "x" }));
        Tensor tensor = file.Read("x");
        Assert.That(tensor.Shape, Is.EqualTo(new TensorShape(2, 3)));
        for (int i = 0; i < values.Length; i++)
            Assert.That(tensor.Values[i], Is.EqualTo(values[i]).Within(tolerance * Math.Abs(values[i])));
    }

    [TestCase("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}", "expected 8 bytes")]
    [TestCase("{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[4,20]}}", "inside of 16")]
    [TestCase("{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[4,16]}}", "expected 0")]
    [TestCase("{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "expected 12 bytes of data")]
    [TestCase("{\"x\":{\"dtype\":\"F32\",\"shape\":[1000000,1000000,1000000],\"data_offsets\":[0,16]}}", "does not fit its data")]
    [TestCase("{\"x\":{\"dtype\":\"F32\",\"shape\":[-4],\"data_offsets\":[0,16]}}", "does not fit its data")]
    [TestCase("{\"x\":{\"dtype\":\"Q7\",\"shape\":[4],\"data_offsets\":[0,16]}}", "type 'Q7'")]
    [TestCase("{\"x\":{\"dtype\":\"F32\",\"shape\":[4]}}", "header")]
    [TestCase("[1,2]", "header")]
    [TestCase("{\"x\":", "header")]
    public void Damaged_headers_are_refused_with_their_place(string header, string expected)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.safetensors");
        WriteRaw(path, header, new byte[16]);
        Assert.That(
            () => SafetensorsFile.Open(path), Throws.InstanceOf<SkinClassifierException>().With.Message.Contains(expected).And.Message.StartsWith(path));
    }

    [Test]
    public void Header_longer_than_the_file_is_refused_before_allocation()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.safetensors");
        byte[] bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 1UL << 40);
        File.WriteAllBytes(path, bytes);
        Assert.That(() => SafetensorsFile.Open(path), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("header"));
    }

    [Test]
    public void Cut_and_changed_files_give_nothing_but_our_exceptions()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.safetensors");
        Write(path, [("x", new TensorShape(2, 3), new float[6]), ("y", new TensorShape(4), new float[4])], "F32");
        byte[] whole = File.ReadAllBytes(path);
        SeededRandom random = new(3);
        for (int round = 0; round < 500; round++)
        {
            byte[] bytes = random.NextInt32(4) == 0 ? whole[..random.NextInt32(whole.Length)] : (byte[])whole.Clone();
            for (int i = random.NextInt32(4); i >= 0 && bytes.Length > 0; i--)
                bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
            File.WriteAllBytes(path, bytes);
            try
            {
                SafetensorsFile file = SafetensorsFile.Open(path);
                foreach (string name in file.Names.Where(file.IsFloat))
                    _ = file.Read(name);
            }
            catch (SkinClassifierException)
            {
                // refused, as it should be
            }
        }
        Assert.That(random.NextUInt64(), Is.Not.Zero);
    }

    [Test]
    public void Torchvisions_names_fill_every_parameter()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("net.safetensors");
        Backbone source = Small(7, 5), target = Small(8, 5);
        Write(path, [.. source.Graph.Parameters.Select(p => (p.Key, p.Value.Shape, p.Value.Values.ToArray())),
            ("features.0.1.num_batches_tracked", new TensorShape(1), [3f])], "F32");
        Assert.That(BackboneWeights.Load(target, path), Is.Empty);
        foreach ((string name, Tensor value) in source.Graph.Parameters)
            Assert.That(target.Graph.Parameters[name].Values.SequenceEqual(value.Values), name);
    }

    [Test]
    public void Another_number_of_classes_keeps_the_last_layer()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("net.safetensors");
        Write(path, [.. Small(7, 5).Graph.Parameters.Select(p => (p.Key, p.Value.Shape, p.Value.Values.ToArray()))], "F32");
        Assert.That(BackboneWeights.Load(Small(8, 3), path), Is.EquivalentTo(new[] { "classifier.1.weight", "classifier.1.bias" }));
        Assert.That(BackboneWeights.Load(Small(8, 0), path), Is.Empty);
    }

    [Test]
    public void Missing_unknown_and_misshaped_are_all_named()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("net.safetensors");
        var tensors =
            Small(7, 5).Graph.Parameters.Where(p => p.Key != "features.3.conv.2.weight").Select(p => (p.Key, p.Value.Shape, p.Value.Values.ToArray())).ToList();
        int index = tensors.FindIndex(t => t.Key == "features.0.0.weight");
        tensors[index] = ("features.0.0.weight", new TensorShape(1), [1f]);
        tensors.Add(("spoiler.weight", new TensorShape(1), [1f]));
        Write(path, tensors, "F32");
        Backbone target = Small(8, 5);
        float before = target.Graph.Parameters["features.1.conv.1.weight"].Values[0];
        Assert.That(() => BackboneWeights.Load(target, path), Throws.InstanceOf<ShapeMismatchException>()
            .With.Message.Contains("1 missing: features.3.conv.2.weight").And.Message.Contains("1 unknown: spoiler.weight")
            .And.Message.Contains("features.0.0.weight (expected [").And.Message.Contains("received [1]"));
        Assert.That(target.Graph.Parameters["features.1.conv.1.weight"].Values[0], Is.EqualTo(before), "nothing is copied when anything is wrong");
    }

    [TestCase("net.pth", "safetensors.torch")]
    [TestCase("pytorch_model.bin", "safetensors.torch")]
    [TestCase("net.h5", "tf2onnx")]
    [TestCase("net.xyz", ".safetensors, .onnx")]
    public void Other_kinds_are_refused_with_the_conversion(string file, string expected) =>
        Assert.That(() => BackboneWeights.Load(Small(1, 0), file),
            Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains(expected).And.Message.StartsWith(file));

    [Test]
    public void ONNX_file_of_the_same_network_fills_every_parameter_whatever_its_names()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("net.onnx");
        Backbone source = Small(7, 5), target = Small(8, 5);
        using (FileStream stream = File.Create(path))
            OnnxModel.Write(source.Graph, stream);
        Assert.That(BackboneWeights.Load(target, path), Is.Empty);
        Assert.That(Run(target).Values.SequenceEqual(Run(source).Values));
    }

    [Test]
    public void An_ONNX_file_of_another_structure_is_refused()
    {
        // This MobileNetV2 has one convolution more than torchvision's: an expansion in the first block.
        Backbone backbone = Architecture.MobileNetV2.Build(new BackboneOptions { Classes = 0 });
        string file = SharedFiles.Need("backbones", "mobilenet_v2_imagenet_features.onnx");
        Assert.That(() => BackboneWeights.Load(backbone, file),
            Throws.InstanceOf<ShapeMismatchException>().With.Message.Contains("missing: features.1.conv.0.0.weight"));
    }

    [Test]
    public void Pretrained_ONNX_file_fills_our_SqueezeNet()
    {
        Backbone backbone = Architecture.Parse("squeezenet1_1").Build();
        string file = SharedFiles.Need("backbones", "squeezenet1_1_imagenet.onnx");
        Assert.That(BackboneWeights.Load(backbone, file), Is.Empty);
        Tensor scores = Onnx.OnnxAssert.Run(backbone.Graph, Onnx.NpyFile.Read(SharedFiles.Need("backbones", "reference", "two_pictures.input.npy")));
        for (int n = 0; n < 2; n++)
        {
            Span<float> row = scores.Values.Slice(n * 1000, 1000);
            System.Numerics.Tensors.TensorPrimitives.SoftMax(row, row);
        }
        Onnx.OnnxAssert.Close(scores, Onnx.NpyFile.Read(SharedFiles.Need("backbones", "reference", "squeezenet1_1.probabilities.npy")), 1e-4);
    }

    private static Backbone Small(ulong seed, int classes)
    {
        Backbone backbone = Architecture.MobileNetV2.Build(new BackboneOptions { Classes = classes, Seed = seed, WidthMultiplier = 0.35, InputSize = 32 });
        SeededRandom random = new(seed);
        foreach (Tensor value in backbone.Graph.Parameters.Values.Where(v => v.Shape.Rank == 1))
            foreach (ref float v in value.Values)
                v = 0.5f + random.NextSingle();
        return backbone;
    }

    private static Tensor Run(Backbone backbone)
    {
        Tensor input = new(new TensorShape(1, 3, 32, 32));
        for (int i = 0; i < input.Values.Length; i++)
            input.Values[i] = i % 17 / 8f - 1;
        return Onnx.OnnxAssert.Run(backbone.Graph, input);
    }

    /// <summary>Writes tensors as safetensors in the given type.</summary>
    internal static void Write(string path, IReadOnlyList<(string Name, TensorShape Shape, float[] Values)> tensors, string type)
    {
        Dictionary<string, object> header = [];
        List<byte> data = [];
        foreach ((string name, TensorShape shape, float[] values) in tensors)
        {
            int start = data.Count;
            foreach (float value in values)
                data.AddRange(type switch
                {
                    "F32" => BitConverter.GetBytes(value),
                    "F64" => BitConverter.GetBytes((double)value),
                    "F16" => BitConverter.GetBytes((Half)value),
                    _ => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
                });
            header[name] =
                new Dictionary<string, object> { ["dtype"] = type, ["shape"] = shape.Lengths.ToArray(), ["data_offsets"] = new[] { start, data.Count } };
        }
        WriteRaw(path, JsonSerializer.Serialize(header), data.ToArray());
    }

    private static void WriteRaw(string path, string header, ReadOnlySpan<byte> data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
    }
}
