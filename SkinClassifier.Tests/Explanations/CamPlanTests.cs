using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Explanations;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Execution;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Explanations;

public sealed class CamPlanTests
{
    private static readonly TensorShape Input = new(1, 3, 24, 20);

    /// <summary>Two blocks with skip connections around their convolutions, a gate for each channel, and dropout.</summary>
    private static Graph Skips()
    {
        GraphBuilder b = new("skips", 3);
        string x = b.Relu(b.BatchNormalization(b.Conv(b.Input("image", Input.With(0, TensorShape.Free)), "stem", 20, 3, 2, 1), "stem.n"), "stem.r");
        string gate = b.Sigmoid(b.Conv(b.GlobalAveragePool(x, "squeeze"), "excite", 20, 1), "gate");
        string inner = b.Relu(b.Conv(x, "inner", 20, 3, 1, 1), "inner.r");
        x = b.Relu(b.Add(b.Mul(inner, gate, "gated"), x, "sum"), "out");
        x = b.Dropout(b.Flatten(b.GlobalAveragePool(b.HardSwish(b.Conv(x, "last", 33, 1), "map"), "pool"), "flat"), "drop", 0.5f);
        return b.Build(b.Softmax(b.Gemm(x, "logits", 4), "Score"));
    }

    [TestCase(null, "map")]
    [TestCase("inner.r", "inner.r")]
    [TestCase("stem.n", "stem.n")]
    public void The_gradient_is_that_of_the_score_before_softmax(string? layer, string expectedLayer)
    {
        Graph graph = Skips();
        float[] image = PlainRun.Random(Input.ElementCount, 7);
        using CamPlan plan = new(graph, Input, layer, new PlanOptions());
        HeatMap map = plan.Compute(image, 2, ExplanationMethod.HiResCam, default);
        Assert.That(map.Layer, Is.EqualTo(expectedLayer));

        // Σ_c A · ∂score/∂A by central differences of the tail, on plain loops.
        ClassScores scores = new(graph, Input);
        float[] activations = PlainRun.Of(graph.Cut(expectedLayer), Input, image);
        TensorShape shape = scores.Shapes[expectedLayer];
        NetworkTail tail = NetworkTail.Of(scores, expectedLayer, "logits")!;
        foreach (string constant in tail.Constants)
            PlainRun.Of(graph.Cut(constant), Input, image).CopyTo(tail.Graph.Parameters[constant].Values);
        int area = shape[2] * shape[3];
        float[] small = new float[area];
        for (int i = 0; i < activations.Length; i++)
        {
            float kept = activations[i];
            const float h = 1e-2f;
            activations[i] = kept + h;
            float above = PlainRun.Of(tail.Graph, shape, activations)[2];
            activations[i] = kept - h;
            float below = PlainRun.Of(tail.Graph, shape, activations)[2];
            activations[i] = kept;
            small[i % area] += kept * (above - below) / (2 * h);
        }
        float[] expected = new float[24 * 20];
        Bilinear.Resample([.. small.Select(v => Math.Max(v, 0))], shape[3], shape[2], expected, 20, 24,
            new SkinClassifier.Data.ImagePlacement(shape[3] / 20.0, shape[2] / 24.0, 0, 0));
        Assert.That(expected.Max(), Is.GreaterThan(0));
        PlainRun.Close(map.Raw, expected, 0.05, expectedLayer);
    }

    [Test]
    public void A_value_that_began_before_the_layer_is_a_constant_of_its_tail()
    {
        ClassScores scores = new(Skips(), Input);
        Assert.That(NetworkTail.Of(scores, "inner.r", "logits")!.Constants, Is.EquivalentTo(new[] { "gate", "stem.r" }));
        Assert.That(NetworkTail.Of(scores, "map", "logits")!.Constants, Is.Empty);
        Assert.That(NetworkTail.Of(scores, "Score", "logits"), Is.Null);
        Assert.That(NetworkTail.Of(scores, "map", "logits")!.Graph.Nodes.Any(n => n.Operator.OpType == "Dropout"), Is.False);
    }

    [Test]
    public void A_layer_that_the_scores_do_not_read_is_refused()
    {
        GraphBuilder b = new("side");
        string x = b.Relu(b.Conv(b.Input("image", Input.With(0, TensorShape.Free)), "conv", 5, 3), "relu");
        string unused = b.Conv(x, "unused", 3, 3);
        Graph graph = b.Build(b.Gemm(b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "logits", 4));
        Assert.That(() => new CamPlan(graph, Input, unused, new PlanOptions()), Throws.ArgumentException.With.Message.Contains("received 'unused'"));
    }

    [Test]
    public void Any_number_of_threads_gives_the_same_bits([Values] ExplanationMethod method)
    {
        Graph graph = Skips();
        float[] image = PlainRun.Random(Input.ElementCount, 7, 0, 255);
        float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using NetworkMaps maps = new(graph, 20, 24, 4, new PlanOptions { Workers = new WorkerPool(threads) });
            return maps.Compute(image, 1, new ExplanationOptions { Method = method, IntegrationSteps = 6, PatchSize = 9 }, default).Raw;
        })];
        Assert.That(results[0], Has.All.Matches<float>(float.IsFinite));
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[2], Is.EqualTo(results[0]));
    }

    [Test]
    public void The_map_of_an_ensemble_is_the_mean_of_its_members_maps()
    {
        ImageClassificationModel[] members = [TinyNetworks.Colors(), TinyNetworks.Colors(scale: 30)];
        ImageClassificationModel model = ModelEnsemble.Combine(members);
        float[] image = new float[model.Preprocessor.ValueCount];
        model.Preprocessor.Apply(TinyNetworks.Spot(16, 16, 2, 4, 5, 3, 220, 10, 10), image);
        HeatMap whole = Map(model);
        Assert.That(whole.Layer, Is.EqualTo("m1_map, m2_map"));
        HeatMap[] parts = [.. members.Select(Map)];
        float[] mean = [.. parts[0].Scaled.Zip(parts[1].Scaled, (a, b) => (a + b) / 2)];
        Assert.That(whole.Raw, Is.EqualTo(mean).Within(1e-5));
        Assert.That(whole.Scaled.Max(), Is.EqualTo(1));

        HeatMap Map(ImageClassificationModel of)
        {
            using CamPlan plan = new(of.Network, new TensorShape(1, 3, 16, 16), null, new PlanOptions());
            return plan.Compute(image, 0, ExplanationMethod.GradCam, default);
        }
    }
}
