using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Tests.Data;

namespace SkinClassifier.Tests.Reports;

/// <summary>A report on synthetic images with class and file names that need quoting.</summary>
internal static class SampleReport
{
    public static readonly string[] Labels = ["a, \"quoted\"", "b<script>", "nævus"];

    public static RunReport Create(int perClass = 8, bool withTraining = true)
    {
        List<ImageSource> sources = [];
        for (int i = 0; i < perClass * 3; i++)
            sources.Add(new ImageSource($"{Labels[i % 3]}/bild {i}.png", Labels[i % 3],
                TestImages.Png(i, 40, 30))
            { Columns = new Dictionary<string, string> { ["lesion"] = $"L{i / 2}" } });
        ImageDataset dataset = ImageDataset.FromMemory(sources, new ImageDatasetOptions { GroupBy = "lesion", CheckDuplicates = false });
        DatasetSplits splits = dataset.Split(0.2, 0.4);
        IReadOnlyList<ImageExample> examples = withTraining ? splits.Test.Examples : dataset.Examples;
        SeededRandom random = new(4);
        float[] scores = new float[examples.Count * 3];
        for (int i = 0; i < examples.Count; i++)
        {
            float first = 0.2f + 0.6f * random.NextSingle(), second = (1 - first) * random.NextSingle();
            (scores[3 * i + examples[i].LabelIndex], scores[3 * i + (examples[i].LabelIndex + 1) % 3],
                scores[3 * i + (examples[i].LabelIndex + 2) % 3]) = (first, second, 1 - first - second);
        }
        ImageClassificationMetrics metrics =
            ImageClassificationMetrics.Compute(dataset.Labels, [.. examples.Select(e => e.LabelIndex)], scores, [.. examples.Select(e => e.Group)]);
        RunReport evaluation =
            new() { Title = "Drawn <images>", Metrics = metrics, Examples = examples, Skipped = [new SkippedFile("x, y.png", "The \"file\" is empty.")] };
        return !withTraining ? evaluation : evaluation with
        {
            Splits = splits,
            History = new TrainingHistory([new(1, "head", 1.5, 0.4, 1.25, 0.5, 0.01, 2.34567), new(2, "head", 1.1, 0.6, null, null, 0.005, 2),
                new(1, "fine-tune", 0.9, 0.7, 1, 0.625, 0.001, 30)], "fine-tune", 1),
            Manifest = new ModelManifest
            {
                Labels = dataset.Labels,
                Width = 64,
                Height = 64,
                Backbone = "small_cnn",
                Options = new Dictionary<string, string> { ["epochs"] = "2" }
            },
            Options = [new("augment", "light")],
            Warnings = ["Class 'b<script>' is small."],
        };
    }
}
