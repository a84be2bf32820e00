using System.Globalization;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// One phase of training: epochs of steps on a plan, validation after each epoch, the best epoch's weights restored at the end.
/// A step is one batch, or several whose gradients are added up. A step whose loss or gradient is not finite is skipped, halves the learning rate and is
/// reported; after three in a row the best weights come back.
/// </summary>
internal sealed class TrainingLoop
{
    private readonly PhaseSettings _settings;
    private readonly Func<int, ValidationMetrics?>? _validate;
    private readonly ProgressReporter _reporter;
    private readonly GradientAccumulation _step;
    private readonly StepRate _rate;
    private BatchPass _pass;
    private bool _startsTrained;

    /// <summary>Prepares a phase.</summary>
    /// <param name="plan">Network whose output are raw scores.</param>
    /// <param name="source">Batches of the plan's input shape.</param>
    /// <param name="settings">All choices.</param>
    /// <param name="validate">Measures the current weights after an epoch (0-based), or gives null; null without a validation set. After an epoch that is not
    /// measured, and where there are too few images to choose by, the last one is kept.</param>
    /// <param name="reporter">Where reports go.</param>
    /// <param name="easy">The images that epochs leave out. Default: none.</param>
    public TrainingLoop(TrainingPlan plan, BatchSource source, PhaseSettings settings, Func<int, ValidationMetrics?>? validate, ProgressReporter reporter,
        EasyImages? easy = null)
    {
        (_settings, _validate, _reporter) = (settings, validate, reporter);
        State = new LoopState(plan.Parameters, settings) { Easy = easy };
        _step = new GradientAccumulation(settings.Options.AccumulateSteps);
        _rate = new StepRate(settings, State.Optimizer);
        _pass = new BatchPass(plan, source, settings);
    }

    /// <summary>Where the phase stands.</summary>
    public LoopState State { get; }

    /// <summary>
    /// Plan and batches of an epoch (0-based), where images grow or blocks stop from epoch to epoch; all plans share the weights of one graph, and none
    /// trains more than the first. Null: always the same.
    /// </summary>
    public Func<int, (TrainingPlan Plan, BatchSource Source)>? Stages { get; init; }

    /// <summary>Expected times of the epochs, for the time left. Null: epochs take equally long.</summary>
    public EpochTimes? Times { get; init; }

    /// <summary>The processes that train together, which must stop together; null: this one alone.</summary>
    public IProcessGroup? Group { get; init; }

    /// <summary>1 − momentum of each running statistic that is trained, by parameter name; what an average of weights needs.</summary>
    public IReadOnlyDictionary<string, float> StatisticShares { get; init; } = new Dictionary<string, float>();

    /// <summary>
    /// Called with the state after each step and each epoch, for checkpoints; the second argument is true when one must be written: at the end of an
    /// epoch and when cancelled.
    /// </summary>
    public Action<LoopState, bool>? Saver { get; init; }

    /// <summary>Called after each step with its loss; NaN when it was skipped.</summary>
    public Action<double>? StepTaken { get; init; }

    /// <summary>
    /// Tells that the weights come from a finished phase: they come back when this one is cancelled in its first epoch, or never gets better than
    /// <paramref name="reached"/>.
    /// </summary>
    /// <param name="reached">What that phase reached; null, also its metric, where nothing chooses, or where a checkpoint says it.</param>
    public void Start(ValidationMetrics? reached)
    {
        _startsTrained = true;
        if (reached is { Watched: { } watched } metrics)
            State.Tracker.Observe(watched, metrics.Loss);
    }

    /// <summary>Trains until the last epoch, the end of patience or cancellation; leaves the best weights in the graph.</summary>
    /// <returns>False when cancelled.</returns>
    public bool Run(CancellationToken cancellationToken)
    {
        bool finished = true;
        while (finished && State.Epoch < _settings.Epochs && !State.Tracker.ShouldStop && !State.BadSteps.MustEnd)
            finished = RunEpoch(cancellationToken);
        if (finished && !State.BadSteps.MustEnd && State.Swa is { Count: > 0 } average)
            finished = TryAverage(average, cancellationToken);
        if (State.BadSteps.MustEnd)
            _reporter.Warn(_settings.Phase,
                $"{State.BadSteps.Count} steps gave no finite loss; training ended early with the best weights so far. Use a lower learning rate.");
        // Cancelled in the first epoch: half-trained weights are better than first ones, and worse than those of a finished phase.
        if (_startsTrained || State.Best.Epoch > 0 || State.BadSteps.MustEnd || !State.IsFinite)
            State.Best.Restore();
        return finished;
    }

    private void Enter(int epoch)
    {
        if (Stages is { } stages && stages(epoch) is var (plan, source) && plan != _pass.Plan)
            _pass = new BatchPass(plan, source, _settings);
    }

    private bool RunEpoch(CancellationToken cancellationToken)
    {
        Enter(State.Epoch);
        int first = State.Batch;
        _pass.Source.BeginEpoch(State.Epoch, first);
        int steps = _pass.Source.StepsPerEpoch;
        long started = _reporter.Begin();
        double before = State.Totals.Seconds;
        while (State.Batch < steps && _pass.Next())
        {
            TakeBatch(isLast: State.Batch + 1 == steps);
            State.Batch++;
            _reporter.Progress(_settings, State, _pass.Source, first, started, Times);
            if (_step.Batches > 0)
                continue;
            if (State.BadSteps.MustRestore)
                State.RestoreBest();
            if (State.BadSteps.MustEnd)
                return true;
            bool cancelled = IsCancelledWithin(cancellationToken);
            if (cancelled || State.Batch < steps)
            {
                State.Totals.Seconds = before + _reporter.Seconds(started);
                Saver?.Invoke(State, cancelled);
            }
            if (cancelled)
                return false;
        }
        if (_step.Batches > 0)
            TakeStep();
        EndEpoch(before, started);
        Saver?.Invoke(State, true);
        return !Group.Any(cancellationToken.IsCancellationRequested);
    }

    /// <summary>Whether to stop within an epoch. Where processes do not share the batches, they agree only after each epoch.</summary>
    private bool IsCancelledWithin(CancellationToken cancellationToken) =>
        Group is null ? cancellationToken.IsCancellationRequested : _pass.Plan.IsShared && Group.Any(cancellationToken.IsCancellationRequested);

    /// <summary>One batch; the weights move when it is the last of its step or of the epoch.</summary>
    private void TakeBatch(bool isLast)
    {
        if (_step.Batches == 0)
        {
            _rate.Set(State, _pass.Source.StepsPerEpoch);
            _step.Begin(_pass);
        }
        double loss = _pass.Forward(State.Step++);
        if (!double.IsFinite(loss))
        {
            Skip("loss");
            return;
        }
        State.Easy?.Note(_pass.Source.Indices, _pass.Logits, _pass.Targets);
        _step.Add(_pass, loss);
        if (_step.IsFull || isLast)
            TakeStep();
    }

    private void TakeStep()
    {
        double norm = _step.Norm(_pass.Trainable), limit = _settings.Options.MaxGradientNorm;
        if (!double.IsFinite(norm))
        {
            Skip("gradient");
            return;
        }
        State.BadSteps.EndRow();
        State.Totals.Add(_step);
        MoveWeights((float)(limit > 0 && norm > limit ? _step.Scale * limit / norm : _step.Scale));
        StepTaken?.Invoke(_step.Loss / _step.Batches);
        _step.End();
    }

    private void MoveWeights(float gradientScale)
    {
        State.Optimizer.BeginStep();
        double epoch = State.Epoch + (double)State.Batch / _pass.Source.StepsPerEpoch;
        foreach (Parameter parameter in _pass.Trainable)
        {
            GradientAccumulation.Multiply(parameter.Gradient, gradientScale);
            float rate = (float)(State.Rate * (_settings.RateScale?.Invoke(parameter.Name, epoch) ?? 1));
            float decay = parameter.Shape.Rank >= 2 ? (float)_settings.WeightDecay : 0;
            State.Optimizer.Update(State.PlaceOf(parameter), parameter.Value, parameter.Gradient, rate, decay);
        }
        State.Ema?.Follow(State.Optimizer.Step);
    }

    private void Skip(string what)
    {
        _pass.UndoStatistics();
        _step.End();
        State.BadSteps.Add();
        _reporter.Warn(_settings.Phase, $"Epoch {State.Epoch + 1}, step {State.Batch + 1}: the {what} is not finite. The step is skipped and the "
            + $"learning rate halved.");
        StepTaken?.Invoke(double.NaN);
    }

    /// <summary>Measures the average of the last epochs' weights and keeps it when it is better than the best epoch; false when cancelled.</summary>
    private bool TryAverage(EpochAverage average, CancellationToken cancellationToken)
    {
        // After the last epoch all blocks are open, so that the statistics of all of them are measured.
        Enter(_settings.Epochs);
        average.Restore();
        if (!_pass.MeasureStatistics(State.Epoch, StatisticShares, () => IsCancelledWithin(cancellationToken)))
            return false;
        ValidationMetrics? metrics = _validate?.Invoke(State.Epoch);
        average.IsKept = metrics is not { Watched: { } watched } measuredFigures || State.Tracker.Observe(watched, measuredFigures.Loss);
        if (average.IsKept)
            State.Best.Take(State.Epoch);
        string measured = metrics is { } v ? string.Create(
            CultureInfo.InvariantCulture, $": validation loss {v.Loss:0.0000}, accuracy {v.Accuracy:0.000}, macro {v.MacroAccuracy:0.000}") : "";
        _reporter.Report($"{_settings.Phase}: average of the weights of the last {average.Count} epochs{measured}; "
            + $"{(average.IsKept ? "kept" : "the best epoch is better")}", _settings.Phase);
        return true;
    }

    private void EndEpoch(double before, long started)
    {
        State.Ema?.Swap();
        ValidationMetrics? metrics = _validate?.Invoke(State.Epoch);
        double trainLoss = State.Totals.Loss ?? double.NaN, trainAccuracy = State.Totals.Accuracy(_pass.Source.BatchSize) ?? double.NaN;
        // Where nothing chooses, every epoch that did not diverge counts as better than the one before.
        bool best = metrics is { Watched: { } watched } measured ? State.Tracker.Observe(watched, measured.Loss) : State.Totals.HasSteps && State.IsFinite;
        if (metrics is { IsUndefined: true })
            _reporter.WarnOnce(_settings.Phase, UndefinedWarning());
        if (best)
            State.Best.Take(State.Epoch + 1);
        State.Ema?.Swap();
        if (State.Epoch >= _rate.AveragesFrom)
            State.Swa?.Add();
        State.Losses.Add(metrics?.Loss ?? trainLoss);
        double seconds = before + _reporter.Seconds(started);
        TrainingEpoch row = new(State.Epoch + 1, _settings.Phase, trainLoss, trainAccuracy, metrics?.Loss, metrics?.Accuracy, State.Rate, seconds);
        State.History.Add(row);
        _reporter.Epoch(_settings, State, _pass.Source, metrics, best, row);
        State.EndEpoch();
    }

    private string UndefinedWarning() =>
        $"{_settings.Options.EarlyStoppingCriteria?.Metric ?? "the watched metric"} is undefined for the validation set, as with images of one class "
            + $"only. Epochs where it is undefined are compared by their "
        + "validation loss, and they never end the training early. Watch another metric, or give every class images in the validation set.";
}
