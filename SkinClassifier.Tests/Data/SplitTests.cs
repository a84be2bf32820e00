using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

public sealed class SplitTests
{
    [TestCase(10, 0.1, 0.2, 7, 1, 2)]
    [TestCase(100, 0.1, 0.2, 70, 10, 20)]
    [TestCase(7, 0.1, 0.2, 5, 1, 1)]
    [TestCase(4, 0.1, 0.2, 2, 1, 1)]
    [TestCase(3, 0.1, 0.2, 1, 1, 1)]
    [TestCase(2, 0.1, 0.2, 1, 0, 1)]
    [TestCase(1, 0.1, 0.2, 1, 0, 0)]
    [TestCase(9, 0, 0.5, 5, 0, 4)]
    [TestCase(5, 0, 0, 5, 0, 0)]
    [TestCase(2, 0.5, 0, 1, 1, 0)]
    public void Largest_remainders_divide_a_class(int n, double validation, double test, int expectedTrain, int expectedValidation, int expectedTest) =>
        Assert.That(StratifiedSplit.Counts(n, (1 - validation - test, validation, test)), Is.EqualTo((expectedTrain, expectedValidation, expectedTest)));

    [Test]
    public void Groups_stay_together_and_classes_keep_their_share()
    {
        ImageDataset dataset = TestImages.Memory([60, 30, 9], groupSize: 3);
        DatasetSplits splits = dataset.Split(0.1, 0.2, groupBy: "lesion", seed: 5);
        Assert.That(splits.Train.CountByLabel(), Is.EqualTo(new[] { 42, 21, 3 }));
        Assert.That(splits.Validation.CountByLabel(), Is.EqualTo(new[] { 6, 3, 3 }));
        Assert.That(splits.Test.CountByLabel(), Is.EqualTo(new[] { 12, 6, 3 }));
        HashSet<string?>[] groups = [.. new[] { splits.Train, splits.Validation, splits.Test }.Select(p => p.Examples.Select(e => e.Group).ToHashSet())];
        Assert.That(groups[0].Intersect(groups[1]).Concat(groups[0].Intersect(groups[2])).Concat(groups[1].Intersect(groups[2])), Is.Empty);
        Assert.That(splits.Train.Examples.Select(e => e.Split), Is.All.EqualTo(DatasetSplit.Train));
        Assert.That(splits.Test.Labels, Is.EqualTo(dataset.Labels));
    }

    [Test]
    public void The_same_seed_gives_the_same_parts_in_any_order_and_another_seed_others()
    {
        ImageDataset dataset = TestImages.Memory([40, 40]);
        ImageDataset reversed = dataset.Subset(dataset.Examples.Reverse());
        string[] Test(ImageDataset d, ulong seed) => [.. d.TrainTestSplit(0.25, seed: seed).TestSet.Examples.Select(e => e.Path).Order(StringComparer.Ordinal)];
        Assert.That(Test(reversed, 3), Is.EqualTo(Test(dataset, 3)));
        Assert.That(Test(dataset, 4), Is.Not.EqualTo(Test(dataset, 3)));
    }

    [Test]
    public void Fractions_out_of_range_are_refused()
    {
        ImageDataset dataset = TestImages.Memory([4, 4]);
        Assert.That(() => dataset.Split(-0.1, 0.2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => dataset.Split(0.1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => dataset.Split(double.NaN, 0.1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => dataset.Split(0.5, 0.5), Throws.TypeOf<ArgumentException>());
    }
}
