using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Networks that take channels last or the order B, G, R get what they want from R, G, B planes.</summary>
public sealed class ChannelOrderTests
{
    [Test]
    public void Channels_last_gets_a_transpose_in_front()
    {
        GraphBuilder builder = new("keras");
        string x = builder.Input("input", new TensorShape(TensorShape.Free, 4, 5, 3));
        string weight = builder.Parameter("weight", new Tensor(new TensorShape(3, 2), [1, 0, 0, 1, 2, 3]));
        Graph graph = builder.Build(builder.Add("MatMul", "scores", [x, weight]));
        Graph first = graph.WithChannelsFirst();
        Assert.That(first.Inputs, Is.EqualTo(new[] { new GraphInput("input", new TensorShape(TensorShape.Free, 3, 4, 5)) }));
        Assert.That(first.Nodes[0].Operator.OpType, Is.EqualTo("Transpose"));
        Tensor planes = OperatorGoldenTests.Numbers(new TensorShape(2, 3, 4, 5), 3, -1, 1), last = new(new TensorShape(2, 4, 5, 3));
        for (int n = 0; n < 2; n++)
            for (int c = 0; c < 3; c++)
                for (int p = 0; p < 20; p++)
                    last.Values[(n * 20 + p) * 3 + c] = planes.Values[(n * 3 + c) * 20 + p];
        Assert.That(GraphRun.Output(first, planes).Values.ToArray(), Is.EqualTo(GraphRun.Output(graph, last).Values.ToArray()));
        Assert.That(first.WithChannelsFirst(), Is.SameAs(first));
    }

    [Test]
    public void A_transpose_that_only_undoes_the_order_is_left_out()
    {
        GraphBuilder builder = new("keras");
        string x = builder.Transpose(builder.Input("input", new TensorShape(TensorShape.Free, 6, 6, 3)), "turn", 0, 3, 1, 2);
        Graph graph = builder.Build(builder.Relu(builder.Conv(x, "conv", 4, 3), "relu")).WithChannelsFirst();
        Assert.That(graph.Nodes.Select(n => n.Operator.OpType), Is.EqualTo(new[] { "Conv", "Relu" }));
        Assert.That(graph.InferShapes(new TensorShape(1, 3, 6, 6))["relu"], Is.EqualTo(new TensorShape(1, 4, 4, 4)));
    }

    [TestCase("imagenet", false, 123.675f, 57.375f)]
    [TestCase("minus1to1", false, 127.5f, 127.5f)]
    [TestCase("zero_to_one", false, 0f, 255f)]
    [TestCase("caffe-bgr", true, 123.68f, 1f)]
    [TestCase("none", false, 0f, 1f)]
    [TestCase("127/128", false, 127f, 128f)]
    [TestCase("1,2,3/4,5,6-bgr", true, 1f, 6f)]
    public void Normalizations_are_read_by_name_or_in_numbers(string text, bool bgr, float firstMean, float lastStd)
    {
        Assert.That(Normalization.TryParse(text, out Normalization? read), Is.True);
        Assert.That((read!.IsBgr, read.Mean[0], read.Std[2]), Is.EqualTo((bgr, firstMean, lastStd)));
    }

    [TestCase("")]
    [TestCase("imagenett")]
    [TestCase("1/0")]
    [TestCase("1,2/3")]
    [TestCase("nan/1")]
    [TestCase("-bgr")]
    public void Other_text_is_no_normalization(string text) => Assert.That(Normalization.TryParse(text, out _), Is.False);

    [Test]
    public void The_order_BGR_exchanges_the_first_and_last_plane()
    {
        GraphBuilder builder = new("caffe");
        Normalization.TryParse("10,20,30/1,2,4-bgr", out Normalization? normalization);
        Graph graph = builder.Build(builder.Normalize(builder.Input("image", new TensorShape(TensorShape.Free, 3, 1, 1)), normalization!));
        Assert.That(GraphRun.Output(graph, new Tensor(new TensorShape(1, 3, 1, 1), [11, 24, 38])).Values.ToArray(), Is.EqualTo(new float[] { 2, 2, 1 }));
    }
}
