using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Rate and momentum of each step: the schedule, the constant rate of averaged epochs, and what bad steps take away.</summary>
internal sealed class StepRate(PhaseSettings settings, Optimizer optimizer)
{
    private readonly bool _hasMomentum = optimizer.Momentum > 0;

    /// <summary>0-based epoch from which weights are averaged.</summary>
    public int AveragesFrom => settings.Epochs - settings.SwaEpochs;

    /// <summary>Sets both for the step that begins.</summary>
    public void Set(LoopState state, int batchesPerEpoch)
    {
        int each = settings.Options.AccumulateSteps;
        long perEpoch = (batchesPerEpoch + each - 1) / each;
        int epochs = settings.SwaLearningRate is null ? settings.Epochs : Math.Max(AveragesFrom, 1);
        ScheduleStep step = new(state.Epoch * perEpoch + state.Batch / each, perEpoch, perEpoch * epochs, state.Losses);
        double rate = settings.SwaLearningRate is { } constant && state.Epoch >= AveragesFrom ? constant
            : settings.LearningRate * settings.Scheduler.Factor(step);
        state.Rate = state.BadSteps.RateFactor * rate;
        if (_hasMomentum && settings.Scheduler.Momentum(step) is { } momentum)
            optimizer.Momentum = (float)momentum;
    }
}
