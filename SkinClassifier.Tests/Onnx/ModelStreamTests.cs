using System.Runtime.InteropServices;
using Google.Protobuf;
using SkinClassifier.Common;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Reading;
using SkinClassifier.Onnx.Schema;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Tests.Onnx;

public sealed class ModelStreamTests
{
    [Test]
    public void Messages_equal_those_of_the_parser()
    {
        ModelProto model = Model();
        byte[] content = model.ToByteArray();
        Assert.That(Parse(content, 7), Is.EqualTo(model), "bytes that come seven at a time");
        Assert.That(Parse(content, int.MaxValue), Is.EqualTo(model));
    }

    [Test]
    public void A_large_weight_of_floats_is_not_copied()
    {
        TensorProto weight = Parse(Model().ToByteArray(), int.MaxValue).Graph.Initializer[1];
        Assert.That(MemoryMarshal.TryGetMemoryManager(weight.RawData.Memory, out FloatBytes? own), Is.True);
        Assert.That(new TensorReader(new FileError("file"), null).Read(weight).Floats, Is.SameAs(own!.Values));
    }

    [Test]
    public void Weights_of_other_types_become_floats()
    {
        byte[] halves = [.. Enumerable.Range(0, 1000).SelectMany(i => BitConverter.GetBytes((Half)i))];
        ModelProto model = Model();
        model.Graph.Initializer.Add(new TensorProto { Name = "h", DataType = (int)DataType.Float16, Dims = { 1000 }, RawData = ByteString.CopyFrom(halves) });
        TensorProto weight = Parse(model.ToByteArray(), int.MaxValue).Graph.Initializer[^1];
        Assert.That(new TensorReader(new FileError("file"), null).Read(weight).Floats, Is.EqualTo(Enumerable.Range(0, 1000).Select(i => (float)i)));
    }

    [Test]
    public void A_cut_file_is_refused_at_every_length()
    {
        byte[] content = Model().ToByteArray();
        for (int length = 1; length < content.Length; length += length < 200 ? 1 : 97)
        {
            byte[] cut = content[..length];
            Assert.That(() => OnnxModel.Load(cut, "cut"), Throws.InstanceOf<SkinClassifierException>().With.Message.StartsWith("cut: "), $"{length} bytes");
        }
    }

    [TestCase("3aff7f0a00", TestName = "A_field_longer_than_the_file")]
    [TestCase("3a062affffffff0f", TestName = "A_weight_longer_than_its_graph")]
    [TestCase("ffffffffffffffffffff01", TestName = "A_number_of_eleven_bytes")]
    [TestCase("0000", TestName = "Field_zero")]
    [TestCase("0b08010c", TestName = "A_group")]
    [TestCase("3a022a05", TestName = "A_length_without_bytes")]
    public void Broken_lengths_are_refused(string hex) =>
        Assert.That(() => OnnxModel.Load(Convert.FromHexString(hex), "file"), Throws.InstanceOf<InvalidContentException>().With.Message.StartsWith("file: "));

    private static ModelProto Parse(byte[] content, int atOnce) => ModelStream.Parse(new SlowStream(content, atOnce), content.Length, _ => { });

    private static ModelProto Model()
    {
        float[] values = [.. Enumerable.Range(0, 5000).Select(i => i * 0.25f)];
        return new ModelProto
        {
            IrVersion = 8,
            ProducerName = "test",
            OpsetImport = { new OperatorSetIdProto { Version = 15 } },
            Graph = new GraphProto
            {
                Name = "graph",
                Node = { new NodeProto { OpType = "Relu", Input = { "x" }, Output = { "y" },
                    Attribute = { new AttributeProto { Name = "a", F = 1.5f, I = -3 } } } },
                Initializer =
                {
                    new TensorProto { Name = "small", DataType = (int)DataType.Float, Dims = { 2 }, RawData = ByteString.CopyFrom(new byte[8]) },
                    new TensorProto { Name = "large", DataType = (int)DataType.Float, Dims = { 50, 100 },
                        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) },
                    new TensorProto { Name = "typed", DataType = (int)DataType.Double, Dims = { 3 }, DoubleData = { 1, 2, 3 } },
                },
                Output = { new ValueInfoProto { Name = "y" } },
            },
        };
    }

    /// <summary>Gives at most so many bytes a read, as a network or a decompressor may.</summary>
    private sealed class SlowStream(byte[] content, int atOnce) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(atOnce, buffer.Length)]);
    }
}
