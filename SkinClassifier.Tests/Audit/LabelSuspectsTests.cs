using SkinClassifier.Audit;
using SkinClassifier.Common;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Audit;

public sealed class LabelSuspectsTests
{
    [Test]
    public void Suspects_are_as_probable_as_usual_for_another_class()
    {
        // The means of both classes are their shares, so that nothing is scaled; t = 0.55 for both.
        IReadOnlyList<LabelSuspect> ranked = Rank(2, [0, 0, 1, 1], [0.9f, 0.1f, 0.25f, 0.75f, 0.05f, 0.95f, 0.8f, 0.2f]);
        Assert.That(ranked.Select(s => (s.Index, s.Label, s.Suggested, s.IsSuspect)),
            Is.EqualTo(new[] { (3, 1, 0, true), (1, 0, 1, true), (0, 0, 1, false), (2, 1, 0, false) }));
        Assert.That(ranked.Select(s => s.Score), Is.EqualTo(new[] { 0.8, 0.75, 0.1, 0.05 }).Within(1e-6));
    }

    [Test]
    public void An_image_that_no_class_is_sure_of_is_no_suspect()
    {
        float[] scores = [0.8f, 0.1f, 0.1f, 0.1f, 0.8f, 0.1f, 0.1f, 0.1f, 0.8f, 0.8f, 0.1f, 0.1f, 0.1f, 0.8f, 0.1f, 0.34f, 0.3f, 0.36f, 0.1f, 0.1f, 0.8f];
        LabelSuspect hard = Rank(3, [0, 1, 2, 0, 1, 0, 2], scores).First();
        Assert.That((hard.Index, hard.Suggested, hard.IsSuspect), Is.EqualTo((5, 2, false)), "it is the first of the list, but only hard");
    }

    [Test]
    public void The_balance_that_models_were_trained_with_does_not_count()
    {
        (int[] labels, _, float[] scores) = Drawn(0.05);
        float[] balanced = [.. scores];
        for (int i = 0; i < labels.Length; i++)
        {
            Span<float> row = balanced.AsSpan(3 * i, 3);
            row[1] *= 4;
            row[2] *= 16;
            float sum = row[0] + row[1] + row[2];
            for (int c = 0; c < 3; c++)
                row[c] /= sum;
        }
        double[] ScoresOf(float[] given) => [.. Rank(3, labels, given).OrderBy(s => s.Index).Select(s => s.Score)];
        Assert.That(ScoresOf(balanced), Is.EqualTo(ScoresOf(scores)).Within(1e-3));
    }

    [Test]
    public void Flipped_labels_stand_first()
    {
        (int[] labels, bool[] flipped, float[] scores) = Drawn(0.05);
        IReadOnlyList<LabelSuspect> ranked = Rank(3, labels, scores);
        int found = ranked.Take(labels.Length / 10).Count(s => flipped[s.Index]), all = flipped.Count(f => f);
        Assert.That(found, Is.GreaterThanOrEqualTo(0.9 * all));
        Assert.That(ranked.Select(s => s.Index).Order(), Is.EqualTo(Enumerable.Range(0, labels.Length)), "every image once");
        // The scores of a class lie evenly around their mean, so that half of the flipped images reach it.
        Assert.That(ranked.Count(s => s.IsSuspect && flipped[s.Index]), Is.InRange(0.4 * all, 0.7 * all));
        Assert.That(ranked.Count(s => s.IsSuspect && !flipped[s.Index]), Is.Zero);
    }

    [Test]
    public void A_class_without_images_is_never_suggested_for_a_suspect_and_one_class_has_none()
    {
        IReadOnlyList<LabelSuspect> ranked = Rank(3, [0, 1, 0, 1], [0.1f, 0.1f, 0.8f, 0.1f, 0.1f, 0.8f, 0.9f, 0.1f, 0, 0.1f, 0.9f, 0]);
        Assert.That(ranked.Where(s => s.IsSuspect).Select(s => s.Suggested), Has.None.EqualTo(2));
        Assert.That(ranked.Select(s => s.Score), Has.All.InRange(0, 1));
        Assert.That(Rank(1, [0, 0], [1, 1]), Is.Empty);
        Assert.That(Rank(2, [], []), Is.Empty);
    }

    private static IReadOnlyList<LabelSuspect> Rank(int classes, int[] labels, float[] scores) =>
        LabelSuspects.Rank(new ScoredExamples([.. Enumerable.Range(0, classes).Select(c => $"{c}")], labels, scores));

    /// <summary>1,000 images of three classes of 70, 20 and 10 %, scored mostly right, some with another label.</summary>
    private static (int[] Labels, bool[] Flipped, float[] Scores) Drawn(double share)
    {
        SeededRandom random = new(7);
        int[] labels = new int[1000];
        bool[] flipped = new bool[1000];
        float[] scores = new float[3000];
        for (int i = 0; i < labels.Length; i++)
        {
            int truth = i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2;
            flipped[i] = random.NextDouble(0, 1) < share;
            labels[i] = flipped[i] ? (truth + 1 + random.NextInt32(2)) % 3 : truth;
            float first = (float)random.NextDouble(0.6, 0.95), second = (1 - first) * random.NextSingle();
            (scores[3 * i + truth], scores[3 * i + (truth + 1) % 3], scores[3 * i + (truth + 2) % 3]) = (first, second, 1 - first - second);
        }
        return (labels, flipped, scores);
    }
}
