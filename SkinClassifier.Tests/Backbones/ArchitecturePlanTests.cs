using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Graphs;

namespace SkinClassifier.Tests.Backbones;

/// <summary>Laws of every built-in network with its own first weights: plans that equal the plain loops; the same seed gives the same weights.</summary>
public sealed class ArchitecturePlanTests
{
    private const long Large = 20_000_000;

    private static IEnumerable<Architecture> Small => ArchitectureCatalog.All.Where(a => a.ParameterCount <= Large);

    private static IEnumerable<Architecture> Others => ArchitectureCatalog.All.Where(a => a.ParameterCount > Large);

    // VGG16 drops out before its feature tensor, so a training step differs from the plain loops
    private static IEnumerable<Architecture> OthersWithoutInnerDropout => Others.Where(a => a != Architecture.Vgg16);

    [TestCaseSource(nameof(Small))]
    public void An_inference_plan_equals_the_plain_loops(Architecture architecture) => CheckInferencePlan(architecture);

    [TestCaseSource(nameof(Others)), Category("Slow")]
    public void An_inference_plan_equals_the_plain_loops_of_large_networks(Architecture architecture) => CheckInferencePlan(architecture);

    [TestCaseSource(nameof(Small))]
    public void A_training_plan_equals_the_plain_loops(Architecture architecture) => CheckTrainingPlan(architecture);

    [TestCaseSource(nameof(OthersWithoutInnerDropout)), Category("Slow")]
    public void A_training_plan_equals_the_plain_loops_of_large_networks(Architecture architecture) => CheckTrainingPlan(architecture);

    [Test]
    public void The_same_seed_gives_the_same_weights()
    {
        Graph one = Architecture.MobileNetV2.Build(new BackboneOptions { Seed = 4 }).Graph,
            two = Architecture.MobileNetV2.Build(new BackboneOptions { Seed = 4 }).Graph;
        foreach ((string name, Tensor value) in one.Parameters)
            Assert.That(two.Parameters[name].Values.SequenceEqual(value.Values), Is.True, name);
        Graph other = Architecture.MobileNetV2.Build(new BackboneOptions { Seed = 5 }).Graph;
        Assert.That(other.Parameters["features.0.0.weight"].Values.SequenceEqual(one.Parameters["features.0.0.weight"].Values), Is.False);
    }

    private static void CheckInferencePlan(Architecture architecture)
    {
        (Graph graph, Tensor images) = Make(architecture);
        float[] expected = GraphRun.Output(graph, images).Values.ToArray(), actual = new float[expected.Length];
        using InferencePlan plan = InferencePlan.Create(graph, images.Shape);
        plan.Run(images.Values, actual);
        Assert.That(actual, Is.EqualTo(expected).Within(1e-3 * expected.Max(Math.Abs)));
    }

    private static void CheckTrainingPlan(Architecture architecture)
    {
        (Graph graph, Tensor images) = Make(architecture, 0);
        GraphRun run = new(graph, images);
        Tensor features = run.Values[graph.Outputs[0]], upstream = OperatorGoldenTests.Numbers(features.Shape, 13, -1, 1);
        using TrainingPlan plan = TrainingPlan.Create(graph, images.Shape, new PlanOptions { BatchNormalization = BatchNormalizationMode.Frozen });
        AreClose(plan.Forward(images.Values), features.Values, "features");
        plan.Backward(upstream.Values);
        IReadOnlyDictionary<string, float[]> gradients = run.Backward(upstream.Values.ToArray());
        foreach (Parameter parameter in plan.Parameters.Where(p => p.Trainable))
            AreClose(parameter.Gradient, gradients[parameter.Name], parameter.Name);
    }

    // the difference is small beside the whole tensor
    private static void AreClose(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, string what)
    {
        double squares = 0, differences = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            squares += (double)expected[i] * expected[i];
            differences += (double)(actual[i] - expected[i]) * (actual[i] - expected[i]);
        }
        Assert.That(Math.Sqrt(differences), Is.LessThanOrEqualTo(5e-3 * Math.Sqrt(squares) + 1e-6), what);
    }

    private static (Graph Graph, Tensor Images) Make(Architecture architecture, int classes = 3)
    {
        int size = architecture.Name == "inception_v3" ? 80 : 64;
        Graph graph = architecture.Build(new BackboneOptions { Classes = classes, InputSize = size, Seed = 11 }).Graph;
        return (graph, OperatorGoldenTests.Numbers(new TensorShape(2, 3, size, size), 7, -1.5, 1.5));
    }
}
