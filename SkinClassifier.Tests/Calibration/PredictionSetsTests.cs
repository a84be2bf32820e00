using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

[TestFixture]
public sealed class PredictionSetsTests
{
    [Test]
    public void Every_class_gets_its_own_limit()
    {
        // Two classes with 4 images each, α = 0.2: rank ⌈5 · 0.8⌉ = 4, the largest 1 − p of the own class.
        float[] p = [0.9f, 0.8f, 0.7f, 0.6f, 0.55f, 0.65f, 0.75f, 0.5f];
        int[] actual = [0, 0, 0, 0, 1, 1, 1, 1];
        PredictionSets sets = PredictionSets.Fit([.. p.SelectMany((v, i) => actual[i] == 0 ? new[] { v, 1 - v } : [1 - v, v])], actual, 2,
            new PolicyOptions { Alpha = 0.2, MinImages = 4 });
        Assert.That(sets.Limits, Is.EqualTo(new[] { 1.0 - 0.6f, 1.0 - 0.5f }));
        Assert.That(Set(sets, 0.6f, 0.4f), Is.EqualTo(new[] { true, false }), "equal to the limit is in");
        Assert.That(Set(sets, 0.5f, 0.5f), Is.EqualTo(new[] { false, true }));
        Assert.That(Set(sets, 0.55f, 0.45f), Is.EqualTo(new[] { false, false }), "an empty set");
    }

    [Test]
    public void A_class_with_few_images_gets_the_limit_of_all()
    {
        // 9 images of class 0 with 1 − p = 0.1 … 0.9 and 3 of class 1 with 0.95; all together rank ⌈13 · 0.9⌉ = 12: 0.95.
        float[] own = [.. Enumerable.Range(1, 9).Select(i => 1 - i / 10f), 0.05f, 0.05f, 0.05f];
        int[] actual = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1];
        float[] scores = [.. own.SelectMany((v, i) => actual[i] == 0 ? new[] { v, 1 - v } : [1 - v, v])];
        PredictionSets sets = PredictionSets.Fit(scores, actual, 2, new PolicyOptions { MinImages = 9 });
        Assert.That(sets.Limits, Is.EqualTo(new[] { 1.0 - (1 - 9 / 10f), 1.0 - 0.05f }));
        Assert.That(PredictionSets.Fit(scores, actual, 2, new PolicyOptions { MinImages = 3 }).Limits[1], Is.EqualTo(double.PositiveInfinity),
            "3 images of its own can rule nothing out");
    }

    [Test]
    public void Ranked_sums_are_those_computed_by_hand()
    {
        double[] sums = new double[4];
        RankedSum.Write([0.2f, 0.5f, 0.25f, 0.05f], 0.1, 1, sums);
        // Ranks: class 1, 2, 0, 3; sums 0.5, 0.75, 0.95, 1; penalties 0, 0.1, 0.2, 0.3.
        Assert.That(sums, Is.EqualTo(new[] { 1.15, 0.5, 0.85, 1.3 }).Within(1e-7));
        RankedSum.Write([0.25f, 0.25f, 0.5f, 0f], 0, 0, sums);
        Assert.That(sums, Is.EqualTo(new[] { 0.75, 1, 0.5, 1 }).Within(1e-7), "of equal ones the first ranks higher");
    }

    [Test]
    public void A_ranked_sum_set_is_never_empty_and_holds_the_most_probable_classes()
    {
        PredictionSets sets = new(PredictionSetKind.Raps, [0.82, 0.82, 0.82], 0.05, 2);
        Assert.That(Set(sets, 0.3f, 0.5f, 0.2f), Is.EqualTo(new[] { true, true, false }), "0.5, 0.8, 1.05");
        Assert.That(Set(sets, 0.05f, 0.9f, 0.05f), Is.EqualTo(new[] { false, true, false }), "0.9 alone is above the limit, and is in all the same");
    }

    /// <summary>Scores of 3 classes of very different difficulty and size; the mean coverage of every class over many draws keeps the promise.</summary>
    [TestCase(PredictionSetKind.ClassConditional)]
    [TestCase(PredictionSetKind.Raps)]
    public void Coverage_on_simulated_images_keeps_the_promise(PredictionSetKind kind)
    {
        const int draws = 300, test = 300;
        int[] sizes = [25, 60, 200];
        SeededRandom random = new(5, (ulong)kind, 1);
        double[] covered = new double[3];
        for (int d = 0; d < draws; d++)
        {
            int[] actual = [.. sizes.SelectMany((n, c) => Enumerable.Repeat(c, n))], asked = [.. Enumerable.Range(0, test).Select(i => i % 3)];
            PredictionSets sets = PredictionSets.Fit(Scores(actual, random), actual, 3, new PolicyOptions { Sets = kind });
            float[] scores = Scores(asked, random);
            for (int i = 0; i < test; i++)
                covered[asked[i]] += Set(sets, scores.AsSpan(3 * i, 3))[asked[i]] ? 1 : 0;
        }
        double[] coverage = [.. covered.Select(c => c / (draws * test / 3))];
        // The standard deviation of the mean is below 0.0035: √(0.09/25 + 0.09/100) / √300 is 0.0039 for the smallest class.
        if (kind == PredictionSetKind.ClassConditional)
            Assert.That(coverage, Is.All.GreaterThan(0.9 - 0.012).And.All.LessThan(0.9 + 1.0 / 25 + 0.012));
        else
            Assert.That(coverage.Min(), Is.LessThan(0.88), "RAPS promises nothing for one class: the hard one pays for the easy ones");
    }

    [Test]
    public void Ranked_sums_keep_the_promise_over_all_images()
    {
        const int draws = 300, images = 200;
        SeededRandom random = new(6, 1, 1);
        int covered = 0;
        for (int d = 0; d < draws; d++)
        {
            int[] actual = Mixed(images, random), asked = Mixed(images, random);
            PredictionSets sets = PredictionSets.Fit(Scores(actual, random), actual, 3, new PolicyOptions { Sets = PredictionSetKind.Raps });
            float[] scores = Scores(asked, random);
            for (int i = 0; i < images; i++)
                covered += Set(sets, scores.AsSpan(3 * i, 3))[asked[i]] ? 1 : 0;
        }
        Assert.That((double)covered / (draws * images), Is.GreaterThan(0.895));
    }

    private static int[] Mixed(int count, SeededRandom random) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(10) switch { < 1 => 0, < 3 => 1, _ => 2 })];

    /// <summary>Softmax of noise with a push for the true class: 0.5 for class 0, 1.5 for class 1, 3 for class 2.</summary>
    private static float[] Scores(int[] actual, SeededRandom random)
    {
        float[] scores = new float[actual.Length * 3];
        for (int i = 0; i < actual.Length; i++)
        {
            double[] e = [.. Enumerable.Range(0, 3)
                .Select(c => Math.Exp(random.NextDouble(-1.5, 1.5) + random.NextDouble(-1.5, 1.5) + (c == actual[i] ? 0.5 + c * (c + 1) * 0.5 : 0)))];
            for (int c = 0; c < 3; c++)
                scores[3 * i + c] = (float)(e[c] / e.Sum());
        }
        return scores;
    }

    private static bool[] Set(PredictionSets sets, params ReadOnlySpan<float> scores)
    {
        bool[] set = new bool[scores.Length];
        Assert.That(sets.Fill(scores, set), Is.EqualTo(set.Count(s => s)));
        return set;
    }
}
