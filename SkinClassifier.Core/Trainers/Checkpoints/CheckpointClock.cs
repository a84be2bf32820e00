using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>Says when the next checkpoint is due. Time decides only when files are written, never what is trained.</summary>
internal sealed class CheckpointClock(TimeSpan pause, ProgressReporter reporter)
{
    private long _last = reporter.Begin();

    /// <summary>Whether to write now.</summary>
    public bool IsDue(bool must) => must || reporter.Seconds(_last) >= pause.TotalSeconds;

    /// <summary>Starts waiting again.</summary>
    public void Restart() => _last = reporter.Begin();
}
