using SkinClassifier.Execution;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Plan and batches of one size of images, with the arrays that a batch passes through: forward, loss and teacher, backward.</summary>
internal sealed class BatchPass
{
    private readonly PhaseSettings _settings;
    private readonly RunningStatistics _statistics;
    private readonly float[] _input, _targets, _gradient, _teacher, _logits;

    /// <summary>Prepares the arrays.</summary>
    public BatchPass(TrainingPlan plan, BatchSource source, PhaseSettings settings)
    {
        (Plan, Source, _settings) = (plan, source, settings);
        _statistics = new RunningStatistics(plan);
        Trainable = [.. plan.Parameters.Where(p => p.Trainable)];
        _input = new float[plan.InputShape.ElementCount];
        _targets = new float[source.BatchSize * source.Classes];
        _teacher = new float[settings.Distillation is null ? 0 : _targets.Length];
        _gradient = new float[plan.OutputShape.ElementCount];
        _logits = new float[_targets.Length];
    }

    /// <summary>The network.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>Its batches.</summary>
    public BatchSource Source { get; }

    /// <summary>The parameters that are trained.</summary>
    public Parameter[] Trainable { get; }

    /// <summary>Logits [N,K] of the batch that just went forward with a finite loss.</summary>
    public ReadOnlySpan<float> Logits => _logits;

    /// <summary>Targets [N,K] of the batch.</summary>
    public ReadOnlySpan<float> Targets => _targets;

    /// <summary>Takes the next batch of the epoch; false when there is none left.</summary>
    public bool Next() => Source.Next(_input, _targets);

    /// <summary>Clears the gradients and notes the running statistics, which a step that is skipped must not move.</summary>
    public void BeginStep()
    {
        _statistics.Note();
        Plan.ZeroGradients();
    }

    /// <summary>Puts the running statistics back.</summary>
    public void UndoStatistics() => _statistics.PutBack();

    /// <summary>The loss of the batch, a teacher's part included.</summary>
    /// <param name="step">Number of the batch in the phase; seeds dropout and mixing.</param>
    public double Forward(long step)
    {
        _settings.Mixer?.Mix(_input, _targets, Source.InputShape, step);
        Plan.Step = step;
        ReadOnlySpan<float> scores = Plan.Forward(_input);
        double loss = _settings.Loss.Compute(scores, _targets, Source.Classes, _settings.ClassWeights, _gradient);
        if (_settings.Distillation is { } distillation)
        {
            distillation.Teacher.Fill(Source, _input, Source.InputShape, _teacher);
            loss = distillation.Mix(_settings.Loss, loss, scores, _teacher, Source.Classes, _gradient);
        }
        if (double.IsFinite(loss))
            _settings.Loss.ToLogits(scores, Source.Classes, _logits);
        return loss;
    }

    /// <summary>Adds the gradient of the batch, multiplied with <paramref name="mass"/>, to those of the parameters.</summary>
    public void Backward(double mass)
    {
        GradientAccumulation.Multiply(_gradient, (float)mass);
        Plan.Backward(_gradient);
    }

    /// <summary>Right answers of the batch that just went forward.</summary>
    public int CountCorrect()
    {
        int classes = Source.Classes, right = 0;
        for (int n = 0; n < Source.BatchSize; n++)
            if (ValidationMetrics.IndexOfMax(_logits.AsSpan(n * classes, classes)) == ValidationMetrics.IndexOfMax(_targets.AsSpan(n * classes, classes)))
                right++;
        return right;
    }

    /// <summary>Sum of the batch's targets, each by the weight of its class.</summary>
    public double TargetMass()
    {
        int classes = Source.Classes;
        double mass = 0;
        for (int i = 0; i < _targets.Length; i++)
            mass += _targets[i] * (double)(_settings.ClassWeights.Length == 0 ? 1 : _settings.ClassWeights[i % classes]);
        return mass;
    }

    /// <summary>Measures running statistics again with the current weights; false when cancelled.</summary>
    public bool MeasureStatistics(int epoch, IReadOnlyDictionary<string, float> shares, Func<bool> isCancelled) =>
        BatchStatistics.Measure(Plan, Source, epoch, shares, _input, _targets, isCancelled);
}
