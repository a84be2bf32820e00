using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Trainers;

/// <summary>
/// Scores of all images of a dataset, each by a linear head on a frozen network that has not seen the image: what confident learning needs, without a model.
/// Every image goes through the network once; the heads take moments.
/// </summary>
/// <param name="Scored">Labels and probabilities.</param>
/// <param name="Examples">The images, in the same order.</param>
/// <param name="Skipped">Images that could not be read.</param>
internal sealed record CrossValidatedHeads(ScoredExamples Scored, IReadOnlyList<ImageExample> Examples, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>Computes features, trains the heads and asks each about its fold, after the epoch with the lowest loss at the best temperature.</summary>
    /// <param name="data">The images; groups stay together, sets do not count.</param>
    /// <param name="options">Network, seed, threads and workspace count.</param>
    /// <param name="folds">Number of heads, at least 2.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ArgumentException">The network has no pretrained weights, or the data cannot be trained.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CrossValidatedHeads Compute(
        ImageDataset data, ImageClassificationTrainerOptions options, int folds, CancellationToken cancellationToken = default)
    {
        ImageDataset images = data.Subset(data.Examples.Select(e => e.With(split: DatasetSplit.Unassigned)));
        ImageClassificationTrainer trainer = new(options with
        {
            HiddenUnits = [],
            FineTuneEpoch = 0,
            Balance = ClassBalance.None,
            ValidationSet = null,
            ValidationSetFraction = 0,
            CheckpointPath = null,
            Resume = false,
        });
        RunSetup run = trainer.Prepare(images, new ProgressReporter(options.MetricsCallback));
        if (!run.HeadOnly)
            throw new ArgumentException($"{run.Backbone.Name}: expected a network with pretrained weights, whose features heads can be trained on, received "
                + $"one without. Use one of `backbones list` with weights, or cross-validate the network itself: `train --folds {folds}`.", nameof(options));
        HeadFeatures features = HeadFeatures.Compute(run, cancellationToken);
        HeadCrossValidation heads = HeadCrossValidation.Run(
            run.HeadSettings, features.Train, run.Train.Examples, run.Classes, null, run.Workers, cancellationToken, folds);
        float[][] logits = [.. Enumerable.Range(0, run.HeadSettings.Epochs).Select(e => Logits(run, heads.ScoresAfter(e)))];
        double[] temperatures = [.. logits.Select(z => TemperatureFit.Fit(z, heads.Labels, run.Classes))];
        int best = Enumerable.Range(0, logits.Length).MinBy(e => TemperatureFit.Loss(logits[e], heads.Labels, run.Classes, temperatures[e]));
        return new CrossValidatedHeads(
            new ScoredExamples(run.Train.Labels, heads.Labels, TemperatureFit.Apply(logits[best], run.Classes, 1, temperatures[best])),
            [.. heads.Images.Select(i => run.Train.Examples[i])], run.Skipped.All);
    }

    private static float[] Logits(RunSetup run, float[] scores)
    {
        float[] logits = new float[scores.Length / run.HeadSettings.Loss.OutputCount(run.Classes) * run.Classes];
        run.HeadSettings.Loss.ToLogits(scores, run.Classes, logits);
        return logits;
    }
}
