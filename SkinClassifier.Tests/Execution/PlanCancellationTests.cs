using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Execution;

public sealed class PlanCancellationTests
{
    [Test]
    public void A_run_ends_before_the_layer_after_the_cancellation_and_the_plan_can_be_used_again()
    {
        using CancellationTokenSource source = new();
        List<string> ran = [];
        Step first = new(() => ran.Add("first")), second = new(() => { ran.Add("second"); source.Cancel(); }), third = new(() => ran.Add("third"));
        Node[] nodes = [new("a", first, ["x"], ["p"]), new("b", second, ["p"], ["q"]), new("c", third, ["q"], ["r"])];
        Graph graph = new("steps", [new GraphInput("x", new TensorShape(-1, 2))], nodes, ["r"], new Dictionary<string, Tensor>());
        using InferencePlan plan = InferencePlan.Create(graph, new TensorShape(1, 2));
        float[] output = new float[2];
        Assert.That(() => plan.Run([1, 2], output, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(ran, Is.EqualTo(new[] { "first", "second" }));
        plan.Run([1, 2], output);
        Assert.That(output, Is.EqualTo(new float[] { 4, 5 }));
    }

    [Test]
    public void A_real_network_gives_the_same_scores_after_cancellations_at_any_moment([Values(1, 2)] int threads)
    {
        ImageClassificationModel model = SmallModels.MobileNet(["a", "b", "c"], 64);
        TensorShape shape = new(6, 3, 64, 64);
        using InferencePlan plan = InferencePlan.Create(model.Network, shape, new PlanOptions { Workers = new WorkerPool(threads) });
        float[] input = PlainRun.Random(shape.ElementCount, 3, 0, 255), expected = new float[18], output = new float[18];
        plan.Run(input, expected);
        int canceled = 0;
        for (int i = 0; i < 60; i++)
        {
            using CancellationTokenSource source = new();
            Thread canceler = new(() =>
            {
                Thread.SpinWait(2000 * i);
                source.Cancel();
            });
            canceler.Start();
            try
            {
                plan.Run(input, output, source.Token);
            }
            catch (OperationCanceledException)
            {
                canceled++;
            }
            canceler.Join();
            Array.Clear(output);
            plan.Run(input, output);
            Assert.That(output, Is.EqualTo(expected), $"after cancellation {i}");
        }
        Assert.That(canceled, Is.GreaterThan(0));
    }

    /// <summary>Adds 1 to every value, after something else.</summary>
    private sealed class Step(Action before) : Operator
    {
        public override string OpType => "TestStep";

        internal override TensorShape[] Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) => [inputs[0]];

        internal override void Forward(ForwardStep step)
        {
            before();
            for (int i = 0; i < step.Output(0).Length; i++)
                step.Output(0)[i] = step.Input(0)[i] + 1;
        }

        internal override void Backward(BackwardStep step) => throw new NotSupportedException();
    }
}
