using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Where a new head is put, for the ways in which networks end.</summary>
public sealed class FeatureTensorTests
{
    [Test]
    public void Pooled_and_flattened_output_is_the_feature_tensor() =>
        Assert.That(Find("Conv3 a", "GlobalAveragePool b", "Flatten c"), Is.EqualTo("c"));

    [Test]
    public void Pooled_output_with_its_sides_is_the_feature_tensor() =>
        Assert.That(Find("Conv3 a", "Relu b", "GlobalAveragePool c"), Is.EqualTo("c"));

    [Test]
    public void Pooling_by_a_window_as_large_as_the_image_counts() =>
        Assert.That(Find("Conv3 a", "AveragePool8 b", "Flatten c"), Is.EqualTo("c"));

    [Test]
    public void Flattened_output_without_pooling_is_the_feature_tensor() =>
        Assert.That(Find("Conv3 a", "MaxPool2 b", "Flatten c"), Is.EqualTo("c"));

    [Test]
    public void Input_of_the_last_Gemm() =>
        Assert.That(Find("Conv3 a", "GlobalAveragePool b", "Flatten c", "Gemm d"), Is.EqualTo("c"));

    [Test]
    public void Input_of_the_last_of_several_gemms() =>
        Assert.That(Find("Conv3 a", "Flatten b", "Gemm256 c", "Relu d", "Gemm5x6 e", "Softmax f"), Is.EqualTo("d"));

    [Test]
    public void Input_of_the_last_MatMul_behind_softmax() =>
        Assert.That(Find("Conv3 a", "GlobalAveragePool b", "Flatten c", "MatMul d", "Softmax e"), Is.EqualTo("c"));

    [Test]
    public void Point_convolution_behind_the_pooling_gives_the_scores() =>
        Assert.That(Find("Conv3 a", "GlobalAveragePool b", "Conv1 c", "Flatten d"), Is.EqualTo("b"));

    [Test]
    public void Point_convolution_before_pooling_and_softmax_gives_the_scores() =>
        Assert.That(Find("Conv3 a", "Conv1 b", "Relu c", "GlobalAveragePool d", "Flatten e", "Softmax f"), Is.EqualTo("a"));

    [Test]
    public void Neither_is_refused_with_the_option() =>
        Assert.That(() => Find("Conv3 a", "Relu b"), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("--feature-output"));

    /// <summary>A chain on images [N,4,8,8] with 4 channels everywhere; each step is operator, size and output name.</summary>
    private static string Find(params string[] steps)
    {
        Dictionary<string, Tensor> parameters = [];
        List<Node> nodes = [];
        string last = "x";
        foreach (string step in steps)
        {
            string kind = step.Split(' ')[0], name = step.Split(' ')[1], opType = kind.Split('1', '2', '3', '5', '8')[0];
            (Dictionary<string, object> attributes, TensorShape? weight) = kind switch
            {
                "Conv3" => (new Dictionary<string, object> { ["pads"] = new long[] { 1, 1, 1, 1 } }, new TensorShape(4, 4, 3, 3)),
                "Conv1" => ([], new TensorShape(4, 4, 1, 1)),
                "AveragePool8" => (new Dictionary<string, object> { ["kernel_shape"] = new long[] { 8, 8 } }, null),
                "MaxPool2" => (new Dictionary<string, object> { ["kernel_shape"] = new long[] { 2, 2 } }, null),
                "Gemm256" => ([], new TensorShape(256, 5)),
                "Gemm5x6" => ([], new TensorShape(5, 6)),
                "Gemm" or "MatMul" => ([], new TensorShape(4, 6)),
                _ => (new Dictionary<string, object>(), (TensorShape?)null),
            };
            if (weight is TensorShape shape)
                parameters[name + ".weight"] = new Tensor(shape);
            string[] inputs = weight is null ? [last] : [last, name + ".weight"];
            nodes.Add(new Node(name, OperatorCatalog.Create(opType, new OperatorAttributes(attributes), inputs.Length, 1), inputs, [name]));
            last = name;
        }
        return FeatureTensor.Find(new Graph("net", [new GraphInput("x", new TensorShape(-1, 4, 8, 8))], nodes, [last], parameters));
    }
}
