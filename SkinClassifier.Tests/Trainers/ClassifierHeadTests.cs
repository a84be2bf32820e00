using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Tests.Trainers;

public sealed class ClassifierHeadTests
{
    [Test]
    public void On_fixed_features_the_last_layer_begins_with_zeros_and_with_the_network_as_torch_does()
    {
        const int Features = 64;
        Tensor fixedFeatures = Last(new ClassifierHead(Features, [], 5, 1)), training = Last(new ClassifierHead(Features, [], 5, 1, withNetwork: true));
        Assert.That(fixedFeatures.Values.ToArray(), Is.All.Zero);
        double bound = 1 / Math.Sqrt(Features);
        float[] weights = training.Values.ToArray();
        Assert.That(weights, Is.All.InRange(-bound, bound));
        Assert.That(weights.Distinct().Count(), Is.EqualTo(weights.Length));
        // Uniform: variance bound²/3.
        Assert.That(weights.Average(w => (double)w * w), Is.EqualTo(bound * bound / 3).Within(0.2 * bound * bound / 3));
        Assert.That(Last(new ClassifierHead(Features, [], 5, 1, withNetwork: true)).Values.ToArray(), Is.EqualTo(weights), "same seed");
        Assert.That(Last(new ClassifierHead(Features, [], 5, 2, withNetwork: true)).Values.ToArray(), Is.Not.EqualTo(weights), "another seed");
    }

    [Test]
    public void A_head_that_is_given_its_first_values_again_is_as_new()
    {
        ClassifierHead head = new(8, [6], 3, 4);
        foreach (bool withNetwork in new[] { true, false })
        {
            head.Reset(4, withNetwork);
            Graph again = head.TrainingGraph(0), made = new ClassifierHead(8, [6], 3, 4, withNetwork).TrainingGraph(0);
            foreach ((string name, Tensor values) in made.Parameters)
                Assert.That(again.Parameters[name].Values.ToArray(), Is.EqualTo(values.Values.ToArray()), name);
        }
    }

    private static Tensor Last(ClassifierHead head) =>
        head.TrainingGraph(0).Parameters.Values.Single(p => p.Shape.Rank == 2 && p.Shape[0] == head.Outputs);
}
