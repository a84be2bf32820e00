using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Tests.Trainers;

public sealed class HeadTests
{
    private static float[] Numbers(int count, ulong seed, double scale = 1)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextGaussian() * scale))];
    }

    [Test]
    public void Scaled_features_have_mean_0_and_deviation_1_and_a_constant_one_becomes_0()
    {
        float[] features = Numbers(50 * 3, 1, 7);
        for (int n = 0; n < 50; n++)
            features[n * 3 + 1] = 4;
        FeatureScaling.Of(features, 3).Apply(features);
        for (int f = 0; f < 3; f++)
        {
            double[] column = [.. Enumerable.Range(0, 50).Select(n => (double)features[n * 3 + f])];
            Assert.That(column.Average(), Is.EqualTo(0).Within(1e-5));
            Assert.That(Math.Sqrt(column.Sum(v => v * v) / 50), Is.EqualTo(f == 1 ? 0 : 1).Within(1e-5));
        }
    }

    [Test]
    public void Folding_the_scaling_leaves_the_scores_as_they_are([Values(0, 6)] int hidden)
    {
        float[] plain = Numbers(20 * 5, 2, 3), scaled = [.. plain];
        ClassifierHead head = Head(5, hidden, 3);
        FeatureScaling scaling = FeatureScaling.Of(plain, 5);
        scaling.Apply(scaled);
        float[] before = FeatureScorer.Score(head.ScoringGraph(), scaled, 5, WorkerPool.Shared);
        head.Fold(scaling);
        Assert.That(FeatureScorer.Score(head.ScoringGraph(), plain, 5, WorkerPool.Shared), Is.EqualTo(before).Within(1e-4f));
    }

    [Test]
    public void Undoing_the_scaling_gives_the_features_back()
    {
        float[] plain = Numbers(20 * 5, 2, 3), scaled = [.. plain];
        for (int i = 1; i < plain.Length; i += 5)
            plain[i] = scaled[i] = 7; // a constant feature
        FeatureScaling scaling = FeatureScaling.Of(plain, 5);
        scaling.Apply(scaled);
        scaling.Undo(scaled);
        Assert.That(scaled, Is.EqualTo(plain).Within(1e-5f));
    }

    [Test]
    public void Probabilities_are_the_softmax_of_scores_over_temperature()
    {
        float[] features = Numbers(4 * 5, 3);
        ClassifierHead head = Head(5, 0, 3);
        float[] scores = FeatureScorer.Score(head.ScoringGraph(), features, 5, WorkerPool.Shared);
        float[] probabilities = FeatureScorer.Score(head.ProbabilityGraph(2.5), features, 5, WorkerPool.Shared);
        for (int n = 0; n < 4; n++)
        {
            double[] e = [.. Enumerable.Range(0, 3).Select(c => Math.Exp(scores[n * 3 + c] / 2.5))];
            Assert.That(probabilities[(n * 3)..(n * 3 + 3)], Is.EqualTo(e.Select(v => (float)(v / e.Sum()))).Within(1e-5f));
        }
    }

    [Test]
    public void A_single_output_becomes_two_probabilities()
    {
        float[] features = Numbers(4 * 5, 4);
        ClassifierHead head = Head(5, 0, 1);
        float[] scores = FeatureScorer.Score(head.ScoringGraph(), features, 5, WorkerPool.Shared);
        float[] probabilities = FeatureScorer.Score(head.ProbabilityGraph(1), features, 5, WorkerPool.Shared);
        for (int n = 0; n < 4; n++)
        {
            float sigmoid = (float)(1 / (1 + Math.Exp(-scores[n])));
            Assert.That(probabilities[(2 * n)..(2 * n + 2)], Is.EqualTo(new[] { 1 - sigmoid, sigmoid }).Within(1e-5f));
        }
    }

    [Test]
    public void Temperature_of_logits_drawn_from_their_own_probabilities_is_1_and_grows_with_their_scale([Values(0.3, 1, 4)] double scale)
    {
        const int Count = 4000, Classes = 3;
        float[] logits = Numbers(Count * Classes, 5, 1.5);
        SeededRandom random = new(6);
        int[] labels = new int[Count];
        for (int n = 0; n < Count; n++)
        {
            double[] e = [.. Enumerable.Range(0, Classes).Select(c => Math.Exp(logits[n * Classes + c]))];
            double draw = random.NextDouble() * e.Sum();
            while (draw >= e[labels[n]] && labels[n] < Classes - 1)
                draw -= e[labels[n]++];
        }
        float[] scaled = [.. logits.Select(z => (float)(z * scale))];
        Assert.That(TemperatureFit.Fit(scaled, labels, Classes), Is.EqualTo(scale).Within(0.06 * scale));
    }

    [Test]
    public void Temperature_of_several_views_makes_the_loss_of_their_mean_smallest([Values(2, 8)] int views)
    {
        const int Count = 300, Classes = 3;
        float[] logits = Numbers(Count * views * Classes, 9, 3);
        int[] labels = [.. Enumerable.Range(0, Count).Select(n => n % Classes)];
        for (int n = 0; n < Count; n++)
            for (int v = 0; v < views; v++)
                logits[(n * views + v) * Classes + labels[n]] += 2;
        double fitted = TemperatureFit.Fit(logits, labels, Classes, views);
        double[] near = [.. new[] { 0.7, 0.9, 0.99, 1.01, 1.1, 1.4 }.Select(f => Loss(f * fitted))];
        Assert.That(near, Is.All.GreaterThan(Loss(fitted)));
        float[] first = [.. Enumerable.Range(0, Count).SelectMany(n => logits.Skip(n * views * Classes).Take(Classes))];
        Assert.That(TemperatureFit.Fit(first, labels, Classes), Is.GreaterThan(1.05 * fitted), "a mean of views is less sure than one of them");

        double Loss(double temperature)
        {
            double loss = 0;
            for (int n = 0; n < Count; n++)
            {
                double mean = 0;
                for (int v = 0; v < views; v++)
                {
                    double[] e = [.. Enumerable.Range(0, Classes).Select(c => Math.Exp(logits[(n * views + v) * Classes + c] / temperature))];
                    mean += e[labels[n]] / e.Sum() / views;
                }
                loss -= Math.Log(mean);
            }
            return loss;
        }
    }

    [Test]
    public void The_calibrated_loss_is_the_lowest_cross_entropy_of_any_temperature_and_does_not_know_the_scale([Values] bool weighted)
    {
        const int Count = 400, Classes = 3;
        float[] logits = Numbers(Count * Classes, 12, 2), weights = weighted ? [0.5f, 3, 1] : [1, 1, 1];
        int[] labels = [.. Enumerable.Range(0, Count).Select(n => n % Classes)];
        for (int n = 0; n < Count; n++)
            logits[n * Classes + labels[n]] += 1.5f;
        Loss loss = Loss.Create(LossKind.CrossEntropy, 0, 2, []);
        ValidationMetrics Of(float scale, bool calibrated) =>
            ValidationMetrics.Of(loss, [.. logits.Select(z => z * scale)], labels, Classes, weights, temperatureScaled: calibrated);
        double lowest = Enumerable.Range(-60, 121).Min(i => Of((float)Math.Pow(1.05, i), false).Loss);
        foreach (float scale in new[] { 0.3f, 1, 6 })
        {
            ValidationMetrics metrics = Of(scale, true), plain = Of(scale, false);
            Assert.That(metrics.Watched, Is.EqualTo(lowest).Within(1e-3 * lowest).And.LessThanOrEqualTo(lowest + 1e-9));
            Assert.That((metrics.Loss, plain.Watched), Is.EqualTo((plain.Loss, plain.Loss)));
        }
        Assert.That(Of(6, false).Loss, Is.GreaterThan(1.3 * lowest));
    }

    [Test]
    public void Few_or_perfect_examples_move_the_temperature_little_and_many_as_far_as_they_say()
    {
        Assert.That(TemperatureFit.Fit([], [], 2), Is.EqualTo(1));
        // Right answers only: without what is expected beforehand T would fall to nothing.
        double[] right = [.. new[] { 1, 8, 1000 }.Select(n =>
            TemperatureFit.Fit([.. Enumerable.Range(0, 2 * n).Select(i => i % 2 == 0 ? 1f : -1f)], new int[n], 2, deviation: TemperatureFit.PriorDeviation))];
        Assert.That(right, Is.Ordered.Descending);
        Assert.That(right[0], Is.InRange(0.9, 1));
        Assert.That(right[1], Is.InRange(0.4, 0.9));
        Assert.That(right[2], Is.InRange(0.05, 0.4));
        // Sure (8 against 0) and wrong in every fourth: the loss alone wants T = 8 / ln 3 = 7.3.
        double[] sure = [.. new[] { 4, 40, 4000 }.Select(n =>
            TemperatureFit.Fit([.. Enumerable.Range(0, 2 * n).Select(i => i % 2 == 0 ? 8f : 0f)],
                [.. Enumerable.Range(0, n).Select(i => i % 4 == 0 ? 1 : 0)], 2, deviation: TemperatureFit.PriorDeviation))];
        Assert.That(sure, Is.Ordered.Ascending);
        Assert.That(sure[0], Is.InRange(1.3, 5));
        Assert.That(sure[2], Is.EqualTo(8 / Math.Log(3)).Within(0.1));
    }

    [Test]
    public void Blocks_are_counted_from_the_output_and_a_residual_block_is_one()
    {
        Graph network = NetworkAssembly.WithHead(
            NetworkAssembly.FeatureGraph(TestNetworks.Small().Graph, "flatten", Normalization.Imagenet, 16, 16), Head(16, 0, 3).TrainingGraph(0.2));
        IReadOnlyDictionary<string, int> blocks = NetworkBlocks.Of(network, out int count);
        Assert.That(count, Is.EqualTo(4));
        Assert.That(blocks.Where(b => b.Key.StartsWith("classifier", StringComparison.Ordinal)).Select(b => b.Value), Is.All.EqualTo(0));
        Assert.That((blocks["conv3.weight"], blocks["bn3.weight"], blocks["conv2.weight"], blocks["bn2.running_var"], blocks["conv1.weight"]),
            Is.EqualTo((1, 1, 2, 2, 3)));
    }

    private static ClassifierHead Head(int features, int hidden, int outputs)
    {
        ClassifierHead head = new(features, hidden == 0 ? [] : [hidden], outputs, 1);
        ulong seed = 10;
        foreach (SkinClassifier.Tensors.Tensor parameter in head.ScoringGraph().Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value))
            Numbers(parameter.Shape.ElementCount, seed++).CopyTo(parameter.Values);
        return head;
    }
}
