using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

public sealed class InferencePlanTests
{
    private static Graph Chain() => new("chain", [new GraphInput("x", new TensorShape(-1, 3))],
    [
        new Node("n1", new SumOperator(), ["x", "p"], ["a"]),
        new Node("n2", new SumOperator(), ["a", ""], ["b"]),
        new Node("n3", new SumOperator(), ["b", "a"], ["c"]),
    ], ["c"], new Dictionary<string, Tensor> { ["p"] = new(new TensorShape(3), [10, 20, 30]) });

    [Test]
    public void Values_that_are_used_twice_live_long_enough()
    {
        using InferencePlan plan = InferencePlan.Create(Chain(), new TensorShape(2, 3));
        float[] output = new float[6];
        plan.Run([1, 2, 3, 4, 5, 6], output);
        Assert.That(output, Is.EqualTo(new float[] { 22, 44, 66, 28, 50, 72 }));
        Assert.That(plan.OutputShape, Is.EqualTo(new TensorShape(2, 3)));
    }

    [Test]
    public void Wrong_shapes_and_lengths_are_refused()
    {
        Graph graph = Chain();
        Assert.That(() => InferencePlan.Create(graph, new TensorShape(2, 4)),
            Throws.TypeOf<ShapeMismatchException>().With.Message.Contains("expected shape [?,3], received [2,4]"));
        Assert.That(() => InferencePlan.Create(graph, new TensorShape(-1, 3)), Throws.TypeOf<ShapeMismatchException>());
        using InferencePlan plan = InferencePlan.Create(graph, new TensorShape(1, 3));
        Assert.That(() => plan.Run(new float[4], new float[3]), Throws.TypeOf<ShapeMismatchException>().With.Message.Contains("input"));
        Assert.That(() => plan.Run(new float[3], new float[2]), Throws.TypeOf<ShapeMismatchException>().With.Message.Contains("output"));
        plan.Dispose();
        Assert.That(() => plan.Run(new float[3], new float[3]), Throws.TypeOf<ObjectDisposedException>());
    }

    /// <summary>Adds its inputs; the second may be absent or a row that is repeated.</summary>
    private sealed class SumOperator : Operator
    {
        public override string OpType => "TestSum";

        internal override TensorShape[] Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) => [inputs[0]];

        internal override void Forward(ForwardStep step)
        {
            ReadOnlySpan<float> x = step.Input(0);
            Span<float> y = step.Output(0);
            for (int i = 0; i < y.Length; i++)
                y[i] = x[i] + (step.Has(1) ? step.Input(1)[i % step.Input(1).Length] : 0);
        }

        internal override void Backward(BackwardStep step) => throw new NotSupportedException();
    }
}
