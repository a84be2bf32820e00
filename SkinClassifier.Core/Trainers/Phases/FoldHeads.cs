using SkinClassifier.Common;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>What a head of a fold trains on, and what it is asked about.</summary>
/// <param name="Trained">Features of the images that it trains on; scaled in place.</param>
/// <param name="Asked">Features of images that it does not train on; scaled in place.</param>
/// <param name="Teacher">A teacher's probabilities for the images that it trains on [N,K], or null.</param>
internal sealed record FoldPart(FeatureTable Trained, FeatureTable Asked, float[]? Teacher);

/// <summary>
/// Trains heads that differ in nothing but their images, several at the same time: a head is too small to keep many threads busy. The number of threads does
/// not change a bit. A schedule that follows the loss follows that of the images that a head trains on: nothing is measured on the others before all epochs
/// are done.
/// </summary>
/// <param name="settings">How a head trains.</param>
/// <param name="classes">K.</param>
/// <param name="workers">Who computes.</param>
internal sealed class FoldHeads(PhaseSettings settings, int classes, WorkerPool workers)
{
    /// <summary>Raw scores [N, outputs] of the asked images: of each head after every epoch.</summary>
    /// <param name="count">Number of heads.</param>
    /// <param name="part">Gives the images of a head, 0-based; called from several threads.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public float[][][] Scores(int count, Func<int, FoldPart> part, CancellationToken cancellationToken) =>
        Train(count, part, settings.Epochs, _ => true, cancellationToken);

    /// <summary>Raw scores [N, outputs] of the asked images: of each head after one epoch, which is its last.</summary>
    /// <param name="epoch">The epoch, 1-based.</param>
    /// <param name="count">Number of heads.</param>
    /// <param name="part">Gives the images of a head, 0-based; called from several threads.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public float[][] ScoresAfter(int epoch, int count, Func<int, FoldPart> part, CancellationToken cancellationToken) =>
        [.. Train(count, part, epoch, e => e == epoch - 1, cancellationToken).Select(scores => scores[^1])];

    private float[][][] Train(int count, Func<int, FoldPart> part, int epochs, Func<int, bool> keeps, CancellationToken cancellationToken)
    {
        float[][][] scores = new float[count][][];
        WorkerPool own = new(Math.Max(1, workers.Threads / Math.Max(1, count)));
        workers.Run(count, head => scores[head] = Train(part(head), own, epochs, keeps, cancellationToken));
        return scores;
    }

    private float[][] Train(FoldPart part, WorkerPool own, int epochs, Func<int, bool> keeps, CancellationToken cancellationToken)
    {
        ImageClassificationTrainerOptions options = settings.Options;
        ClassifierHead head = new(part.Trained.Length, options.HiddenWidths, settings.Loss.OutputCount(classes), options.Seed);
        using HeadPhase phase = new(settings, head, part.Trained, part.Asked, classes, own, part.Teacher);
        float[][] scores = new float[epochs][];
        int epoch = 0;
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TrainingLoop loop = new(phase.Plan, phase.Source, phase.Settings with { Options = options with { EarlyStoppingCriteria = null } },
            Evaluate, new ProgressReporter(null));
        if (!loop.Run(enough.Token))
            cancellationToken.ThrowIfCancellationRequested();
        // A loop that ended early, because nothing was finite any more, stays as it was.
        while (epoch < epochs)
            Keep();
        return scores;

        ValidationMetrics? Evaluate(int _)
        {
            if (epoch < epochs)
                Keep();
            if (epoch == epochs)
                enough.Cancel();
            return null;
        }

        void Keep()
        {
            scores[epoch] = keeps(epoch) ? phase.Score().Scores : [];
            epoch++;
        }
    }
}
