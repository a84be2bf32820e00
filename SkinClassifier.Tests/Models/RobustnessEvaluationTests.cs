using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Tests.CommandLine;

namespace SkinClassifier.Tests.Models;

public sealed class RobustnessEvaluationTests : FolderTests
{
    [Test]
    public void The_same_seed_gives_the_same_answers_on_any_number_of_threads()
    {
        RedAndGreen.Write(_folder, perClass: 20);
        ImageDataset data = ImageDataset.FromFolder(_folder.File("data"));
        ImageClassificationModel model = SmallModels.Create(["green", "red"], size: 16);
        RobustnessMetrics[] runs = [.. new[] { 1, 3 }.Select(threads => Run(threads, 5))];
        Assert.That(Values(runs[0]), Is.EqualTo(Values(runs[1])));
        Assert.That(runs[0].Accuracy, Is.EqualTo(model.Evaluate(data, new EvaluationOptions { TestTimeAugmentation = 1 }).Metrics.MicroAccuracy));
        Assert.That(runs[0].Corruptions, Has.Count.EqualTo(13));
        Assert.That(runs[0].Corruptions.SelectMany(c => c.Severities).Count(), Is.EqualTo(RobustnessEvaluation.Passes - 1));

        RobustnessMetrics Run(int threads, ulong seed)
        {
            EvaluationOptions options = new() { Threads = threads, Seed = seed };
            return RobustnessEvaluation.Run(model, model.Evaluate(data, options), options);
        }

        static double?[] Values(RobustnessMetrics reached) => [reached.MeanDrop.Value, reached.MeanDrop.Interval?.Low, reached.MeanFlipRate.Value,
            .. reached.Corruptions.SelectMany(c => c.Severities).SelectMany(s => new[] { s.Drop.Value, s.FlipRate.Value, s.Drop.Interval?.High })];
    }
}
