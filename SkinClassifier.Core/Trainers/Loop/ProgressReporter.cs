using System.Globalization;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Turns the course of training into <see cref="TrainingMetrics"/>. Times come from a <see cref="TimeProvider"/> and never influence what is trained.
/// </summary>
internal sealed class ProgressReporter(Action<TrainingMetrics>? callback, TimeProvider? time = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly List<string> _warnings = [];
    private long _last;
    private bool _any;

    /// <summary>All warnings so far.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Whether anybody listens; what takes time only to be told is left out otherwise.</summary>
    public bool IsHeard => callback is not null;

    /// <summary>A time for people: "about 40 seconds", "about 14 minutes", "about 2.5 hours".</summary>
    public static string About(double seconds) => "about " + (seconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(2, seconds):0} seconds")
        : seconds < 5400 ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} hours"));

    /// <summary>A point in time.</summary>
    public long Begin() => _time.GetTimestamp();

    /// <summary>Seconds since <see cref="Begin"/>.</summary>
    public double Seconds(long started) => _time.GetElapsedTime(started).TotalSeconds;

    /// <summary>Reports a sentence.</summary>
    public void Report(string text, string phase = "") =>
        callback?.Invoke(new TrainingMetrics { Kind = TrainingMetricsKind.Message, Phase = phase, Text = text });

    /// <summary>Reports something that went wrong.</summary>
    public void Warn(string phase, string text)
    {
        _warnings.Add(text);
        callback?.Invoke(new TrainingMetrics { Kind = TrainingMetricsKind.Warning, Phase = phase, Text = text });
    }

    /// <summary>As <see cref="Warn"/>, once in a run.</summary>
    public void WarnOnce(string phase, string text)
    {
        if (!_warnings.Contains(text))
            Warn(phase, text);
    }

    /// <summary>Reports how many of <paramref name="total"/> images are done, at most twice a second.</summary>
    public void Count(string phase, int done, int total, long started)
    {
        if (callback is null || !Due(done == total))
            return;
        double seconds = Seconds(started);
        callback(new TrainingMetrics
        {
            Kind = TrainingMetricsKind.Progress,
            Phase = phase,
            Done = done,
            Total = total,
            ImagesPerSecond = seconds > 0 ? done / seconds : null,
            Remaining = done > 0 ? TimeSpan.FromSeconds(seconds / done * (total - done)) : null,
        });
    }

    /// <summary>Reports a step, at most twice a second. The time left is at the speed of the epoch that runs.</summary>
    public void Progress(PhaseSettings settings, LoopState state, BatchSource source, int firstBatch, long started, EpochTimes? times = null)
    {
        if (callback is null || !Due(false))
            return;
        int steps = source.StepsPerEpoch, taken = state.Batch - firstBatch;
        double seconds = Seconds(started), perStep = seconds / Math.Max(taken, 1), rest = perStep * (steps - state.Batch), epoch = perStep * steps;
        callback(new TrainingMetrics
        {
            Kind = TrainingMetricsKind.Progress,
            Phase = settings.Phase,
            Epoch = state.Epoch + 1,
            Epochs = settings.Epochs,
            Done = state.Batch * source.BatchSize,
            Total = steps * source.BatchSize,
            TrainLoss = state.Totals.Loss,
            TrainAccuracy = state.Totals.Accuracy(source.BatchSize),
            LearningRate = state.Rate,
            ImagesPerSecond = seconds > 0 ? taken * source.BatchSize / seconds : null,
            Remaining = TimeSpan.FromSeconds(times?.Left(state.Epoch, rest, epoch) ?? rest + epoch * (settings.Epochs - state.Epoch - 1)),
        });
    }

    /// <summary>Reports a finished epoch.</summary>
    public void Epoch(PhaseSettings settings, LoopState state, BatchSource source, ValidationMetrics? metrics, bool best, TrainingEpoch row) =>
        callback?.Invoke(new TrainingMetrics
        {
            Kind = TrainingMetricsKind.Epoch,
            Phase = settings.Phase,
            Epoch = row.Epoch,
            Epochs = settings.Epochs,
            Done = state.Batch * source.BatchSize,
            Total = source.StepsPerEpoch * source.BatchSize,
            TrainLoss = row.TrainLoss,
            TrainAccuracy = row.TrainAccuracy,
            ValidationLoss = metrics?.Loss,
            ValidationAccuracy = metrics?.Accuracy,
            ValidationMacroAccuracy = metrics?.MacroAccuracy,
            Watched = metrics is { IsUndefined: true } ? null : metrics?.Watched,
            IsBest = best && metrics is { Watched: not null },
            LearningRate = row.LearningRate,
            ImagesPerSecond = row.Seconds > 0 ? state.Batch * source.BatchSize / row.Seconds : null,
            Seconds = row.Seconds,
        });

    private bool Due(bool always)
    {
        if (!always && _any && _time.GetElapsedTime(_last) < Pause)
            return false;
        (_any, _last) = (true, _time.GetTimestamp());
        return true;
    }
}
