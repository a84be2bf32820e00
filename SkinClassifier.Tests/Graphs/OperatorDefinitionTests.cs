using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Corners of the ONNX definitions that neither the laws nor PyTorch's numbers reach; numbers by hand from the specification.</summary>
public sealed class OperatorDefinitionTests
{
    [Test]
    public void Where_takes_the_third_input_where_the_condition_is_zero() =>
        Assert.That(Run("Where", [T([4], 1, 0, 2, 0), T([4], 1, 2, 3, 4), T([1], 9)]), Is.EqualTo(new float[] { 1, 9, 3, 9 }));

    [Test]
    public void Where_sends_gradients_to_the_chosen_side()
    {
        OperatorRun run = new OperatorRun(Create("Where"), [T([3], 1, 0, 1), T([3], 1, 2, 3), T([1], 9)]).Forward();
        float[]?[] gradients = run.Backward([[5, 6, 7]], i => i > 0);
        Assert.That(gradients[1], Is.EqualTo(new float[] { 5, 0, 7 }));
        Assert.That(gradients[2], Is.EqualTo(new float[] { 6 }));
    }

    [Test]
    public void Equal_gives_one_or_zero() =>
        Assert.That(Run("Equal", [T([2, 2], 1, 2, 3, 4), T([2], 1, 4)]), Is.EqualTo(new float[] { 1, 0, 0, 1 }));

    [Test]
    public void ArgMax_takes_the_first_or_the_last_of_equal_ones()
    {
        Tensor x = T([2, 3], 5, 5, 1, 2, 7, 7);
        Assert.That(Run("ArgMax", [x], A(("axis", 1L))), Is.EqualTo(new float[] { 0, 1 }));
        Assert.That(Run("ArgMax", [x], A(("axis", 1L), ("select_last_index", 1L))), Is.EqualTo(new float[] { 1, 2 }));
    }

    [TestCase("floor", new float[] { 1, 1, 2, 2, 3, 3 })]
    [TestCase("ceil", new float[] { 1, 2, 2, 3, 3, 3 })]
    [TestCase("round_prefer_floor", new float[] { 1, 1, 2, 2, 3, 3 })]
    [TestCase("round_prefer_ceil", new float[] { 1, 2, 2, 3, 3, 3 })]
    public void Resize_rounds_as_its_mode_says(string rounding, float[] expected) =>
        Assert.That(Run("Resize", [T([3], 1, 2, 3)], A(("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", rounding)),
            C((2, new float[] { 2 }))), Is.EqualTo(expected));

    [TestCase("half_pixel", new float[] { 1, 1.25f, 1.75f, 2.25f, 2.75f, 3 })]
    [TestCase("asymmetric", new float[] { 1, 1.5f, 2, 2.5f, 3, 3 })]
    [TestCase("align_corners", new float[] { 1, 1.4f, 1.8f, 2.2f, 2.6f, 3 })]
    [TestCase("pytorch_half_pixel", new float[] { 1, 1.25f, 1.75f, 2.25f, 2.75f, 3 })]
    [TestCase("half_pixel_symmetric", new float[] { 1, 1.25f, 1.75f, 2.25f, 2.75f, 3 })]
    public void Linear_resize_reads_at_the_coordinates_of_its_mode(string coordinates, float[] expected) =>
        Assert.That(Run("Resize", [T([3], 1, 2, 3)], A(("mode", "linear"), ("coordinate_transformation_mode", coordinates)),
            C((2, new float[] { 2 }))), Is.EqualTo(expected).Within(1e-6));

    [Test]
    public void Resize_rounds_its_output_length_down() =>
        Assert.That(Create("Resize", null, C((2, new float[] { 0.6f }))).InferShapes([new TensorShape(4)])[0], Is.EqualTo(new TensorShape(2)));

    [TestCase(-100, 100, 1, new float[] { 0, 1, 2, 3 })]
    [TestCase(3, 1, 1, new float[] { })]
    [TestCase(100, -100, -1, new float[] { 3, 2, 1, 0 })]
    [TestCase(-100, -100, -1, new float[] { 0 })]
    [TestCase(1, long.MaxValue, 2, new float[] { 1, 3 })]
    [TestCase(-1, long.MinValue, -3, new float[] { 3, 0 })]
    public void Slice_clamps_its_ends(long start, long end, long step, float[] expected) =>
        Assert.That(Run("Slice", [T([4], 0, 1, 2, 3)], null, C((1, new[] { start }), (2, new[] { end }), (3, new long[] { 0 }), (4, new[] { step }))),
            Is.EqualTo(expected));

    [Test]
    public void Reshape_refuses_what_does_not_fit()
    {
        Operator reshape = Create("Reshape", null, C((1, new long[] { -1, 4 })));
        Assert.That(reshape.InferShapes([new TensorShape(2, 6)])[0], Is.EqualTo(new TensorShape(3, 4)));
        Assert.That(() => reshape.InferShapes([new TensorShape(2, 5)]), Throws.InstanceOf<ShapeMismatchException>());
        Assert.That(() => Create("Reshape"), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("constant shape"));
    }

    [Test]
    public void Reshape_with_allowzero_makes_empty_axes() =>
        Assert.That(
            Create("Reshape", A(("allowzero", 1L)), C((1, new long[] { 0, 3 }))).InferShapes([new TensorShape(5, 0)])[0], Is.EqualTo(new TensorShape(0, 3)));

    [Test]
    public void Scalars_pass_through_elementwise_operators()
    {
        Assert.That(Run("Relu", [T([], -3)]), Is.EqualTo(new float[] { 0 }));
        Assert.That(Run("Add", [T([], 2), T([], 3)]), Is.EqualTo(new float[] { 5 }));
        Assert.That(Run("ReduceMean", [T([], 7)]), Is.EqualTo(new float[] { 7 }));
    }

    [Test]
    public void Empty_tensors_give_empty_results()
    {
        Assert.That(Run("Relu", [T([0, 3])]), Is.Empty);
        Assert.That(Run("Mul", [T([0, 3]), T([3], 1, 2, 3)]), Is.Empty);
        Assert.That(Run("Concat", [T([0, 2]), T([1, 2], 4, 5)], A(("axis", 0L))), Is.EqualTo(new float[] { 4, 5 }));
        Assert.That(Run("Conv", [T([0, 1, 3, 3]), T([2, 1, 3, 3], new float[18])]), Is.Empty);
    }

    [Test]
    public void NaN_survives()
    {
        Assert.That(Run("Relu", [T([2], float.NaN, 1)])[0], Is.NaN);
        Assert.That(Run("Max", [T([2], float.NaN, 1), T([2], 1, float.NaN)]), Is.All.NaN);
        Assert.That(Run("MaxPool", [T([1, 1, 3], 1, float.NaN, 3)], A(("kernel_shape", new long[] { 3 }))), Is.All.NaN);
    }

    [Test]
    public void Ceil_mode_leaves_out_windows_that_start_in_the_padding()
    {
        Operator pool = Create(
            "MaxPool", A(("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }), ("ceil_mode", 1L)));
        Assert.That(pool.InferShapes([new TensorShape(1, 1, 3, 4)])[0], Is.EqualTo(new TensorShape(1, 1, 2, 3)));
    }

    [Test]
    public void Dropout_drops_its_share_and_keeps_the_mean()
    {
        Tensor ones = new(new TensorShape(100, 100));
        ones.Values.Fill(1);
        float[] y = new OperatorRun(Create("Dropout", null, C((1, 0.3f))), [ones], training: true).Forward().Outputs[0].Values.ToArray();
        Assert.That(y.Count(v => v == 0) / 10000.0, Is.EqualTo(0.3).Within(0.02));
        Assert.That(y.Average(), Is.EqualTo(1).Within(0.03));
    }

    [Test]
    public void Unsupported_attributes_are_named()
    {
        Assert.That(() => Create("Conv", A(("auto_pad", "SAME"))), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("auto_pad"));
        Assert.That(() => Create("Resize", A(("mode", "cubic")), C((2, new float[] { 2 }))),
            Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("cubic"));
        Assert.That(() => OperatorCatalog.Create("MaxPool", A(("kernel_shape", new long[] { 2, 2 })), 1, 2), Throws.InstanceOf<UnsupportedContentException>());
    }

    private static float[] Run(string opType, Tensor[] inputs, OperatorAttributes? attributes = null, Dictionary<int, object>? constants = null) =>
        new OperatorRun(Create(opType, attributes, constants), inputs).Forward().Outputs[0].Values.ToArray();

    private static Operator Create(string opType, OperatorAttributes? attributes = null, Dictionary<int, object>? constants = null) =>
        OperatorCatalog.Create(opType, new OperatorAttributes(attributes?.Attributes, constants), 1, 1);

    private static OperatorAttributes A(params (string Name, object Value)[] attributes) => new(attributes.ToDictionary(a => a.Name, a => a.Value));

    private static Dictionary<int, object> C(params (int Input, object Value)[] constants) => constants.ToDictionary(c => c.Input, c => c.Value);

    private static Tensor T(int[] shape, params float[] values) => new(new TensorShape(shape), values);
}
