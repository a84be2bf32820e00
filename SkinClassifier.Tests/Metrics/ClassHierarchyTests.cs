using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

public sealed class ClassHierarchyTests
{
    private static readonly string[] Ham = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"];

    [Test]
    public void Parents_have_the_sums_of_their_children_and_the_parent_of_the_predicted_class()
    {
        ImageClassificationMetrics metrics = Random(Ham, 140);
        HierarchyLevel level = ClassHierarchy.Isic.Levels(metrics).Single();
        Assert.That(level.Metrics.Labels, Is.EqualTo(new[] { "benign", "malignant" }));
        Assert.That(level.Members, Is.EqualTo(new[] { new[] { "bkl", "df", "nv", "vasc" }, ["akiec", "bcc", "mel"] }));
        ScoredExamples below = metrics.Examples, above = level.Metrics.Examples;
        int right = 0;
        for (int i = 0; i < below.Count; i++)
        {
            double malignant = Ham.Select((l, c) => level.Members[1].Contains(l) ? below.Scores(i)[c] : 0.0).Sum();
            Assert.That(above.Scores(i)[1], Is.EqualTo(malignant).Within(1e-6));
            Assert.That(above.Scores(i)[0] + above.Scores(i)[1], Is.EqualTo(1).Within(1e-6));
            Assert.That(above.Labels[above.Predicted[i]], Is.EqualTo(level.Members[1].Contains(Ham[below.Predicted[i]]) ? "malignant" : "benign"));
            right += above.Predicted[i] == above.Actual[i] ? 1 : 0;
        }
        Assert.That(level.Metrics.MicroAccuracy, Is.EqualTo((double)right / below.Count));
        Assert.That(level.Metrics.MicroAccuracy, Is.GreaterThanOrEqualTo(metrics.MicroAccuracy!.Value), "a right class has a right parent");
    }

    [Test]
    public void A_table_gives_as_many_levels_as_it_has_and_classes_without_parent_stay()
    {
        ClassHierarchy own = new("own.csv", new Dictionary<string, string>
        { ["mel"] = "melanocytic", ["nv"] = "melanocytic", ["bcc"] = "keratinocytic", ["melanocytic"] = "pigmented", ["keratinocytic"] = "other" });
        IReadOnlyList<HierarchyLevel> levels = own.Levels(Random(["bcc", "mel", "nv", "vasc"], 60));
        Assert.That(levels.Select(l => string.Join(' ', l.Metrics.Labels)),
            Is.EqualTo(new[] { "keratinocytic melanocytic vasc", "other pigmented vasc" }));
        Assert.That(levels[1].Members, Is.EqualTo(new[] { new[] { "bcc" }, ["mel", "nv"], ["vasc"] }));
    }

    [Test]
    public void The_hierarchy_of_the_challenges_fits_their_classes_in_any_letter_case_and_no_others()
    {
        Assert.That(ClassHierarchy.Isic.Fits(Ham), Is.True);
        Assert.That(ClassHierarchy.Isic.Fits(["MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC"]), Is.True);
        Assert.That(ClassHierarchy.Isic.Fits(["mel", "nv"]), Is.False, "nothing is put together");
        Assert.That(ClassHierarchy.Isic.Fits(["mel", "bcc", "akiec"]), Is.False, "all of one parent");
        Assert.That(ClassHierarchy.Isic.Fits([.. Ham, "unknown"]), Is.False);
    }

    [Test]
    public void Circles_second_parents_and_foreign_classes_are_refused()
    {
        Assert.That(() => new ClassHierarchy("x.csv", new Dictionary<string, string> { ["a"] = "b", ["b"] = "a" }),
            Throws.ArgumentException.With.Message.Contains("x.csv: expected parents above their children, received a circle"));
        Assert.That(() => new ClassHierarchy("x.csv", [new("a", "b"), new("a", "c")]),
            Throws.ArgumentException.With.Message.Contains("received 'a' under 'c' and under 'b'"));
        Assert.That(() => new ClassHierarchy("x.csv", []), Throws.ArgumentException.With.Message.Contains("received none"));
        Assert.That(() => ClassHierarchy.Isic.Levels(Random(["red", "green"], 10)), Throws.ArgumentException.With.Message.Contains("red, green"));
    }

    internal static ImageClassificationMetrics Random(string[] labels, int count, IReadOnlyList<string?>? groups = null)
    {
        SkinClassifier.Common.SeededRandom random = new(11);
        int[] actual = [.. Enumerable.Range(0, count).Select(i => i % labels.Length)];
        float[] scores = new float[count * labels.Length];
        for (int i = 0; i < count; i++)
        {
            Span<float> row = scores.AsSpan(i * labels.Length, labels.Length);
            for (int c = 0; c < row.Length; c++)
                row[c] = random.NextSingle() + (c == actual[i] ? 0.6f : 0.01f);
            float sum = System.Numerics.Tensors.TensorPrimitives.Sum<float>(row);
            System.Numerics.Tensors.TensorPrimitives.Divide(row, sum, row);
        }
        return ImageClassificationMetrics.Compute(labels, actual, scores, groups);
    }
}
