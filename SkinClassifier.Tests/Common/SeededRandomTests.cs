using SkinClassifier.Common;

namespace SkinClassifier.Tests.Common;

public sealed class SeededRandomTests
{
    [Test]
    public void Same_seed_and_keys_give_the_same_sequence_and_other_keys_another()
    {
        SeededRandom a = new(7, 1, 2), b = new(7, 1, 2), c = new(7, 2, 1);
        ulong[] first = [.. Enumerable.Range(0, 20).Select(_ => a.NextUInt64())];
        Assert.That(Enumerable.Range(0, 20).Select(_ => b.NextUInt64()), Is.EqualTo(first));
        Assert.That(Enumerable.Range(0, 20).Select(_ => c.NextUInt64()), Is.Not.EqualTo(first));
    }

    [Test]
    public void Numbers_fill_their_range_evenly()
    {
        SeededRandom random = new(3);
        int[] counts = new int[10];
        double mean = 0, square = 0;
        for (int i = 0; i < 100_000; i++)
        {
            counts[random.NextInt32(10)]++;
            double g = random.NextGaussian();
            mean += g;
            square += g * g;
        }
        Assert.That(counts, Is.All.InRange(9_600, 10_400));
        Assert.That(mean / 100_000, Is.EqualTo(0).Within(0.02));
        Assert.That(square / 100_000, Is.EqualTo(1).Within(0.03));
    }
}
