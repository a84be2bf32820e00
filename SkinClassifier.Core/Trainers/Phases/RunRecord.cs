using SkinClassifier.Models;
using SkinClassifier.Trainers.Checkpoints;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>What the finished phases of a run have reached. It writes itself into a checkpoint and reads itself from one.</summary>
internal sealed class RunRecord
{
    private readonly List<TrainingEpoch> _epochs = [];
    private readonly List<PhaseSettings> _phases = [];
    private string? _bestPhase;

    /// <summary>1-based best epoch of the phase that made the weights; null before there is one.</summary>
    public int? BestEpoch { get; private set; }

    /// <summary>Metrics of the validation set with the weights so far.</summary>
    public ValidationMetrics? Best { get; private set; }

    /// <summary>Scores of the validation set with the weights so far.</summary>
    public ScoredImages? Scores { get; private set; }

    /// <summary>Whether an average of weights was better than the best epoch; null where none was made.</summary>
    public bool? AverageKept { get; private set; }

    /// <summary>The epochs.</summary>
    public TrainingHistory History => new([.. _epochs], _bestPhase, BestEpoch);

    /// <summary>Settings of the phases that ran.</summary>
    public IReadOnlyList<PhaseSettings> Phases => _phases;

    /// <summary>Notes that a phase begins.</summary>
    public void Begin(PhaseSettings settings) => _phases.Add(settings);

    /// <summary>Notes what a phase has reached.</summary>
    public void End(PhaseSettings settings, LoopState state)
    {
        _epochs.AddRange(state.History);
        if (state.Best.Epoch > 0)
            (_bestPhase, BestEpoch) = (settings.Phase, state.Best.Epoch);
        if (state.Swa is { } average)
            AverageKept = average.IsKept;
    }

    /// <summary>Whether a phase made the weights.</summary>
    public bool IsOf(PhaseSettings settings) => _bestPhase == settings.Phase;

    /// <summary>Notes what the weights so far are worth.</summary>
    public void Keep(ScoredImages scores, ValidationMetrics metrics) => (Scores, Best) = (scores, metrics);

    /// <summary>Writes everything to a checkpoint, or reads it into a new record.</summary>
    /// <param name="io">The checkpoint.</param>
    /// <param name="head">Settings of the head, whose phase a checkpoint of a later one has behind it.</param>
    public void Exchange(BinaryExchange io, PhaseSettings head)
    {
        io.List(_epochs);
        string phase = io.Of(_bestPhase ?? "");
        int epoch = io.Of(BestEpoch ?? 0);
        if (phase.Length > 0)
            (_bestPhase, BestEpoch) = (phase, epoch);
        Best = io.Of(Best);
        Scores = io.Of(Scores);
        if (io.IsReading && _epochs.Any(e => e.Phase == head.Phase))
            _phases.Insert(0, head);
    }
}
