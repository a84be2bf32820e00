using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Phases;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Search;

/// <summary>
/// Learning rate range test: a short training in which the rate grows exponentially; the rate where the loss falls fastest is a good one to start with.
/// It tests the phase that the options would spend most time on: fine-tuning when there are fine-tuning epochs, else the head on frozen features, or
/// all layers from scratch. What was trained is thrown away.
/// </summary>
public sealed class LearningRateFinder
{
    private readonly ImageClassificationTrainerOptions _options;

    /// <summary>Creates a finder for a trainer's options and checks them.</summary>
    /// <exception cref="ArgumentException">Options are out of their ranges; the text lists every error.</exception>
    public LearningRateFinder(ImageClassificationTrainerOptions? options = null)
    {
        _options = options ?? new ImageClassificationTrainerOptions();
        TrainerOptionsCheck.Check(_options);
        TrainerOptionsCheck.RefuseGroup(_options, nameof(LearningRateFinder));
    }

    /// <summary>Lowest rate; default 1e−6, above 0.</summary>
    public double From { get; init; } = 1e-6;

    /// <summary>Highest rate; default 1, above <see cref="From"/>.</summary>
    public double To { get; init; } = 1;

    /// <summary>Steps between them; default 100, at least 5.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Runs the test.</summary>
    /// <exception cref="ArgumentException">A range is empty, or the data cannot be trained; see <see cref="ImageClassificationTrainer.Fit"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LearningRateCurve Run(ImageDataset data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(From > 0) || !(To > From) || !double.IsFinite(To) || Steps < 5)
            throw new ArgumentException($"LearningRateFinder: expected 0 < From < To and at least 5 steps, received From {From}, To {To}, Steps {Steps}.");
        ImageClassificationTrainer trainer = new(_options with { CheckpointPath = null, Resume = false });
        ProgressReporter reporter = new(_options.MetricsCallback);
        RunSetup run = trainer.Prepare(data, reporter, fullSize: true);
        if (run.HeadOnly)
        {
            using HeadPhase head = HeadFeatures.Compute(run, cancellationToken).Prepare(run);
            return Run(head.Plan, head.Source, head.Settings, reporter, cancellationToken);
        }
        if (run.HasHeadPhase
            && (_options.UnfreezeBlocks is not null || _options.BatchNormalization == BatchNormalizationMode.Frozen))
            new TrainingRun(run).RunHead(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        using ImagePhase images = ImagePhase.Prepare(run);
        return Run(images.Plan, images.Source, images.Settings, reporter, cancellationToken);
    }

    private LearningRateCurve Run(TrainingPlan plan, BatchSource source, PhaseSettings settings, ProgressReporter reporter, CancellationToken cancellationToken)
    {
        LearningRateCurve curve = new() { Phase = settings.Phase };
        double ratio = To / From;
        int step = 0;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        PhaseSettings rising = settings with
        {
            LearningRate = From,
            Scheduler = new RisingSchedule(ratio, Steps),
            Epochs = (Steps * settings.Options.AccumulateSteps + source.StepsPerEpoch - 1) / source.StepsPerEpoch,
            SwaEpochs = 0,
            SwaLearningRate = null,
            Options = settings.Options with { EarlyStoppingCriteria = null },
            EmaDecay = 0,
        };
        TrainingLoop loop = new(plan, source, rising, null, reporter)
        {
            StepTaken = loss =>
            {
                curve.Add(From * Math.Pow(ratio, (double)step++ / (Steps - 1)), loss);
                if (curve.HasDiverged || step >= Steps)
                    stop.Cancel();
            },
        };
        loop.Run(stop.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return curve;
    }

    /// <summary>Factor ratio^(step/(steps − 1)).</summary>
    private sealed class RisingSchedule(double ratio, int steps) : LearningRateSchedule
    {
        public override double Factor(in ScheduleStep step) => Math.Pow(ratio, (double)step.Step / (steps - 1));
    }
}
