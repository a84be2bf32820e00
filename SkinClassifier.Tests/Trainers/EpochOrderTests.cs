using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Tests.Trainers;

public sealed class EpochOrderTests
{
    // Class 0: 5 examples, class 1: 20, class 2: none, class 3: 8.
    private static readonly int[] Labels = [.. Enumerable.Repeat(0, 5), .. Enumerable.Repeat(1, 20), .. Enumerable.Repeat(3, 8)];

    [Test]
    public void Every_epoch_has_its_own_order_and_the_same_seed_the_same([Values] ClassBalance balance)
    {
        EpochOrder order = new(Labels, 4, balance, 9), same = new(Labels, 4, balance, 9), other = new(Labels, 4, balance, 10);
        Assert.That(order.Of(3), Is.EqualTo(same.Of(3)).And.Not.EqualTo(order.Of(4)).And.Not.EqualTo(other.Of(3)));
        Assert.That(order.Of(0), Has.Length.EqualTo(order.Length));
        Assert.That(order.Of(0), Is.All.InRange(0, Labels.Length - 1));
    }

    [TestCase(ClassBalance.None)]
    [TestCase(ClassBalance.Weights)]
    [TestCase(ClassBalance.SqrtWeights)]
    [TestCase(ClassBalance.EffectiveNumber)]
    [TestCase(ClassBalance.LogitAdjustment)]
    public void Weights_show_every_example_once(ClassBalance balance) =>
        Assert.That(new EpochOrder(Labels, 4, balance, 1).Of(0), Is.EquivalentTo(Enumerable.Range(0, Labels.Length)));

    [Test]
    public void Oversampling_shows_all_classes_as_often_as_the_largest_and_every_example_at_least_once()
    {
        int[] order = new EpochOrder(Labels, 4, ClassBalance.Oversample, 1).Of(0);
        Assert.That(Counts(order), Is.EqualTo(new[] { 20, 20, 0, 20 }));
        Assert.That(order.Distinct().Count(), Is.EqualTo(Labels.Length));
        Assert.That(order.GroupBy(i => i).Where(g => Labels[g.Key] == 3).Select(g => g.Count()), Is.All.InRange(2, 3));
    }

    [Test]
    public void Undersampling_shows_all_classes_as_often_as_the_smallest_and_other_examples_each_epoch()
    {
        EpochOrder order = new(Labels, 4, ClassBalance.Undersample, 1);
        Assert.That(Counts(order.Of(0)), Is.EqualTo(new[] { 5, 5, 0, 5 }));
        Assert.That(Enumerable.Range(0, 30).SelectMany(order.Of).Distinct().Count(), Is.EqualTo(Labels.Length));
    }

    [Test]
    public void Balanced_batches_have_equal_classes_in_any_stretch()
    {
        int[] order = new EpochOrder(Labels, 4, ClassBalance.BalancedBatches, 1).Of(2);
        for (int first = 0; first + 6 <= order.Length; first += 6)
            Assert.That(Counts(order[first..(first + 6)]), Is.EqualTo(new[] { 2, 2, 0, 2 }), $"from {first}");
    }

    private static int[] Counts(int[] order) => [.. Enumerable.Range(0, 4).Select(c => order.Count(i => Labels[i] == c))];
}
