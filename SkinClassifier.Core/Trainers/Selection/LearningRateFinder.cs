using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Trainers.Course;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Trainers.Selection;

/// <summary>
/// Learning rate range test: a short training in which the rate grows exponentially; the rate where the loss falls fastest is a good one to start with.
/// It tests the phase that the options would spend most time on: fine-tuning when there are fine-tuning epochs, else the head on frozen features, or all layers from scratch.
/// What was learnt is thrown away.
/// </summary>
public sealed class LearningRateFinder
{
    private readonly ImageClassificationTrainerOptions _options;

    /// <summary>Creates a finder for a trainer's options and checks them.</summary>
    /// <exception cref="ArgumentException">Options are out of their ranges; the text lists every fault.</exception>
    public LearningRateFinder(ImageClassificationTrainerOptions? options = null)
    {
        _options = options ?? new ImageClassificationTrainerOptions();
        TrainerOptionsCheck.Check(_options);
    }

    /// <summary>Lowest rate; default 1e−6, above 0.</summary>
    public double From { get; init; } = 1e-6;

    /// <summary>Highest rate; default 1, above <see cref="From"/>.</summary>
    public double To { get; init; } = 1;

    /// <summary>Steps between them; default 100, at least 5.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Runs the test.</summary>
    /// <exception cref="ArgumentException">A range is empty, or the data cannot be learnt; see <see cref="ImageClassificationTrainer.Fit"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LearningRateCurve Run(ImageDataset data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(From > 0) || !(To > From) || !double.IsFinite(To) || Steps < 5)
            throw new ArgumentException($"LearningRateFinder: expected 0 < From < To and at least 5 steps, received From {From}, To {To}, Steps {Steps}.");
        ImageClassificationTrainer trainer = new(_options with { CheckpointPath = null, Resume = false, ProgressiveFrom = null });
        CourseReporter reporter = new(_options.MetricsCallback);
        TrainingRun run = trainer.Prepare(data, reporter, out bool pretrained);
        if (pretrained && _options.FineTuneEpoch == 0)
        {
            using HeadPhase head = run.PrepareHead(cancellation);
            return Run(head.Plan, head.Source, head.Settings, reporter, cancellation);
        }
        if (pretrained && _options.Epoch != 0 && (_options.UnfreezeBlocks is not null || _options.BatchNormalization == BatchNormalizationMode.Frozen))
            run.RunHead(cancellation);
        cancellation.ThrowIfCancellationRequested();
        using PicturePhase pictures = run.PreparePictures();
        return Run(pictures.Plan, pictures.Source, pictures.Settings, reporter, cancellation);
    }

    private LearningRateCurve Run(TrainingPlan plan, BatchSource source, CourseSettings settings, CourseReporter reporter, CancellationToken cancellation)
    {
        LearningRateCurve curve = new() { Phase = settings.Phase };
        double ratio = To / From;
        int step = 0;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        CourseSettings rising = settings with
        {
            LearningRate = From,
            Scheduler = new RisingSchedule(ratio, Steps),
            Epochs = (Steps * settings.Accumulate + source.StepsPerEpoch - 1) / source.StepsPerEpoch,
            SwaEpochs = 0,
            SwaLearningRate = null,
            EarlyStopping = null,
            EmaDecay = 0,
        };
        TrainingCourse course = new(plan, source, rising, null, reporter)
        {
            StepTaken = loss =>
            {
                curve.Add(From * Math.Pow(ratio, (double)step++ / (Steps - 1)), loss);
                if (curve.HasDiverged || step >= Steps)
                    stop.Cancel();
            },
        };
        course.Run(stop.Token);
        cancellation.ThrowIfCancellationRequested();
        return curve;
    }

    /// <summary>Factor ratio^(step/(steps − 1)).</summary>
    private sealed class RisingSchedule(double ratio, int steps) : LearningRateScheduler
    {
        public override double Factor(in ScheduleStep step) => Math.Pow(ratio, (double)step.Step / (steps - 1));
    }
}
