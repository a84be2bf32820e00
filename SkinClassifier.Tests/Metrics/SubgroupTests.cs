using SkinClassifier.Imaging;
using SkinClassifier.Metrics;
using SkinClassifier.Reports;

namespace SkinClassifier.Tests.Metrics;

public sealed class SubgroupTests
{
    [Test]
    public void Every_group_has_the_metrics_of_its_images_alone()
    {
        ImageClassificationMetrics all = ClassHierarchyTests.Random(["a", "b", "c"], 120);
        string[] values = [.. Enumerable.Range(0, 120).Select(i => i % 5 < 3 ? "male" : "female")];
        SubgroupColumn column = SubgroupColumn.Of("sex", values, ["female", "male"], all);
        foreach (SubgroupMetrics group in column.Groups)
        {
            int[] own = [.. Enumerable.Range(0, 120).Where(i => values[i] == group.Value)];
            ImageClassificationMetrics alone = ImageClassificationMetrics.Compute(all.Labels, [.. own.Select(i => all.Examples.Actual[i])],
                [.. own.SelectMany(i => all.Examples.Scores(i).ToArray())]);
            Assert.That((group.Count, group.Cases, group.IsSmall), Is.EqualTo((own.Length, own.Length, false)));
            Assert.That((group.Accuracy.Value, group.Sensitivity.Value, group.Auc.Value, group.CalibrationError.Value),
                Is.EqualTo((alone.MicroAccuracy, alone.MacroRecall, alone.MacroAuc, alone.ExpectedCalibrationError)));
            foreach (MeasuredValue value in new[] { group.Accuracy, group.Sensitivity, group.Auc })
                Assert.That(value.Value, Is.InRange(value.Interval!.Value.Low, value.Interval.Value.High));
            Assert.That(group.Recall, Is.Empty, "three classes");
        }
        SubgroupGap gap = column.LargestGaps[0];
        Assert.That(column.LargestGaps.Select(g => g.Metric), Is.EqualTo(new[] { "accuracy", "sensitivity", "auc", "calibrationError" }));
        Assert.That(gap.Gap.Value, Is.EqualTo(Math.Abs(column.Groups[0].Accuracy.Value!.Value - column.Groups[1].Accuracy.Value!.Value)).Within(1e-12));
        Assert.That(gap.Gap.Value, Is.InRange(gap.Gap.Interval!.Value.Low, gap.Gap.Interval.Value.High));
        Assert.That(new[] { gap.High, gap.Low }, Is.EquivalentTo(new[] { "female", "male" }));
    }

    [Test]
    public void Few_cases_are_flagged_and_left_out_of_the_gaps_but_shown()
    {
        string[] lesions = [.. Enumerable.Range(0, 120).Select(i => $"L{i / 3}")];
        ImageClassificationMetrics all = ClassHierarchyTests.Random(["benign", "malignant"], 120, lesions);
        string[] values = [.. Enumerable.Range(0, 120).Select(i => i < 63 ? "arm" : i < 90 ? "back" : "leg")];
        SubgroupColumn column = SubgroupColumn.Of("site", values, ["arm", "back", "leg"], all);
        Assert.That(column.Groups.Select(g => (g.Count, g.Cases, g.IsSmall)), Is.EqualTo(new[] { (63, 21, false), (27, 9, true), (30, 10, true) }));
        Assert.That(column.Groups.Select(g => g.Recall.Count), Is.All.EqualTo(2));
        Assert.That(column.Groups[1].Accuracy.Value, Is.Not.Null);
        Assert.That(column.LargestGaps, Is.Empty, "only one group has 20 cases");
    }

    [Test]
    public void Two_equal_groups_have_a_gap_whose_interval_holds_zero_and_a_blind_model_one_that_does_not()
    {
        string[] values = [.. Enumerable.Range(0, 200).Select(i => i % 4 < 2 ? "x" : "y")];
        int[] actual = [.. Enumerable.Range(0, 200).Select(i => i % 2)];
        SubgroupGap Gap(Func<int, bool> isRight) => SubgroupColumn.Of("c", values, ["x", "y"], ImageClassificationMetrics.Compute(["a", "b"], actual,
            [.. Enumerable.Range(0, 200).SelectMany(i => isRight(i) == (actual[i] == 0) ? new[] { 0.9f, 0.1f } : [0.1f, 0.9f])])).LargestGaps[0];
        SubgroupGap equal = Gap(i => i % 10 != 0), unequal = Gap(i => values[i] == "x" || i % 3 == 0);
        Assert.That(equal.Gap.Interval!.Value.Low, Is.LessThanOrEqualTo(0));
        Assert.That(unequal.Gap.Interval!.Value.Low, Is.GreaterThan(0.4));
        Assert.That((unequal.High, unequal.Low), Is.EqualTo(("x", "y")));
    }

    [Test]
    public void Ages_become_decades_numbers_quarters_and_words_stay()
    {
        (string[] groups, string[] order) = SubgroupValues.Of("age", ["5", "80.0", "39", "", "40", "unknown", null]);
        Assert.That(groups, Is.EqualTo(new[] { "0–9", "80–89", "30–39", "not recorded", "40–49", "not recorded", "not recorded" }));
        Assert.That(order, Is.EqualTo(new[] { "0–9", "30–39", "40–49", "80–89", "not recorded" }));
        (groups, order) = SubgroupValues.Of("diameter", [.. Enumerable.Range(1, 40).Select(i => $"{i}")]);
        Assert.That(order, Is.EqualTo(new[] { "1 to below 11", "11 to below 21", "21 to below 31", "31 to 40" }));
        Assert.That(groups.CountBy(g => g).Select(g => g.Value), Is.All.EqualTo(10));
        (_, order) = SubgroupValues.Of("fitzpatrick", ["2", "10", "1", "NA", "2"]);
        Assert.That(order, Is.EqualTo(new[] { "1", "2", "10", "not recorded" }));
        (groups, order) = SubgroupValues.Of("clinic", [.. Enumerable.Range(0, 30).Select(i => $"clinic {i:00}"), "clinic 07", "male"]);
        Assert.That(order, Has.Length.EqualTo(20));
        Assert.That((order[^1], groups[7], groups[31]), Is.EqualTo(("other values", "clinic 07", "other values")));
    }

    [Test]
    public void The_angle_of_the_skin_falls_from_fair_to_dark_and_black_corners_do_not_count()
    {
        double fair = Angle(240, 220, 200), tan = Angle(190, 140, 105), dark = Angle(90, 60, 45);
        Assert.That(fair, Is.GreaterThan(55));
        Assert.That(tan, Is.InRange(10, 41));
        Assert.That(dark, Is.LessThan(-30));
        Assert.That(SkinToneProxy.Angle(new RgbImage(60, 40)), Is.Null, "all black");

        static double Angle(byte r, byte g, byte b)
        {
            RgbImage image = new(60, 40);
            for (int y = 0; y < 40; y++)
                for (int x = 4; x < 60; x++)
                    ((byte[])[r, g, b]).CopyTo(image.Row(y)[(3 * x)..]);
            return SkinToneProxy.Angle(image)!.Value;
        }
    }
}
