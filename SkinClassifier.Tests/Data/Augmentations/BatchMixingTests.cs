using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;

namespace SkinClassifier.Tests.Data.Augmentations;

public sealed class BatchMixingTests
{
    private const int Count = 5, Channels = 3, Height = 8, Width = 10, Classes = 4, Size = Channels * Height * Width;

    [Test]
    public void MixUp_mixes_pairs_and_labels_in_the_same_share()
    {
        (float[] images, float[] labels) = Batch();
        float[] before = [.. images], labelsBefore = [.. labels];
        float share = BatchMixing.MixUp(images, labels, Count, 1, seed: 3, step: 7);
        Assert.That(share, Is.InRange(0.0f, 1.0f));
        for (int i = 0; i < Count; i++)
        {
            for (int k = 0; k < Size; k++)
                Assert.That(images[i * Size + k], Is.EqualTo(share * before[i * Size + k] + (1 - share) * before[(Count - 1 - i) * Size + k]).Within(1e-3));
            for (int k = 0; k < Classes; k++)
                Assert.That(labels[i * Classes + k],
                    Is.EqualTo(share * labelsBefore[i * Classes + k] + (1 - share) * labelsBefore[(Count - 1 - i) * Classes + k]).Within(1e-6));
        }
        (float[] again, float[] labelsAgain) = Batch();
        Assert.That(BatchMixing.MixUp(again, labelsAgain, Count, 1, seed: 3, step: 7), Is.EqualTo(share));
        Assert.That(again, Is.EqualTo(images));
        Assert.That(BatchMixing.MixUp(again, labelsAgain, Count, 1, seed: 3, step: 8), Is.Not.EqualTo(share));
    }

    [Test]
    public void CutMix_exchanges_one_rectangle_and_labels_follow_its_area()
    {
        for (int step = 0; step < 50; step++)
        {
            (float[] images, float[] labels) = Batch();
            float[] before = [.. images];
            float share = BatchMixing.CutMix(images, labels, Count, Height, Width, 1, seed: 3, step);
            int changed = 0, left = Width, right = -1, top = Height, bottom = -1;
            for (int y = 0; y < Height; y++)
                for (int x = 0; x < Width; x++)
                {
                    int at = y * Width + x;
                    bool swapped = images[at] != before[at];
                    for (int c = 0; c < Channels; c++)
                    {
                        int here = c * Height * Width + at, there = (Count - 1) * Size + here;
                        Assert.That((images[here], images[there]), Is.EqualTo(swapped ? (before[there], before[here]) : (before[here], before[there])));
                    }
                    if (swapped)
                        (changed, left, right, top, bottom) = (changed + 1, Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
                }
            Assert.That(changed, Is.EqualTo(changed == 0 ? 0 : (right - left + 1) * (bottom - top + 1)), "a rectangle");
            Assert.That(share, Is.EqualTo(1 - changed / (double)(Height * Width)).Within(1e-6));
            Assert.That(labels[0], Is.EqualTo(share).Within(1e-6), "image 0 keeps λ of class 0; its partner has another class");
            for (int i = 0; i < Count; i++)
                Assert.That(labels.AsSpan(i * Classes, Classes).ToArray().Sum(), Is.EqualTo(1).Within(1e-5));
        }
    }

    [TestCase(0.2)]
    [TestCase(1.0)]
    [TestCase(4.0)]
    public void Shares_follow_the_beta_distribution(double alpha)
    {
        SeededRandom random = new(11);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => BatchMixing.DrawBeta(alpha, random))];
        double mean = draws.Average(), variance = draws.Average(draw => (draw - mean) * (draw - mean));
        Assert.That(draws, Is.All.InRange(0, 1));
        Assert.That(mean, Is.EqualTo(0.5).Within(0.01));
        Assert.That(variance, Is.EqualTo(1 / (4 * (2 * alpha + 1))).Within(0.004));
    }

    [Test]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.That(() => BatchMixing.MixUp(new float[10], new float[4], 3, 1, 1, 1), Throws.ArgumentException.With.Message.Contains("multiples of 3"));
        Assert.That(() => BatchMixing.CutMix(new float[12], new float[4], 2, 4, 4, 1, 1, 1), Throws.ArgumentException.With.Message.Contains("4 × 4"));
        Assert.That(() => BatchMixing.MixUp(new float[4], new float[4], 2, 0, 1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static (float[] Images, float[] Labels) Batch()
    {
        float[] images = [.. Enumerable.Range(0, Count * Size).Select(i => (float)i)], labels = new float[Count * Classes];
        for (int i = 0; i < Count; i++)
            labels[i * Classes + i % Classes] = 1;
        // The partner of image 0 is the last one; give it another class.
        labels.AsSpan((Count - 1) * Classes, Classes).Clear();
        labels[(Count - 1) * Classes + 2] = 1;
        return (images, labels);
    }
}
