using SkinClassifier.Compare.Methods;
using SkinClassifier.Compare.Splits;
using SkinClassifier.Data;
using SkinClassifier.Tests.Data;

namespace SkinClassifier.Tests.Compare;

public sealed class LearnerTests
{
    private const int Classes = 3, PerClass = 40;
    private static readonly ImageDataset Data = TestImages.Memory([PerClass, PerClass, PerClass]);

    private static IEnumerable<string> Names() => LearnerCatalog.All.Select(l => l.Name);

    [TestCaseSource(nameof(Names))]
    public void A_learner_finds_classes_that_lie_apart_and_its_probabilities_are_in_the_order_of_the_classes(string name)
    {
        FoldScores result = LearnerMethod.Run(LearnerCatalog.All.Single(l => l.Name == name), Features(), Half(), Classes, 1, 1, default);
        for (int i = 0; i < Half().Test.Examples.Count; i++)
        {
            float[] row = result.Scores[(i * Classes)..((i + 1) * Classes)];
            Assert.That(row.Sum(), Is.EqualTo(1).Within(1e-4));
            Assert.That(Array.IndexOf(row, row.Max()), Is.EqualTo(Half().Test.Examples[i].LabelIndex), $"image {i}");
        }
        Assert.That((result.SecondsToTrain, result.MillisecondsPerImage, result.Megabytes), Is.GreaterThan((0.0, 0.0, 0.0)));
    }

    [Test]
    public void Class_frequencies_are_those_of_the_training_images()
    {
        Fold fold = Half() with { Train = Data.Subset(Data.Examples.Where(e => e.LabelIndex != 2)) };
        Assert.That(MajorityMethod.Run(fold).Scores[..3], Is.EqualTo(new[] { 0.5f, 0.5f, 0f }));
    }

    /// <summary>Each class lies around a corner of its own, with a little noise.</summary>
    private static FeatureRows Features()
    {
        float[] values = new float[Classes * PerClass * 4];
        Dictionary<string, int> positions = [];
        for (int i = 0; i < Classes * PerClass; i++)
        {
            ImageExample example = Data.Examples[i];
            positions.Add(example.Path, i);
            for (int f = 0; f < 4; f++)
                values[i * 4 + f] = (example.LabelIndex == f ? 3 : 0) + (i * 7919 + f * 104729) % 100 / 100f;
        }
        return new FeatureRows(values, 4, 0.001, 1000, positions);
    }

    private static Fold Half() =>
        new(Data.Subset(Data.Examples.Where((_, i) => i % 2 == 0)), Data.Subset([]), Data.Subset(Data.Examples.Where((_, i) => i % 2 == 1)));
}
