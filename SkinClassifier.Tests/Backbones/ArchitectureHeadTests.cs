using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Graphs;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Tests.Backbones;

/// <summary>
/// Every built-in network trains with every head (linear on mean features, hidden layer on mean and largest values), as the trainer puts them
/// together: the loss falls within a few steps, and all layers move.
/// </summary>
public sealed class ArchitectureHeadTests
{
    private const long NormalLimit = 30_000_000;
    // Three steps: the last layer begins at zero, and so do the branches of some residual networks; what lies before them trains on the third on.
    private const int Batch = 4, Classes = 3, Steps = 3;

    private static IEnumerable<Architecture> Small => ArchitectureCatalog.All.Where(a => a.ParameterCount <= NormalLimit);

    private static IEnumerable<Architecture> Large => ArchitectureCatalog.All.Where(a => a.ParameterCount > NormalLimit);

    [TestCaseSource(nameof(Small))]
    public void Trains_with_every_head(Architecture architecture) => Check(architecture);

    [TestCaseSource(nameof(Large)), Category("Slow")]
    public void A_large_one_trains_with_every_head(Architecture architecture) => Check(architecture);

    private static void Check(Architecture architecture)
    {
        int size = architecture == Architecture.InceptionV3 ? 107 : 64;
        Backbone backbone = architecture.Build(new BackboneOptions { Classes = 0, InputSize = size, Seed = 11 });
        Tensor images = OperatorGoldenTests.Numbers(new TensorShape(Batch, 3, size, size), 7, 0, 255);
        foreach ((int[] hidden, FeaturePooling pooling) in ((int[], FeaturePooling)[])[([], FeaturePooling.Average), ([16], FeaturePooling.Both)])
        {
            Graph features =
                NetworkAssembly.FeatureGraph(backbone.Graph, backbone.FeatureTensor, backbone.Normalization, size, size, pooling, backbone.LastFeatureMap);
            int count = NetworkAssembly.FeatureCount(features, size, size);
            Graph network = NetworkAssembly.WithHead(features, new ClassifierHead(count, hidden, Classes, 5).TrainingGraph(0.2));
            using TrainingPlan plan = TrainingPlan.Create(network, images.Shape);
            Assert.That(plan.OutputShape, Is.EqualTo(new TensorShape(Batch, Classes)));
            double[] losses = [.. Enumerable.Range(0, Steps).Select(_ => Step(plan, images))];
            Assert.That(losses[^1], Is.LessThan(0.995 * losses[0]), $"{hidden.Length} hidden layers: {string.Join(", ", losses)}");
            Assert.That(
                plan.Parameters.Where(p => p.Trainable && p.Gradient.IndexOfAnyExcept(0f) < 0).Select(p => p.Name), Is.Empty, "parameters that do not train");
        }
    }

    /// <summary>
    /// One step against the gradient of the mean cross-entropy for the labels 0, 1, 2, 0, so long that the loss falls by some percent to first order;
    /// returns the loss before it.
    /// </summary>
    private static double Step(TrainingPlan plan, Tensor images)
    {
        plan.Step = 0; // the same dropout every time
        plan.ZeroGradients();
        ReadOnlySpan<float> scores = plan.Forward(images.Values);
        float[] gradient = new float[scores.Length];
        double loss = 0;
        for (int n = 0; n < Batch; n++)
        {
            ReadOnlySpan<float> row = scores.Slice(n * Classes, Classes);
            double sum = 0;
            foreach (float score in row)
                sum += Math.Exp(score);
            loss += (Math.Log(sum) - row[n % Classes]) / Batch;
            for (int k = 0; k < Classes; k++)
                gradient[n * Classes + k] = (float)((Math.Exp(row[k]) / sum - (k == n % Classes ? 1 : 0)) / Batch);
        }
        Assert.That(double.IsFinite(loss), Is.True);
        plan.Backward(gradient);
        double squares = 0;
        foreach (Parameter parameter in plan.Parameters.Where(p => p.Trainable))
            squares += System.Numerics.Tensors.TensorPrimitives.SumOfSquares(parameter.Gradient);
        Assert.That(squares, Is.GreaterThan(0).And.LessThan(double.PositiveInfinity));
        float rate = (float)(0.03 * loss / squares);
        foreach (Parameter parameter in plan.Parameters.Where(p => p.Trainable))
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(parameter.Gradient, -rate, parameter.Value, parameter.Value);
        return loss;
    }
}
