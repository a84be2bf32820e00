// Trains on a folder with one sub-folder per class and saves model.zip. For research and decision support only; not a medical device.
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Schedules;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: dotnet run -- FOLDER MODEL.zip");
    return 2;
}

try
{
    // Images of one lesion never fall into two sets; metadata.csv has the column. Without that column every image is its own group.
    ImageDataset photos = ImageDataset.FromFolder(args[0]);
    string? group = photos.Examples[0].Columns.ContainsKey("lesion_id") ? "lesion_id" : null;
    TrainTestData data = photos.TrainTestSplit(testFraction: 0.2, groupBy: group);

    // From scratch, so that the sample needs no file. With pretrained weights (WeightsPath) results are far better.
    ImageClassificationTrainer trainer = new(new()
    {
        Arch = Architecture.SmallCnn,
        ImageSize = 64,
        Epoch = 15,
        LearningRateScheduler = new LinearDecay(),
        MetricsCallback = metrics => Console.Error.WriteLine(metrics),
    });
    ImageClassificationModel model = trainer.Fit(data.TrainSet);
    foreach (SkippedFile skipped in photos.Skipped)
        Console.Error.WriteLine($"skipped {skipped.Path}: {skipped.Reason}");

    ModelEvaluation evaluation = model.Evaluate(data.TestSet);
    Console.WriteLine(evaluation);
    Console.WriteLine($"mean probability of the true class: {evaluation.Compute(new TrueClassProbability()):0.000}");
    model.Save(args[1]);
    return 0;
}
catch (Exception error) when (error is SkinClassifierException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

/// <summary>A schedule of your own: the rate falls in a straight line to a tenth. It has no parameters, so ToString need not be overridden.</summary>
internal sealed class LinearDecay : LearningRateSchedule
{
    public override double Factor(in ScheduleStep step) => 1 - 0.9 * Math.Min(1, (double)step.Step / step.TotalSteps);
}

/// <summary>A metric of your own: the probability that the model gives to the true class, averaged over the images.</summary>
internal sealed class TrueClassProbability : IMetric
{
    public string Name => "trueClassProbability";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples)
    {
        double sum = 0;
        for (int i = 0; i < examples.Count; i++)
            sum += examples.Weight(i) * examples.Scores(i)[examples.Actual[i]];
        return examples.TotalWeight == 0 ? null : sum / examples.TotalWeight;
    }
}
