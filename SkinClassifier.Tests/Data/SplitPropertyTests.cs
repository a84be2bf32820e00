using FsCheck;
using FsCheck.Fluent;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

/// <summary>Laws of splits, for random classes, groups, fractions and seeds.</summary>
public sealed class SplitPropertyTests
{
    private sealed record Case(ImageDataset Dataset, double Validation, double Test, ulong Seed);

    private static Arbitrary<Case> Cases { get; } = (
        from classes in Gen.Choose(2, 5)
        from examples in Gen.NonEmptyListOf(Gen.Choose(0, classes - 1).SelectMany(label => Gen.Choose(0, 30).Select(lesion => (Label: label, Group: lesion))))
        from validation in Gen.Choose(0, 45)
        from test in Gen.Choose(0, 50)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Case(Build(examples), validation / 100.0, test / 100.0, (ulong)seed)).ToArbitrary();

    /// <summary>Group 0 means "no group".</summary>
    private static ImageDataset Build(IEnumerable<(int Label, int Group)> examples) => ImageDataset.FromMemory(
        examples.Select((e, i) =>
            new ImageSource(
                $"{i:000}.png", $"class {e.Label}", [1])
            { Columns = new Dictionary<string, string> { ["lesion"] = e.Group == 0 ? "" : $"L{e.Group}" } }),
        new ImageDatasetOptions { CheckImages = false, CheckDuplicates = false, MinimumClasses = 1, GroupBy = "lesion" });

    private static void Law(Func<Case, bool> law) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(Cases, law));

    [Test]
    public void Every_image_is_in_exactly_one_part() => Law(c =>
    {
        DatasetSplits splits = c.Dataset.Split(c.Validation, c.Test, seed: c.Seed);
        return All(splits).Select(e => e.Path).Order(StringComparer.Ordinal)
            .SequenceEqual(c.Dataset.Examples.Select(e => e.Path).Order(StringComparer.Ordinal));
    });

    [Test]
    public void Groups_never_straddle() => Law(c =>
        All(c.Dataset.Split(c.Validation, c.Test, seed: c.Seed)).Where(e => e.Group is not null).GroupBy(e => e.Group)
            .All(g => g.Select(e => e.Split).Distinct().Count() == 1));

    [Test]
    public void Parts_do_not_depend_on_the_order_and_are_the_same_every_time() => Law(c =>
    {
        DatasetSplits once = c.Dataset.Split(c.Validation, c.Test, seed: c.Seed),
            again = c.Dataset.Subset(c.Dataset.Examples.Reverse()).Split(c.Validation, c.Test, seed: c.Seed);
        return All(once).Select(e => (e.Path, e.Split)).Order().SequenceEqual(All(again).Select(e => (e.Path, e.Split)).Order());
    });

    [Test]
    public void Fractions_hold_within_one_group_per_class_and_every_class_gets_its_share() => Law(c =>
    {
        double[] wanted = [1 - c.Validation - c.Test, c.Validation, c.Test];
        int places = wanted.Count(f => f > 0);
        var strata = All(c.Dataset.Split(c.Validation, c.Test, seed: c.Seed))
            .GroupBy(e => e.Group ?? "image " + e.Path)
            .Select(g => (Class: g.GroupBy(e => e.LabelIndex).OrderByDescending(l => l.Count()).ThenBy(l => l.Key).First().Key, g.First().Split))
            .GroupBy(g => g.Class);
        foreach (var stratum in strata)
        {
            int n = stratum.Count();
            int[] counts = [.. new[] { DatasetSplit.Train, DatasetSplit.Validation, DatasetSplit.Test }.Select(p => stratum.Count(g => g.Split == p))];
            bool borrowed = Enumerable.Range(0, 3).Any(p => wanted[p] > 0 && wanted[p] * n < 1);
            for (int p = 0; p < 3; p++)
            {
                if (wanted[p] == 0 && counts[p] > 0)
                    return false;
                if (n >= places && wanted[p] > 0 && counts[p] == 0)
                    return false;
                if (Math.Abs(counts[p] - wanted[p] * n) >= (borrowed ? 3 : 1) + 1e-9)
                    return false;
            }
        }
        return true;
    });

    private static IEnumerable<ImageExample> All(DatasetSplits splits) => splits.Train.Examples.Concat(splits.Validation.Examples).Concat(splits.Test.Examples);
}
