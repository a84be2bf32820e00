using System.Globalization;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// One phase of training: epochs of steps on a plan, validation after each epoch, the best epoch's weights restored at the end.
/// A step is one batch, or several whose gradients are added up. A step whose loss or gradient is not finite is skipped, halves the learning rate and is
/// reported; after three in a row the best weights come back.
/// </summary>
internal sealed class TrainingLoop
{
    private const int BadStepsBeforeRestore = 3, BadStepsBeforeEnd = 30;

    private readonly PhaseSettings _settings;
    private readonly Func<ValidationMetrics>? _validate;
    private readonly ProgressReporter _reporter;
    private readonly bool _hasMomentum;
    private TrainingPlan _plan;
    private BatchSource _source;
    private Parameter[] _statistics = [], _trainable = [];
    private float[][] _savedStatistics = [];
    private float[] _input = [], _targets = [], _gradient = [], _teacher = [], _logits = [];
    private double _secondsBefore, _mass, _stepLoss;
    private int _pending, _stepCorrect;
    private bool _startsTrained;

    /// <summary>Prepares a phase.</summary>
    /// <param name="plan">Network whose output are raw scores.</param>
    /// <param name="source">Batches of the plan's input shape.</param>
    /// <param name="settings">All choices.</param>
    /// <param name="validate">Measures the current weights; null without a validation set. Then, and where it has too few images to choose by, the
    /// last epoch is kept.</param>
    /// <param name="reporter">Where reports go.</param>
    public TrainingLoop(TrainingPlan plan, BatchSource source, PhaseSettings settings, Func<ValidationMetrics>? validate, ProgressReporter reporter)
    {
        (_plan, _source, _settings, _validate, _reporter) = (plan, source, settings, validate, reporter);
        State = new LoopState(plan.Parameters, settings);
        _hasMomentum = State.Optimizer.Momentum > 0;
        Use(plan, source);
    }

    /// <summary>Where the phase stands.</summary>
    public LoopState State { get; }

    /// <summary>
    /// Plan and batches of an epoch (0-based), where images grow from epoch to epoch; all plans share the weights of one graph. Null: always the
    /// same.
    /// </summary>
    public Func<int, (TrainingPlan Plan, BatchSource Source)>? Stages { get; init; }

    /// <summary>1 − momentum of each running statistic that is trained, by parameter name; what an average of weights needs.</summary>
    public IReadOnlyDictionary<string, float> StatisticShares { get; init; } = new Dictionary<string, float>();

    /// <summary>
    /// Called after each step and each epoch, for checkpoints; the argument is true when one must be written: at the end of an epoch and when
    /// cancelled.
    /// </summary>
    public Action<bool>? Saver { get; init; }

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
        while (finished && State.Epoch < _settings.Epochs && !State.Tracker.ShouldStop && State.BadSteps < BadStepsBeforeEnd)
            finished = RunEpoch(cancellationToken);
        if (finished && State.BadSteps < BadStepsBeforeEnd && State.SwaCount > 0)
            finished = TryAverage(cancellationToken);
        if (State.BadSteps >= BadStepsBeforeEnd)
            _reporter.Warn(
                _settings.Phase, $"{State.BadSteps} steps gave no finite loss; training ended early with the best weights so far. Use a lower learning rate.");
        // Cancelled in the first epoch: half-trained weights are better than first ones, and worse than those of a finished phase.
        if (_startsTrained || State.BestEpoch > 0 || State.BadSteps >= BadStepsBeforeEnd || !State.IsFinite)
            State.Best.Restore();
        return finished;
    }

    private int SwaStart => _settings.Epochs - _settings.SwaEpochs;

    private void Use(TrainingPlan plan, BatchSource source)
    {
        (_plan, _source) = (plan, source);
        _statistics = [.. plan.Parameters.Where(p => !p.Trainable)];
        _trainable = [.. plan.Parameters.Where(p => p.Trainable)];
        _savedStatistics = [.. _statistics.Select(p => p.Value.ToArray())];
        _input = new float[plan.InputShape.ElementCount];
        _targets = new float[source.BatchSize * source.Classes];
        _teacher = new float[_settings.Distillation is null ? 0 : _targets.Length];
        _gradient = new float[plan.OutputShape.ElementCount];
        _logits = new float[_targets.Length];
    }

    private void Enter(int epoch)
    {
        if (Stages is { } stages && stages(epoch) is var (plan, source) && plan != _plan)
            Use(plan, source);
    }

    private bool RunEpoch(CancellationToken cancellationToken)
    {
        Enter(State.Epoch);
        int steps = _source.StepsPerEpoch;
        _source.BeginEpoch(State.Epoch, State.Batch);
        long started = _reporter.Begin();
        int first = State.Batch;
        _secondsBefore = State.SecondsBefore;
        while (State.Batch < steps && _source.Next(_input, _targets))
        {
            Step(State.Batch + 1 == steps);
            State.Batch++;
            _reporter.Progress(_settings, State, _source, first, started);
            if (_pending > 0)
                continue;
            if (State.BadInARow >= BadStepsBeforeRestore)
                RestoreBest();
            if (State.BadSteps >= BadStepsBeforeEnd)
                return true;
            bool cancelled = cancellationToken.IsCancellationRequested;
            if (cancelled || State.Batch < steps)
            {
                State.SecondsBefore = _secondsBefore + _reporter.Seconds(started);
                Saver?.Invoke(cancelled);
            }
            if (cancelled)
                return false;
        }
        if (_pending > 0)
            Update();
        EndEpoch(started);
        Saver?.Invoke(true);
        return !cancellationToken.IsCancellationRequested;
    }

    /// <summary>Sets rate and momentum of the step that begins.</summary>
    private void FollowSchedule()
    {
        long perEpoch = (_source.StepsPerEpoch + _settings.Options.AccumulateSteps - 1) / _settings.Options.AccumulateSteps;
        int epochs = _settings.SwaLearningRate is null ? _settings.Epochs : Math.Max(SwaStart, 1);
        ScheduleStep step = new(State.Epoch * perEpoch + State.Batch / _settings.Options.AccumulateSteps, perEpoch, perEpoch * epochs, State.Losses);
        bool averages = _settings.SwaLearningRate is not null && State.Epoch >= SwaStart;
        State.Rate = State.RateFactor * (averages ? _settings.SwaLearningRate!.Value : _settings.LearningRate * _settings.Scheduler.Factor(step));
        if (_hasMomentum && _settings.Scheduler.Momentum(step) is { } momentum)
            State.Optimizer.Momentum = (float)momentum;
    }

    /// <summary>One batch; the weights move when it is the last of its step or, with <paramref name="last"/>, of the epoch.</summary>
    private void Step(bool last)
    {
        if (_pending == 0)
        {
            FollowSchedule();
            for (int i = 0; i < _statistics.Length; i++)
                _statistics[i].Value.CopyTo(_savedStatistics[i]);
            _plan.ZeroGradients();
            (_mass, _stepLoss, _stepCorrect) = (0, 0, 0);
        }
        _settings.Mixer?.Mix(_input, _targets, _source.InputShape, State.Step);
        _plan.Step = State.Step++;
        ReadOnlySpan<float> scores = _plan.Forward(_input);
        double loss = _settings.Loss.Compute(scores, _targets, _source.Classes, _settings.ClassWeights, _gradient);
        if (_settings.Distillation is { } distillation)
        {
            distillation.Teacher.Fill(_source, _input, _source.InputShape, _teacher);
            loss = distillation.Mix(_settings.Loss, loss, scores, _teacher, _source.Classes, _gradient);
        }
        if (!double.IsFinite(loss))
        {
            Skip(loss);
            return;
        }
        _stepLoss += loss;
        _stepCorrect += CountCorrect(scores);
        if (_settings.Options.AccumulateSteps > 1)
        {
            // Batches count by the sum of their class weights, so that the whole is what one large batch would give.
            double mass = TargetMass();
            _mass += mass;
            System.Numerics.Tensors.TensorPrimitives.Multiply(_gradient, (float)mass, _gradient);
        }
        _plan.Backward(_gradient);
        if (++_pending == _settings.Options.AccumulateSteps || last)
            Update();
    }

    private void Update()
    {
        double sum = 0, scale = _settings.Options.AccumulateSteps > 1 ? 1 / _mass : 1;
        foreach (Parameter parameter in _trainable)
            sum += GradientNorm.SquareSum(parameter.Gradient);
        double norm = Math.Sqrt(sum) * scale;
        if (!double.IsFinite(norm))
        {
            Skip(_stepLoss);
            return;
        }
        State.BadInARow = 0;
        State.LossSum += _stepLoss;
        State.Right += _stepCorrect;
        State.Counted += _pending;
        Move((float)(
            _settings.Options.MaxGradientNorm > 0 && norm > _settings.Options.MaxGradientNorm ? scale * _settings.Options.MaxGradientNorm / norm : scale));
        StepTaken?.Invoke(_stepLoss / _pending);
        _pending = 0;
    }

    private double TargetMass()
    {
        int classes = _source.Classes;
        double mass = 0;
        for (int i = 0; i < _targets.Length; i++)
            mass += _targets[i] * (double)(_settings.ClassWeights.Length == 0 ? 1 : _settings.ClassWeights[i % classes]);
        return mass;
    }

    private void Move(float gradientScale)
    {
        State.Optimizer.BeginStep();
        double epoch = State.Epoch + (double)State.Batch / _source.StepsPerEpoch;
        for (int i = 0; i < _trainable.Length; i++)
        {
            Parameter parameter = _trainable[i];
            if (gradientScale != 1)
                System.Numerics.Tensors.TensorPrimitives.Multiply(parameter.Gradient, gradientScale, parameter.Gradient);
            float rate = (float)(State.Rate * (_settings.RateScale?.Invoke(parameter.Name, epoch) ?? 1));
            State.Optimizer.Update(i, parameter.Value, parameter.Gradient, rate, parameter.Shape.Rank >= 2 ? (float)_settings.WeightDecay : 0);
        }
        State.Ema?.Average(ExponentialAverage.Warm(_settings.EmaDecay, State.Optimizer.Step));
    }

    private void Skip(double loss)
    {
        for (int i = 0; i < _statistics.Length; i++)
            _savedStatistics[i].CopyTo(_statistics[i].Value);
        _pending = 0;
        State.BadInARow++;
        State.BadSteps++;
        State.RateFactor /= 2;
        _reporter.Warn(_settings.Phase, $"Epoch {State.Epoch + 1}, step {State.Batch + 1}: the {(double.IsFinite(loss) ? "gradient" : "loss")} is "
            + $"not finite. The step is skipped and the learning rate halved.");
        StepTaken?.Invoke(double.NaN);
    }

    /// <summary>Measures the average of the last epochs' weights and keeps it when it is better than the best epoch; false when cancelled.</summary>
    private bool TryAverage(CancellationToken cancellationToken)
    {
        Enter(State.Epoch - 1);
        State.Swa!.Restore();
        if (!BatchStatistics.Measure(_plan, _source, State.Epoch, StatisticShares, _input, _targets, cancellationToken))
            return false;
        ValidationMetrics? metrics = _validate?.Invoke();
        State.SwaKept = metrics is not { Watched: { } watched } measuredFigures || State.Tracker.Observe(watched, measuredFigures.Loss);
        if (State.SwaKept)
        {
            State.Best.Take();
            State.BestEpoch = State.Epoch;
        }
        string measured = metrics is { } v ? string.Create(
            CultureInfo.InvariantCulture, $": validation loss {v.Loss:0.0000}, accuracy {v.Accuracy:0.000}, macro {v.MacroAccuracy:0.000}") : "";
        _reporter.Report($"{_settings.Phase}: average of the weights of the last {State.SwaCount} epochs{measured}; "
            + $"{(State.SwaKept ? "kept" : "the best epoch is better")}", _settings.Phase);
        return true;
    }

    private void RestoreBest()
    {
        State.Best.Restore();
        State.Ema?.Take();
        foreach (float[] state in State.Optimizer.State)
            state.AsSpan().Clear();
        State.BadInARow = 0;
    }

    private int CountCorrect(ReadOnlySpan<float> scores)
    {
        int classes = _source.Classes, right = 0;
        _settings.Loss.ToLogits(scores, classes, _logits);
        for (int n = 0; n < _source.BatchSize; n++)
            if (ValidationMetrics.IndexOfMax(_logits.AsSpan(n * classes, classes)) == ValidationMetrics.IndexOfMax(_targets.AsSpan(n * classes, classes)))
                right++;
        return right;
    }

    private string UndefinedWarning() =>
        $"{_settings.Options.EarlyStoppingCriteria?.Metric ?? "the watched metric"} is undefined for the validation set, as with images of one class "
            + $"only. Epochs where it is undefined are compared by their "
        + "validation loss, and they never end the training early. Watch another metric, or give every class images in the validation set.";

    private void EndEpoch(long started)
    {
        State.Ema?.Swap();
        ValidationMetrics? metrics = _validate?.Invoke();
        double trainLoss = State.Counted > 0 ? State.LossSum / State.Counted : double.NaN;
        double trainAccuracy = State.Counted > 0 ? (double)State.Right / ((long)State.Counted * _source.BatchSize) : double.NaN;
        // Where nothing chooses, every epoch that did not diverge counts as better than the one before.
        bool best = metrics is { Watched: { } watched } measured ? State.Tracker.Observe(watched, measured.Loss) : State.Counted > 0 && State.IsFinite;
        if (metrics is { IsUndefined: true })
            _reporter.WarnOnce(_settings.Phase, UndefinedWarning());
        if (best)
        {
            State.Best.Take();
            State.BestEpoch = State.Epoch + 1;
        }
        State.Ema?.Swap();
        if (State.Swa is { } average && State.Epoch >= SwaStart)
        {
            if (State.SwaCount++ == 0)
                average.Take();
            else
                average.Average(1 - 1f / State.SwaCount);
        }
        State.Losses.Add(metrics?.Loss ?? trainLoss);
        double seconds = _secondsBefore + _reporter.Seconds(started);
        State.History.Add(new TrainingEpoch(State.Epoch + 1, _settings.Phase, trainLoss, trainAccuracy, metrics?.Loss, metrics?.Accuracy, State.Rate, seconds));
        _reporter.Epoch(_settings, State, _source, metrics, best, trainLoss, trainAccuracy, seconds);
        State.Epoch++;
        State.Batch = 0;
        (State.LossSum, State.Right, State.Counted, State.SecondsBefore) = (0, 0, 0, 0);
    }
}
