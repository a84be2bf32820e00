using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Trainers.Course;

/// <summary>
/// One phase of learning: epochs of steps on a plan, validation after each epoch, the best epoch's weights restored at the end.
/// A step whose loss or gradient is not finite is skipped, halves the learning rate and is reported; after three in a row the best weights come back.
/// </summary>
internal sealed class TrainingCourse
{
    private const int BadStepsBeforeRestore = 3, BadStepsBeforeEnd = 30;

    private readonly TrainingPlan _plan;
    private readonly BatchSource _source;
    private readonly CourseSettings _settings;
    private readonly Func<ValidationFigures>? _validate;
    private readonly CourseReporter _reporter;
    private readonly Parameter[] _statistics;
    private readonly float[][] _savedStatistics;
    private readonly float[] _input, _targets, _gradient;
    private double _secondsBefore;

    /// <summary>Prepares a phase.</summary>
    /// <param name="plan">Network whose output are raw scores.</param>
    /// <param name="source">Batches of the plan's input shape.</param>
    /// <param name="settings">All choices.</param>
    /// <param name="validate">Measures the current weights; null without a validation part: then the last epoch is kept.</param>
    /// <param name="reporter">Where reports go.</param>
    public TrainingCourse(TrainingPlan plan, BatchSource source, CourseSettings settings, Func<ValidationFigures>? validate, CourseReporter reporter)
    {
        (_plan, _source, _settings, _validate, _reporter) = (plan, source, settings, validate, reporter);
        State = new CourseState(plan.Parameters, settings);
        _statistics = [.. plan.Parameters.Where(p => !p.Trainable)];
        _savedStatistics = [.. _statistics.Select(p => p.Value.ToArray())];
        _input = new float[plan.InputShape.ElementCount];
        _targets = new float[source.BatchSize * source.Classes];
        _gradient = new float[plan.OutputShape.ElementCount];
    }

    /// <summary>Where the phase stands.</summary>
    public CourseState State { get; }

    /// <summary>Called after each step and each epoch, for checkpoints; the argument is true when one must be written: at the end of an epoch and when cancelled.</summary>
    public Action<bool>? Saver { get; init; }

    /// <summary>Called after each step with its loss; NaN when it was skipped.</summary>
    public Action<double>? StepTaken { get; init; }

    /// <summary>Tells how good the starting weights are, so that a phase that only makes things worse gives them back.</summary>
    public void Start(ValidationFigures figures) => State.Tracker.Observe(figures.Watched);

    /// <summary>Learns until the last epoch, the end of patience or cancellation; leaves the best weights in the graph.</summary>
    /// <returns>False when cancelled.</returns>
    public bool Run(CancellationToken cancellation)
    {
        bool finished = true;
        while (finished && State.Epoch < _settings.Epochs && !State.Tracker.ShouldStop && State.BadSteps < BadStepsBeforeEnd)
            finished = RunEpoch(cancellation);
        if (State.BadSteps >= BadStepsBeforeEnd)
            _reporter.Warn(_settings.Phase, $"{State.BadSteps} steps gave no finite loss; learning ended early with the best weights so far. Use a lower learning rate.");
        // Cancelled before anything was measured: the half-learnt weights are better than the untouched ones.
        if (State.Tracker.Epochs > 0 || State.BestEpoch > 0 || State.BadSteps >= BadStepsBeforeEnd)
            State.Best.Restore();
        return finished;
    }

    private bool RunEpoch(CancellationToken cancellation)
    {
        int steps = _source.StepsPerEpoch;
        _source.BeginEpoch(State.Epoch, State.Batch);
        long started = _reporter.Begin();
        int first = State.Batch;
        _secondsBefore = State.SecondsBefore;
        while (State.Batch < steps && _source.Next(_input, _targets))
        {
            Step();
            State.Batch++;
            _reporter.Progress(_settings, State, _source, first, started);
            if (State.BadInARow >= BadStepsBeforeRestore)
                GoBack();
            if (State.BadSteps >= BadStepsBeforeEnd)
                return true;
            bool cancelled = cancellation.IsCancellationRequested;
            if (cancelled || State.Batch < steps)
            {
                State.SecondsBefore = _secondsBefore + _reporter.Seconds(started);
                Saver?.Invoke(cancelled);
            }
            if (cancelled)
                return false;
        }
        EndEpoch(started);
        Saver?.Invoke(true);
        return !cancellation.IsCancellationRequested;
    }

    private void Step()
    {
        double factor = _settings.Scheduler.Factor(new ScheduleStep(State.Step, _source.StepsPerEpoch, (long)_source.StepsPerEpoch * _settings.Epochs, State.Losses));
        State.Rate = _settings.LearningRate * factor * State.RateFactor;
        for (int i = 0; i < _statistics.Length; i++)
            _statistics[i].Value.CopyTo(_savedStatistics[i]);
        _settings.Mixer?.Mix(_input, _targets, _source.InputShape, State.Step);
        _plan.Step = State.Step++;
        _plan.ZeroGradients();
        ReadOnlySpan<float> scores = _plan.Forward(_input);
        double loss = _settings.Loss.Compute(scores, _targets, _source.Classes, _settings.ClassWeights, _gradient);
        int right = CountRight(scores);
        double norm = double.NaN;
        if (double.IsFinite(loss))
        {
            _plan.Backward(_gradient);
            double sum = 0;
            foreach (Parameter parameter in State.Trainable)
                sum += GradientNorm.SquareSum(parameter.Gradient);
            norm = Math.Sqrt(sum);
        }
        if (!double.IsFinite(norm))
        {
            Skip(loss);
            StepTaken?.Invoke(double.NaN);
            return;
        }
        State.BadInARow = 0;
        State.LossSum += loss;
        State.Right += right;
        State.Counted++;
        Move(_settings.ClipNorm > 0 && norm > _settings.ClipNorm ? (float)(_settings.ClipNorm / norm) : 1);
        StepTaken?.Invoke(loss);
    }

    private void Move(float gradientScale)
    {
        State.Optimizer.BeginStep();
        double epoch = State.Epoch + (double)State.Batch / _source.StepsPerEpoch;
        for (int i = 0; i < State.Trainable.Count; i++)
        {
            Parameter parameter = State.Trainable[i];
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
        State.BadInARow++;
        State.BadSteps++;
        State.RateFactor /= 2;
        _reporter.Warn(_settings.Phase, $"Epoch {State.Epoch + 1}, step {State.Batch + 1}: the {(double.IsFinite(loss) ? "gradient" : "loss")} is not finite. The step is skipped and the learning rate halved.");
    }

    private void GoBack()
    {
        State.Best.Restore();
        State.Ema?.Take();
        foreach (float[] state in State.Optimizer.State)
            state.AsSpan().Clear();
        State.BadInARow = 0;
    }

    private int CountRight(ReadOnlySpan<float> scores)
    {
        int classes = _source.Classes, right = 0;
        float[] logits = new float[_targets.Length];
        _settings.Loss.ToLogits(scores, classes, logits);
        for (int n = 0; n < _source.BatchSize; n++)
            if (ValidationFigures.IndexOfMax(logits.AsSpan(n * classes, classes)) == ValidationFigures.IndexOfMax(_targets.AsSpan(n * classes, classes)))
                right++;
        return right;
    }

    private void EndEpoch(long started)
    {
        State.Ema?.Swap();
        ValidationFigures? figures = _validate?.Invoke();
        double trainLoss = State.Counted > 0 ? State.LossSum / State.Counted : double.NaN;
        double trainAccuracy = State.Counted > 0 ? (double)State.Right / ((long)State.Counted * _source.BatchSize) : double.NaN;
        // Without a validation part every epoch counts as better than the one before.
        bool best = figures is { } f ? State.Tracker.Observe(f.Watched) : State.Counted > 0;
        if (best)
        {
            State.Best.Take();
            State.BestEpoch = State.Epoch + 1;
        }
        State.Ema?.Swap();
        State.Losses.Add(figures?.Loss ?? trainLoss);
        double seconds = _secondsBefore + _reporter.Seconds(started);
        State.History.Add(new TrainingEpoch(State.Epoch + 1, _settings.Phase, trainLoss, trainAccuracy, figures?.Loss, figures?.Accuracy, State.Rate, seconds));
        _reporter.Epoch(_settings, State, _source, figures, best, trainLoss, trainAccuracy, seconds);
        State.Epoch++;
        State.Batch = 0;
        (State.LossSum, State.Right, State.Counted, State.SecondsBefore) = (0, 0, 0, 0);
    }
}
